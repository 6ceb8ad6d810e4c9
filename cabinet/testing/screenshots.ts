import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BUSY_DEMO, GOOD_DEMO } from './fake-api.ts';
import { openStage } from './browser.ts';
import { CALL_ID, SESSION_ID } from './fake-data.ts';

/** `npx tsx cabinet/testing/screenshots.ts <folder>`: every screen at a desktop's and a phone's width. */
const folder = process.argv[2] ?? '/tmp/halo-screenshots';
await mkdir(folder, { recursive: true });
const stage = await openStage();

const talking = GOOD_DEMO.slice(1, 2);
const complete = GOOD_DEMO.slice(-1);
const screens = [
  { name: 'start', hash: '#/', steps: GOOD_DEMO, ready: '.callers' },
  { name: 'status-talking', hash: `#/status/${SESSION_ID}`, steps: talking, ready: '.transcript' },
  { name: 'status-done', hash: `#/status/${SESSION_ID}`, steps: complete, ready: '.status-done' },
  {
    name: 'status-failed',
    hash: `#/status/${SESSION_ID}`,
    steps: BUSY_DEMO.slice(-1),
    ready: '.status-failed',
  },
  { name: 'status-gone', hash: '#/status/unknown', steps: complete, ready: 'main .button' },
  { name: 'analytics-empty', hash: '#/analytics', steps: complete, ready: '.items' },
  { name: 'analytics', hash: `#/analytics?session=${SESSION_ID}`, steps: complete, ready: '.own' },
  {
    name: 'call-details',
    hash: `#/analytics?session=${SESSION_ID}&call=${CALL_ID}`,
    steps: complete,
    ready: 'halo-modal .crm',
  },
  {
    name: 'chat-details',
    hash: `#/analytics?session=${SESSION_ID}&chat=demo-chat-1`,
    steps: complete,
    ready: 'halo-modal .bubble',
  },
  { name: 'call-missing', hash: '#/analytics?call=nobody', steps: complete, ready: 'halo-modal .notice' },
];

try {
  for (const [label, width, height] of [
    ['wide', 1280, 800],
    ['narrow', 390, 844],
  ] as const) {
    for (const { name, hash, steps, ready } of screens) {
      const page = await stage.browser.newPage({
        viewport: { width, height },
        locale: 'ru-RU',
        colorScheme: label === 'wide' ? 'dark' : 'light',
      });
      stage.api.play(steps);
      await page.goto(`${stage.origin}/${hash}`);
      await page.locator(ready).first().waitFor();
      await page.screenshot({ path: join(folder, `${name}-${label}.png`), fullPage: !hash.includes('&') });
      await page.close();
    }
  }
} finally {
  await stage.close();
}
console.log(`Screenshots are in ${folder}`);
