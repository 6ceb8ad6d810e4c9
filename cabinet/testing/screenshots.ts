import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { openStage } from './browser.ts';
import { SCENES, setUp } from './scenes.ts';

/**
 * `npm run screenshots -- [folder] [--scene start,analytics] [--width 390,1440] [--theme dark] [--locale en]
 * [--sight]`: every screen and window, in both themes, at a phone's, a tablet's and a desktop's width. `--sight`: only
 * what a visitor sees before he scrolls, as WebP, small enough for docs/screens.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scene: { type: 'string' },
    width: { type: 'string', default: '390,834,1440' },
    theme: { type: 'string', default: 'light,dark' },
    locale: { type: 'string', default: 'ru' },
    sight: { type: 'boolean', default: false },
  },
});
const folder = positionals[0] ?? 'dist/screenshots';
const wanted = values.scene?.split(',');
const scenes = SCENES.filter(({ name }) => wanted?.includes(name) ?? true);
const widths = values.width.split(',').map(Number);
const themes = values.theme.split(',').map((theme) => (theme === 'dark' ? 'dark' : 'light'));
const [locale] = values.locale.split(',');

await mkdir(folder, { recursive: true });
const stage = await openStage();
try {
  for (const width of widths) {
    for (const colorScheme of themes) {
      // Still: a picture in the middle of a movement is nobody's.
      const context = await stage.browser.newContext({
        viewport: { width, height: width < 600 ? 844 : 900 },
        colorScheme,
        reducedMotion: 'reduce',
        locale: 'ru-RU',
      });
      await context.addInitScript(`localStorage.setItem('halo.locale', ${JSON.stringify(locale)})`);
      for (const scene of scenes) {
        const { name, hash, ready, act, modal } = scene;
        const page = await context.newPage();
        setUp(scene, stage.api);
        await page.goto(`${stage.origin}/${hash}`);
        await page.locator(ready).first().waitFor();
        await act?.(page);
        await page.evaluate(() => scrollTo(0, 0));
        const path = join(folder, `${name}-${width}-${colorScheme}`);
        if (values.sight) await writeFile(`${path}.webp`, await webpOf(page));
        else await page.screenshot({ path: `${path}.png`, fullPage: modal !== true });
        await page.close();
      }
      await context.close();
    }
  }
} finally {
  await stage.close();
}
console.log(`Screenshots are in ${folder}`);

/** Playwright knows no WebP; chromium itself does. */
async function webpOf(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 88 });
  return Buffer.from(data, 'base64');
}
