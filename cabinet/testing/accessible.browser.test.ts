import type { Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findingsOf } from './axe.ts';
import {
  CHROMIUM_IS_MISSING,
  NEEDS_CHROMIUM,
  openStage,
  watch,
  type Misdeeds,
  type Stage,
} from './browser.ts';
import { SCENES, setUp, type Scene } from './scenes.ts';

const title = `the cabinet is accessible ${NEEDS_CHROMIUM}`;

/** In the page: what reaches past the right edge and cannot be scrolled to, for the page itself does not scroll sideways. */
function cutOff(): readonly string[] {
  const scrolls = (node: Element): boolean => /auto|scroll/.test(getComputedStyle(node).overflowX);
  const reached = (node: Element | null): boolean =>
    node !== null && node !== document.body && (scrolls(node) || reached(node.parentElement));
  return [
    ...document.querySelectorAll(
      'main :is(p, h1, h2, h3, button, a, input, .card), halo-modal :is(p, h2, h3, button)',
    ),
  ]
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !reached(node))
    .map((node) => `${node.tagName} ${node.textContent.trim().slice(0, 40)}`);
}

describe.skipIf(CHROMIUM_IS_MISSING)(title, { timeout: 60_000 }, () => {
  let stage: Stage;
  /** One page for all scenes: loading the cabinet and axe anew for each takes longer than looking. */
  let page: Page;
  let misdeeds: Misdeeds;

  beforeAll(async () => {
    stage = await openStage();
    page = await stage.browser.newPage({ reducedMotion: 'reduce', locale: 'ru-RU' });
    misdeeds = watch(page, stage.origin);
    await page.goto(`${stage.origin}/#/nowhere`);
    return () => stage.close();
  }, 120_000);

  afterEach(() => expect(misdeeds.foreignRequests).toEqual([]));

  async function openScene(scene: Scene): Promise<void> {
    // By way of another screen: the scene begins anew also where the last one had its address.
    await page.goto(`${stage.origin}/#/nowhere`);
    await page.locator('main .empty-block').waitFor();
    setUp(scene, stage.api);
    await page.goto(`${stage.origin}/${scene.hash}`);
    await page.locator(scene.ready).first().waitFor();
    await scene.act?.(page);
  }

  it.each(SCENES)('axe finds nothing in either theme: $name', async (scene) => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    await openScene(scene);
    expect(await findingsOf(page, 'everything')).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await findingsOf(page, 'contrast'), 'dark').toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(cutOff), 'cut off on a phone').toEqual([]);
  });

  it.each(SCENES.filter(({ name }) => ['start', 'call-details'].includes(name)))(
    'nor in English on a phone: $name',
    async (scene) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await openScene(SCENES[0]!);
      await page.locator('input[name=locale][value=en]').check();
      await openScene(scene);
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
      expect(await findingsOf(page, 'everything')).toEqual([]);
    },
  );

  it('shows the theme and the language that were chosen, from the first paint of the next visit on', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await openScene(SCENES[0]!);
    await page.locator('input[name=locale][value=ru]').check();
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByRole('radio', { name: 'Тёмная' }).check();
    expect(await ground()).not.toBe(light);
    await page.locator('input[name=locale][value=en]').check();
    await page.getByRole('heading', { level: 1, name: 'Start the demo' }).waitFor();
    expect(await page.title()).toBe('Start the demo — HALO');
    // Before the bundle has run: only what public/first.js has done.
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.reload();
    const root = page.locator('html');
    expect([await root.getAttribute('data-theme'), await root.getAttribute('lang')]).toEqual(['dark', 'en']);
    expect(await ground()).not.toBe(light);
  });
});
