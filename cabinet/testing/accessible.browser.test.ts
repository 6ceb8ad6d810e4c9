import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { findingsOf } from './axe.ts';
import { CHROMIUM_IS_MISSING, NEEDS_CHROMIUM, openStage, watch, type Stage } from './browser.ts';
import { SCENES, type Scene } from './scenes.ts';

const title = `the cabinet is accessible ${NEEDS_CHROMIUM}`;

describe.skipIf(CHROMIUM_IS_MISSING)(title, { timeout: 60_000 }, () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage();
    return () => stage.close();
  }, 120_000);

  /** Opens a scene in a page of its own and looks at it; the page must not have asked another host. */
  async function at(
    scene: Scene,
    options: BrowserContextOptions & { english?: boolean },
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    const { english, ...rest } = options;
    const context = await stage.browser.newContext({ reducedMotion: 'reduce', locale: 'ru-RU', ...rest });
    try {
      const page = await context.newPage();
      const { foreignRequests } = watch(page, stage.origin);
      if (english === true) await page.addInitScript("localStorage.setItem('halo.locale', 'en')");
      stage.api.play(scene.steps);
      await page.goto(`${stage.origin}/${scene.hash}`);
      await page.locator(scene.ready).first().waitFor();
      await scene.act?.(page);
      await look(page);
      expect(foreignRequests).toEqual([]);
    } finally {
      await context.close();
    }
  }

  it.each(SCENES)('axe finds nothing in either theme: $name', async (scene) => {
    await at(scene, { viewport: { width: 1280, height: 900 } }, async (page) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await findingsOf(page), colorScheme).toEqual([]);
      }
    });
  });

  it.each(SCENES.filter(({ name }) => ['start', 'call-details'].includes(name)))(
    'nor in English on a phone: $name',
    async (scene) => {
      await at(scene, { viewport: { width: 390, height: 844 }, english: true }, async (page) => {
        expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
        expect(await findingsOf(page)).toEqual([]);
      });
    },
  );

  it('shows the theme and the language that were chosen, from the first paint of the next visit on', async () => {
    const start = SCENES[0]!;
    await at(start, { colorScheme: 'light' }, async (page) => {
      const ground = (): Promise<string> =>
        page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const light = await ground();
      await page.getByRole('radio', { name: 'Тёмная' }).check();
      expect(await ground()).not.toBe(light);
      await page.getByRole('radio', { name: 'English', exact: true }).first().check();
      await page.getByRole('heading', { level: 1, name: 'Start the demo' }).waitFor();
      expect(await page.title()).toBe('Start the demo — HALO');
      // Before the bundle has run: only what public/first.js has done.
      await page.route('**/assets/*.js', (route) => route.abort());
      await page.reload();
      const root = page.locator('html');
      expect([await root.getAttribute('data-theme'), await root.getAttribute('lang')]).toEqual([
        'dark',
        'en',
      ]);
      expect(await ground()).not.toBe(light);
    });
  });
});
