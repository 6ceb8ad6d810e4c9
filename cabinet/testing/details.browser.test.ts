import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CHROMIUM_IS_MISSING,
  NEEDS_CHROMIUM,
  openPage,
  openStage,
  type Misdeeds,
  type Stage,
} from './browser.ts';
import { GOOD_DEMO } from './fake-api.ts';
import { CALL_ID, CHAT_ID, SESSION_ID } from './fake-data.ts';
import { TIMELINE } from './fake-recording.ts';

const CALL = `#/analytics?session=${SESSION_ID}&call=${CALL_ID}`;
/** A line is lit a little before its sound; a machine in haste is late. */
const SAME_MS = 250;

/** Where the sound is, and whether it goes on. */
const sound = (page: Page): Promise<{ atMs: number; paused: boolean; rate: number }> =>
  page.evaluate(() => {
    const audio = document.querySelector('audio');
    if (audio === null) throw new Error('no player');
    return { atMs: audio.currentTime * 1000, paused: audio.paused, rate: audio.playbackRate };
  });

describe.skipIf(CHROMIUM_IS_MISSING)(`details in a browser ${NEEDS_CHROMIUM}`, { timeout: 60_000 }, () => {
  let stage: Stage;
  let page: Page;
  let misdeeds: Misdeeds;

  beforeAll(async () => {
    stage = await openStage();
    return () => stage.close();
  }, 120_000);

  beforeEach(async () => {
    stage.api.play(GOOD_DEMO.slice(-1));
    stage.api.recordingGone = false;
    const opened = await openPage(stage, { reducedMotion: 'reduce' });
    ({ page, misdeeds } = opened);
    return () => opened.close();
  });

  const open = (hash: string): Promise<unknown> => page.goto(`${stage.origin}/${hash}`);
  const expectNoMisdeeds = (): void => expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
  const lit = (at: number) => page.locator(`.said:nth-child(${at + 1})[aria-current=true]`).waitFor();
  const expectAt = async (ms: number): Promise<void> => {
    await expect.poll(async () => Math.abs((await sound(page)).atMs - ms)).toBeLessThan(SAME_MS);
  };

  it('draws both voices where they speak, and draws them anew in another width', async () => {
    await open(CALL);
    /** Where on the recording (share of its length) the tall bars of a side stand, and how many bars there are. */
    const drawing = () =>
      page.evaluate(() => {
        const side = (name: string) => {
          const path = document.querySelector<SVGPathElement>(`.wave-${name}`);
          if (path === null) throw new Error('nothing is drawn');
          const width = path.ownerSVGElement?.viewBox.baseVal.width ?? 1;
          const strokes = [...(path.getAttribute('d') ?? '').matchAll(/M([\d.]+) ([\d.]+)V([\d.]+)/g)];
          const tall = strokes.filter(([, , from, to]) => Math.abs(Number(from) - Number(to)) > 12);
          return {
            bars: strokes.length,
            at: tall.map(([, x]) => Number(x) / width),
            colour: getComputedStyle(path).stroke,
            height: path.getBoundingClientRect().height,
          };
        };
        return { user: side('user'), assistant: side('assistant') };
      });
    await page.locator('.wave-user').first().waitFor({ state: 'attached' });
    const wide = await drawing();
    for (const speaker of ['user', 'assistant'] as const) {
      const { at, colour, height } = wide[speaker];
      const spoken = TIMELINE.lines.filter((line) => line.speaker === speaker);
      expect(at.length).toBeGreaterThan(10);
      for (const share of at) {
        const ms = share * (TIMELINE.duration_ms ?? 0);
        expect(spoken.some((line) => ms > line.start_ms - 600 && ms < (line.end_ms ?? 0) + 600)).toBe(true);
      }
      expect(colour).toMatch(/^rgb\(/);
      expect(height).toBeGreaterThan(30);
    }
    expect(wide.user.colour).not.toBe(wide.assistant.colour);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(async () => (await drawing()).user.bars).toBeLessThan(wide.user.bars / 2);
    const overflow = await page.locator('halo-call-details .call').evaluate((call) => {
      const body = call.closest('halo-modal')?.shadowRoot?.querySelector('.body');
      return (body?.scrollWidth ?? 0) - (body?.clientWidth ?? 0);
    });
    expect(overflow).toBe(0);
    expectNoMisdeeds();
  });

  it('goes to a line on click and on Enter, and lights the lines as they sound', async () => {
    await open(CALL);
    const lines = TIMELINE.lines;
    await page.locator('.said').nth(2).click();
    await expect.poll(async () => (await sound(page)).paused).toBe(false);
    await lit(2);
    await page.getByRole('button', { name: 'Пауза', exact: true }).click();
    const { atMs } = await sound(page);
    expect(atMs).toBeGreaterThan((lines[2]?.start_ms ?? 0) - SAME_MS);
    expect(atMs).toBeLessThan(lines[2]?.end_ms ?? 0);

    const gap = lines[4]?.gap;
    await page.getByRole('button', { name: /^Пауза 0,5 с на .*послушать$/ }).focus();
    await page.locator('.gap-parts').getByText('ждём, не продолжит ли клиент 336 мс').waitFor();
    await page.keyboard.press('Enter');
    await lit(3);
    await page.getByRole('radio', { name: '2×' }).check();
    expect((await sound(page)).rate).toBe(2);
    await lit(4);
    expect((await sound(page)).atMs).toBeGreaterThan((gap?.from_ms ?? 0) - SAME_MS);

    await page.locator('.said-list').dispatchEvent('wheel');
    await page.getByRole('button', { name: 'К звучащей реплике' }).click();
    await page.getByRole('button', { name: 'К звучащей реплике' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Слушать с 0:00' }).press('Enter');
    await lit(0);
    await page.getByRole('button', { name: 'Пауза', exact: true }).click();
    expect((await sound(page)).paused).toBe(true);
    expectNoMisdeeds();
  });

  it('is played from the keyboard alone', async () => {
    await open(CALL);
    const slider = page.getByRole('slider', { name: 'Место в записи' });
    await slider.focus();
    await expect.poll(() => slider.getAttribute('aria-valuemax')).toBe('93');
    await slider.press('ArrowRight');
    await slider.press('PageUp');
    await expectAt(20_000);
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toBe('0:20 из 1:33');
    await slider.press('ArrowLeft');
    await expectAt(15_000);
    await slider.press(' ');
    await expect.poll(async () => (await sound(page)).paused).toBe(false);
    await slider.press(' ');
    await expect.poll(async () => (await sound(page)).paused).toBe(true);
    await slider.press('End');
    await expectAt(93_000);
    await slider.press('Home');
    await expectAt(0);
    const box = await slider.boundingBox();
    if (box === null) throw new Error('the slider is not shown');
    await page.mouse.click(box.x + box.width / 2, box.y + 20);
    await expectAt(46_500);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expectNoMisdeeds();
  });

  it('says what there is not: a deleted file, a demo call’s recording, a connection', async () => {
    stage.api.recordingGone = true;
    await open(CALL);
    await page.getByText('Записи этого разговора больше нет').waitFor();
    await page.locator('halo-spoken-lines').getByText('А сколько это стоит?').waitFor();
    await open('#/analytics?call=demo-call-1');
    await page.getByText('Это демо-звонок: разговор написан для примера.').waitFor();
    expect(await page.locator('audio, .gaps').count()).toBe(0);
    await open('#/analytics?call=nobody');
    await page.getByText('Возможно, ссылка неполная или данные уже удалены').waitFor();
    expect(await page.locator('halo-call-details .notice button').count()).toBe(0);
    stage.api.offline = true;
    await open(CALL);
    const retry = page.locator('halo-call-details').getByRole('button', { name: 'Повторить' });
    await retry.waitFor();
    stage.api.offline = false;
    stage.api.recordingGone = false;
    await retry.click();
    await page.locator('.wave-user').first().waitFor({ state: 'attached' });
    expect(misdeeds.foreignRequests).toEqual([]);
  });

  it('shows a chat as Telegram does and says that it is none; its links open safely', async () => {
    const [complete] = GOOD_DEMO.slice(-1);
    if (complete === undefined) throw new Error('no demo to play');
    const { session, result } = complete;
    stage.api.play([{ session, result: { ...result, telegram_connected: true } }]);
    await open(`#/analytics?session=${SESSION_ID}&chat=${CHAT_ID}`);
    const chat = page.locator('halo-chat-details');
    await chat.getByText('Telegram подключён').waitFor();
    await chat.getByText('сообщений в Telegram бот не отправлял').waitFor();
    await open('#/analytics?chat=demo-chat-1');
    await chat.getByText('Демо-чат: картинка переписки.').waitFor();
    const link = chat.getByRole('link', { name: 'https://halo.example/price', exact: true });
    expect(await link.getAttribute('href')).toBe('https://halo.example/price');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await chat.getByText('прочитано').count()).toBe(1);
    expectNoMisdeeds();
  });
});
