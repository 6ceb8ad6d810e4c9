import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { TEST_KEY } from '../../api/testing/test-app.ts';
import type { HeardSoFar } from '../../cabinet/features/ops/listen-ring.ts';
import { CHROMIUM_IS_MISSING, launchBrowser, NEEDS_CHROMIUM, watch } from '../../cabinet/testing/browser.ts';
import type { CallListening } from '../../engine/contract/listening.ts';
import { ensureCabinet } from './built-cabinet.ts';
import { openLiveHouse, type LiveHouse } from './live-house.ts';
import { EARS, heardIn, matchWith, putEarsInto, type HeardInPage, type Matched } from './page-ears.ts';

const CABINET = fileURLToPath(new URL('../../dist/cabinet/', import.meta.url));
const TALKING = 'live.conversation.held.talking';

describe.skipIf(CHROMIUM_IS_MISSING)(
  `listening in, in a browser ${NEEDS_CHROMIUM}`,
  { timeout: 120_000 },
  () => {
    const troubles: string[] = [];
    let house: LiveHouse;
    let browser: Browser;

    beforeAll(async () => {
      await ensureCabinet();
      house = await openLiveHouse(CABINET, { 'test-ears.js': EARS }, troubles);
      browser = await launchBrowser();
      return async () => {
        await browser.close();
        await house.close();
      };
    }, 180_000);

    it('watches a call go through its states and hears all of it, live', async () => {
      const page = await browser.newPage({ locale: 'ru-RU', viewport: { width: 1440, height: 900 } });
      page.setDefaultTimeout(30_000);
      const misdeeds = watch(page, house.origin);
      await putEarsInto(page);
      const plan = await house.order('+79990000001');
      const { callId } = plan;
      await page.goto(`${house.origin}/#/ops`);
      await page.locator('#ops-key').fill(TEST_KEY);
      await page.keyboard.press('Enter');
      const call = page.getByRole('link', { name: '+7 9XX XXX-00-01' });
      await call.click();
      // Drawn before anything happens: a slow machine may need longer for it than a greeting lasts.
      await page.locator('[data-state="live"]').waitFor();
      const listen = page.locator('halo-ops-listen');
      const button = listen.getByRole('button', { name: 'Слушать' });

      const { ended } = house.engine.place(plan);
      const spokenAtMs = new Map<number, number>();
      void noteFrames(house.engine.listen(callId), spokenAtMs);
      await button.click();
      const isActive = (state: string): Promise<void> =>
        page.locator(`[data-state="${state}"].chart-node-active`).waitFor();
      await isActive(`${TALKING}.greeting.audible`);
      await listen.getByText('Слушаем.').waitFor();
      expect(await button.getAttribute('aria-pressed')).toBe('true');
      await isActive(`${TALKING}.hearing`);
      await isActive(`${TALKING}.replying.speaking.audible`);
      const said = (await listen.locator('dd').allInnerTexts()).join(', ');
      await page.getByRole('button', { name: 'Положить трубку' }).click();
      await ended;
      await listen.getByText('Звонок закончен.').waitFor();
      for (const state of ['live.line.connected.ringing', `${TALKING}.recognising`])
        await page.locator(`[data-state="${state}"].chart-node-visited`).waitFor();

      const report = await page.evaluate<HeardSoFar>('document.querySelector("halo-ops-listen").report');
      const recording = await house.recording(callId);
      const frames = recording[0]!.length / 160;
      const first = report.first ?? NaN;
      expect(report).toMatchObject({ last: frames - 1, frames: frames - first, missed: 0 });
      // «Слушать» was pressed while it rang, or nearly.
      expect(first).toBeLessThan(150);
      const heard = await heardIn(page);
      const matched = matchWith(recording, heard.sides, first * 160);
      expect(matched).toMatchObject({ foreignAt: undefined, samples: (frames - first) * 160 });

      // Without one frame that is no silence, it would not have matched.
      const [left, right] = heard.sides;
      const at = matched.frameAt.find((sample) =>
        right.subarray(sample, sample + 160).some((one) => one !== 0),
      )!;
      const cut = (side: Int16Array) =>
        Int16Array.from([...side.subarray(0, at), ...side.subarray(at + 160)]);
      expect(matchWith(recording, [cut(left), cut(right)], first * 160).foreignAt).toBeDefined();

      const lags = lagsOf(matched, heard, spokenAtMs, first);
      const { underruns } = report;
      console.log(
        `listen-in: ${report.frames} frames from ${first}, ran out ${underruns} times, behind ${lags}; the page: ${said}`,
      );
      expect(troubles).toEqual([]);
      expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    });
  },
);

/** When each frame was spoken, by this process's clock, which is the page's too. */
async function noteFrames(
  listening: CallListening | undefined,
  spokenAtMs: Map<number, number>,
): Promise<void> {
  for (let some = await listening?.take(); some !== undefined; some = await listening?.take())
    for (const { nth } of some) spokenAtMs.set(nth, Date.now());
}

/** From a frame's beat to the block of the loudspeaker that begins with it: median and worst. */
function lagsOf(
  { frameAt }: Matched,
  { times }: HeardInPage,
  spokenAtMs: ReadonlyMap<number, number>,
  first: number,
): string {
  const lags = frameAt
    .map((sample, index) => {
      const given = times.findLast((one) => one.sample <= sample)!;
      return given.atMs - spokenAtMs.get(first + index)!;
    })
    .sort((one, other) => one - other);
  return `${lags[Math.floor(lags.length / 2)]} ms (median), ${lags.at(-1)} ms (worst)`;
}
