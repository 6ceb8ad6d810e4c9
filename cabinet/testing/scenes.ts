import type { Page } from 'playwright-core';
import { BUSY_DEMO, GOOD_DEMO, type DemoStep } from './fake-api.ts';
import { CALL_ID, SESSION_ID } from './fake-data.ts';

/** A screen or a window in one of its states, as tests look at it and screenshots show it. */
export interface Scene {
  readonly name: string;
  readonly hash: string;
  readonly steps: readonly DemoStep[];
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
  { name: 'status-talking', hash: status, steps: talking, ready: '.transcript' },
  { name: 'status-done', hash: status, steps: complete, ready: '.status-done' },
  { name: 'status-failed', hash: status, steps: BUSY_DEMO.slice(-1), ready: '.status-failed' },
  { name: 'status-gone', hash: '#/status/unknown', steps: complete, ready: 'main .button' },
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
  { name: 'not-found', hash: '#/nowhere', steps: complete, ready: 'main h1' },
];
