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
import { SESSION_ID } from './fake-data.ts';
import { ANSWERED, ASKED, DIALLED, FINISHED, GREETED, HUNG_UP, REFUSED_BY_TRUNK } from './fake-live.ts';

const LOST = 'Связь с сервером потеряна, восстанавливаем…';

describe.skipIf(CHROMIUM_IS_MISSING)(
  `a live demo in a browser ${NEEDS_CHROMIUM}`,
  { timeout: 60_000 },
  () => {
    let stage: Stage;
    let page: Page;
    let misdeeds: Misdeeds;

    beforeAll(async () => {
      stage = await openStage();
      return () => stage.close();
    }, 120_000);

    beforeEach(async () => {
      stage.api.play(GOOD_DEMO.slice(0, 1));
      stage.api.live.begin();
      const opened = await openPage(stage);
      ({ page, misdeeds } = opened);
      return async () => {
        stage.api.offline = false;
        await opened.close();
      };
    });

    const open = (): Promise<unknown> => page.goto(`${stage.origin}/#/status/${SESSION_ID}`);
    const lines = (): Promise<string[]> => page.locator('.line-text').allInnerTexts();
    const speaker = (who: string): Promise<void> => page.locator(`[data-speaker=${who}]`).waitFor();
    const steps = (): Promise<(string | null)[]> =>
      page.locator('[data-step]').evaluateAll((all) => all.map((one) => one.getAttribute('data-state')));

    it('shows the call as it happens, and all of it again after a reload and a lost connection', async () => {
      const { live } = stage.api;
      await open();
      live.tell(DIALLED, 40_000);
      await page.getByText('Идут гудки, ждём ответа…').waitFor();
      live.tell(GREETED, 9_000);
      await speaker('assistant');
      live.tell(ASKED);
      await speaker('thinking');
      await page.getByText('HALO готовит ответ').waitFor();
      expect(await lines()).toEqual([
        'Здравствуйте! Это Алина из компании HALO. Удобно сейчас говорить?',
        'распознаём…',
      ]);

      await page.reload();
      await speaker('thinking');
      expect(await page.getByRole('timer').innerText()).toMatch(/^0:(09|1\d)$/);
      expect(await steps()).toEqual(['active', 'pending', 'pending', 'pending', 'pending']);

      stage.api.offline = true;
      live.cut();
      await page.getByText(LOST).waitFor();
      expect(await page.getByText('Сервер HALO не отвечает').count()).toBe(0);
      await page.getByText('Не видно, что сейчас со звонком').waitFor();
      expect(await page.locator('[data-speaker], .live-stage [role=timer]').count()).toBe(0);
      live.tell(ANSWERED);
      stage.api.offline = false;
      await page.getByText(LOST).waitFor({ state: 'detached' });
      await speaker('assistant');
      const whole = [
        'Здравствуйте! Это Алина из компании HALO. Удобно сейчас говорить?',
        'Да, удобно. А сколько это стоит?',
        'Первая неделя бесплатно,',
        'Отлично, присылайте подробности.',
        'Минутку…',
        'Договорились, пришлю в Telegram. Всего доброго!',
      ];
      expect(await lines()).toEqual(whole);
      const marks = await page.locator('.line-who').allInnerTexts();
      expect(marks.map((text) => text.replaceAll(/\s+/g, ' ').trim())).toEqual([
        'HALO',
        'Клиент',
        'HALO 0,9 с из 2 с клиент перебил',
        'Клиент',
        'HALO 1,3 с из 2 с заполняет паузу',
        'HALO 2,3 с из 2 с',
      ]);
      expect(await page.locator('.line .gauge-late').count()).toBe(1);

      misdeeds.errors.length = 0;
      live.tell(HUNG_UP);
      await page.locator('[data-step=analysis][data-state=active]').waitFor();
      live.tell(FINISHED);
      live.end();
      await page.getByText('Получилось: клиенту интересно!').waitFor();
      expect(await steps()).toEqual(['done', 'done', 'done', 'done', 'done']);
      expect(await page.locator('[data-step=sms]').innerText()).toContain('сохранено, не отправлено');
      expect(await page.locator('.ending').innerText()).toMatch(
        /спросил о цене[\s\S]*19 с[\s\S]*1,6 с из 2 с/,
      );
      expect(await lines()).toEqual(whole);
      const { visits } = live;
      await page.reload();
      await page.getByText('Получилось: клиенту интересно!').waitFor();
      expect(live.visits).toBe(visits + 1);
      await page.getByRole('link', { name: 'Перейти к аналитике' }).click();
      await page.getByRole('heading', { level: 1, name: 'Аналитика HALO' }).waitFor();
      expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    });

    it('asks for the status where no stream can be had, and says nothing of it', async () => {
      stage.api.play(GOOD_DEMO);
      await open();
      await page.getByText('Да, это интересно. А сколько это стоит?').waitFor();
      expect(await page.getByText(LOST).count()).toBe(0);
      await page.locator('.live-stage').getByText('звонок смоделирован').waitFor();
      await page.getByText('Получилось: клиенту интересно!').waitFor();
      expect(await page.locator('.live-stage').innerText()).not.toMatch(/\d{3,}:\d\d/);
      expect(misdeeds.foreignRequests).toEqual([]);
    });

    it('goes on with the stream when it can be had again', async () => {
      const { live } = stage.api;
      live.tell(DIALLED);
      live.refused = true;
      await open();
      await page.getByText('Набираем номер…').waitFor();
      live.refused = false;
      await page.getByText('Идут гудки, ждём ответа…').waitFor();
      live.tell(GREETED);
      await speaker('assistant');
    });

    it('says why a call failed and what to try', async () => {
      stage.api.live.tell(REFUSED_BY_TRUNK);
      stage.api.live.end();
      await open();
      await page.getByText('Звонок не состоялся: транк не отвечает.').waitFor();
      const card = await page.locator('[data-failure=trunk]').innerText();
      expect(card).toMatch(/ваш телефон ни при чём[\s\S]*Что попробовать[\s\S]*npm run trunk:check/);
      expect(await steps()).toEqual(['failed', 'skipped', 'skipped', 'skipped', 'skipped']);
      await page.getByRole('link', { name: 'Попробовать ещё раз' }).click();
      await page.getByLabel('Телефон').waitFor();
      expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    });
  },
);
