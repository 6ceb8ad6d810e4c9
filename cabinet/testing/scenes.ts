import type { Page } from 'playwright-core';
import { BUSY_DEMO, GOOD_DEMO, type DemoStep, type FakeApi } from './fake-api.ts';
import { CALL_ID, SESSION_ID } from './fake-data.ts';
import {
  ANSWERED,
  ASKED,
  DIALLED,
  FINISHED,
  GREETED,
  HUNG_UP,
  REFUSED_BY_TRUNK,
  type FakeLive,
} from './fake-live.ts';
import { OPS_CALL_ID, OPS_KEY, type FakeOps } from './fake-ops.ts';

/** A screen or a window in one of its states, as tests look at it and screenshots show it. */
export interface Scene {
  readonly name: string;
  readonly hash: string;
  readonly steps: readonly DemoStep[];
  /** What the stream tells, where there is one. */
  readonly live?: (live: FakeLive) => void;
  /** How the sound fares of the call that ops look at. */
  readonly network?: FakeOps['network'];
  /** A selector of what is there when the scene is. */
  readonly ready: string;
  /** What the visitor does to get there, when opening the address is not enough. */
  readonly act?: (page: Page) => Promise<void>;
  /** A window over the screen: only what is in sight belongs to it. */
  readonly modal?: boolean;
}

const talking = GOOD_DEMO.slice(1, 2);
const complete = GOOD_DEMO.slice(-1);
const status = `#/status/${SESSION_ID}`;
const analytics = `#/analytics?session=${SESSION_ID}`;

/** What is said here is believable only against the clock: who is greeted was called some seconds ago. */
function greet(live: FakeLive): void {
  live.tell(DIALLED, 14_000);
  live.tell(GREETED, 8_000);
}

function talk(live: FakeLive): void {
  live.tell(DIALLED, 30_000);
  live.tell(GREETED, 24_000);
  live.tell([...ASKED, ...ANSWERED], 3_000);
}

/** The scene's demo begins anew. */
export function setUp({ steps, live, network = 'even' }: Scene, api: FakeApi): void {
  api.play(steps);
  api.ops.network = network;
  if (live === undefined) return;
  api.live.begin();
  live(api.live);
}

/** The phone over the start screen; without a microphone it gets as far as saying so, and is shown the rest. */
const phone = (view: string, shown?: Readonly<Record<string, unknown>>): Scene => ({
  name: `phone-${view}`,
  hash: '#/',
  steps: GOOD_DEMO,
  ready: '.callers',
  act: async (page) => {
    // A phone stays over every screen: the last scene's would be taken for this one's.
    await page.evaluate("document.querySelector('halo-app').browserDemo = undefined");
    await page.locator('halo-browser-phone').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Ответить в браузере' }).click();
    await page.locator('.phone-trouble').waitFor();
    if (shown === undefined) return;
    await page.evaluate(
      `document.querySelector('halo-browser-phone').view = ${JSON.stringify({ name: view, ...shown })}`,
    );
    await page.locator(`.phone-${view}`).waitFor();
  },
});

export const SCENES: readonly Scene[] = [
  { name: 'start', hash: '#/', steps: GOOD_DEMO, ready: '.callers' },
  {
    name: 'start-errors',
    hash: '#/',
    steps: GOOD_DEMO,
    ready: '.callers',
    act: async (page) => {
      await page.locator('#phone').fill('916 12');
      await page.locator('button[type=submit]').first().click();
      await page.locator('.field-wrong').waitFor();
    },
  },
  {
    name: 'status-thinking',
    hash: status,
    steps: talking,
    live: (live) => {
      greet(live);
      live.tell(ASKED, 900);
    },
    ready: '[data-speaker=thinking]',
  },
  { name: 'status-talking', hash: status, steps: talking, live: talk, ready: '[data-speaker=assistant]' },
  {
    name: 'status-done',
    hash: status,
    steps: complete,
    live: (live) => {
      talk(live);
      live.tell([...HUNG_UP, ...FINISHED]);
      live.end();
    },
    ready: '.status-done',
  },
  {
    name: 'status-failed',
    hash: status,
    steps: BUSY_DEMO.slice(-1),
    live: (live) => {
      live.tell(REFUSED_BY_TRUNK);
      live.end();
    },
    ready: '.status-failed',
  },
  { name: 'status-gone', hash: '#/status/unknown', steps: complete, ready: 'halo-status a.button' },
  { name: 'analytics-empty', hash: '#/analytics', steps: complete, ready: '.items' },
  { name: 'analytics', hash: analytics, steps: complete, ready: '.own' },
  {
    name: 'call-details',
    hash: `${analytics}&call=${CALL_ID}`,
    steps: complete,
    ready: 'halo-modal .crm',
    modal: true,
  },
  {
    name: 'call-demo',
    hash: `${analytics}&call=demo-call-1`,
    steps: complete,
    ready: 'halo-modal .crm',
    modal: true,
  },
  {
    name: 'chat-details',
    hash: `${analytics}&chat=demo-chat-1`,
    steps: complete,
    ready: 'halo-modal .bubble',
    modal: true,
  },
  {
    name: 'call-missing',
    hash: '#/analytics?call=nobody',
    steps: complete,
    ready: 'halo-modal .notice',
    modal: true,
  },
  phone('trouble'),
  phone('ringing', {}),
  phone('talking', { sinceMs: 0 }),
  phone('ended', { how: 'no-sound' }),
  { name: 'ops-door', hash: '#/ops', steps: complete, ready: '#ops-key' },
  {
    name: 'ops-call',
    hash: `#/ops/${OPS_CALL_ID}`,
    steps: complete,
    ready: '#ops-key',
    act: async (page) => {
      await page.locator('#ops-key').fill(OPS_KEY);
      await page.keyboard.press('Enter');
      await page.locator('[data-state].chart-node-active').first().waitFor();
      await page.locator('.ops-step[aria-current]').waitFor();
      await page.locator('.live-gauge-good').first().waitFor();
    },
  },
  {
    name: 'ops-poor-sound',
    hash: `#/ops/${OPS_CALL_ID}`,
    steps: complete,
    network: 'poor',
    ready: 'main h1',
    act: async (page) => {
      if (await page.locator('#ops-key').isVisible()) {
        await page.locator('#ops-key').fill(OPS_KEY);
        await page.keyboard.press('Enter');
      }
      await page.locator('.live-gauge-warm').first().waitFor();
    },
  },
  {
    name: 'ops-listened',
    hash: `#/ops/${OPS_CALL_ID}`,
    steps: complete,
    ready: 'main h1',
    act: async (page) => {
      if (await page.locator('#ops-key').isVisible()) {
        await page.locator('#ops-key').fill(OPS_KEY);
        await page.keyboard.press('Enter');
      }
      await page.getByRole('button', { name: 'Слушать', exact: true }).click();
      await page.locator('.ops-listen .ops-media').waitFor();
    },
  },
  { name: 'not-found', hash: '#/nowhere', steps: complete, ready: 'main h1' },
];
