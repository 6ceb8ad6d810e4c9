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
import { fakeItems, SESSION_ID } from './fake-data.ts';
import { manyItems } from './fake-list.ts';
import { changeFilters, leap, type FilterPace } from './list-pace.ts';

const MANY = 10_000;
/** Issue 6 aims at 100 ms; on two cores that hold other tests they are given four times as long. */
const FILTER_MAX_MS = 400;
/** Beside the checks, which end within two minutes, even that is not enough. */
const TRIED_AGAIN = 2;
const MOST_DRAWN = 40;
/** A list to compare with, in the printed line. */
const FEW = 100;

describe.skipIf(CHROMIUM_IS_MISSING)(
  `the analytics in a browser ${NEEDS_CHROMIUM}`,
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
      Object.assign(stage.api, { items: fakeItems(), listFails: false, late: false });
      const opened = await openPage(stage);
      ({ page, misdeeds } = opened);
      return () => opened.close();
    });

    const open = (hash: string): Promise<unknown> => page.goto(`${stage.origin}/${hash}`);
    const rows = () => page.locator('.items tbody tr[data-id]');
    const note = () => page.locator('#items-note');

    it(
      `stays smooth with ${MANY} interactions: few rows are drawn, filters answer at once`,
      { retry: TRIED_AGAIN },
      async () => {
        stage.api.items = manyItems(MANY);
        await open('#/analytics');
        await rows().first().waitFor();
        const drawn: number[] = [];
        const last = page.locator(`[data-id=many-${MANY - 1}]`);
        for (let step = 0; step < 200 && (await last.count()) === 0; step += 1) {
          await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
          await page.waitForTimeout(20);
          drawn.push(await rows().count());
        }
        expect(await last.isVisible()).toBe(true);
        expect(Math.max(...drawn)).toBeLessThanOrEqual(150);
        expect(drawn.at(-1)).toBeLessThan(MOST_DRAWN);
        expect(await note().innerText()).toMatch(/^10\s000 обращений$/);

        const many = await paceOf(page);
        stage.api.items = manyItems(FEW);
        await page.goto('about:blank');
        await open('#/analytics');
        await rows().first().waitFor();
        const few = await paceOf(page);
        const [whole, answers, drawnThen] = [
          many.filters.map(({ wholeMs }) => wholeMs),
          many.filters.map(({ answerMs }) => answerMs),
          many.filters.map(({ drawn }) => drawn),
        ];
        const fewWhole = few.filters.map(({ wholeMs }) => wholeMs);
        console.log(
          `10,000 interactions, ${drawn.at(-1)} rows drawn: leaps ${listed(many.leapsMs)} ms (${FEW}: ${listed(few.leapsMs)}); filters ${listed(whole)} ms, of it until the answer of the test’s server ${listed(answers)} ms (${FEW}: ${listed(fewWhole)})`,
        );
        // The quickest of each: the others tell how busy the machine is with other tests.
        expect(Math.min(...whole)).toBeLessThan(FILTER_MAX_MS);
        expect(Math.max(...drawnThen)).toBeLessThan(MOST_DRAWN);
        expect(Math.min(...many.leapsMs)).toBeLessThan(FILTER_MAX_MS);
        expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
      },
    );

    it('keeps its filters in the address: reload, «Назад», details and back', async () => {
      await open(`#/analytics?session=${SESSION_ID}`);
      await page.getByLabel('Тип').selectOption('chat');
      await note().getByText('Найдено: 51 обращение').waitFor();
      await page.getByLabel('Источник').selectOption('real');
      await note().getByText('Найдено: 1 обращение').waitFor();
      expect(page.url()).toContain('type=chat');
      await page.goBack();
      await note().getByText('Найдено: 51 обращение').waitFor();
      expect(await page.getByLabel('Источник').inputValue()).toBe('');
      await page.getByLabel('Поиск по резюме и словам разговора').fill('подробности о HALO');
      await note().getByText('Найдено: 1 обращение').waitFor();
      await page.reload();
      await note().getByText('Найдено: 1 обращение').waitFor();
      expect(await page.getByLabel('Поиск по резюме и словам разговора').inputValue()).toBe(
        'подробности о HALO',
      );
      await rows().getByRole('link').click();
      await page.getByRole('dialog', { name: 'Детали чата' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(page.url()).toContain('type=chat');
      await page.getByRole('button', { name: 'Сбросить фильтры' }).click();
      await note()
        .getByText(/^102 обращения/)
        .waitFor();
      await page.getByLabel('Поиск по резюме и словам разговора').fill('такого никто не говорил');
      await page.getByText('Ничего не нашлось.').waitFor();
      expect(await page.getByRole('button', { name: 'Дата и время' }).count()).toBe(0);
    });

    it('shows each chart as a table too, and a day in words', async () => {
      await open('#/analytics');
      const chart = page.getByRole('figure', { name: 'Звонки по дням' });
      const plot = chart.getByRole('group', { name: /График звонков/ });
      await plot.focus();
      await page.keyboard.press('ArrowLeft');
      expect(await chart.locator('[aria-live]').innerText()).toMatch(/^19 ноября: \d+ звонк/);
      expect(await chart.locator('.tip').isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      expect(await chart.locator('.tip').count()).toBe(0);
      await plot.hover({ position: { x: 5, y: 50 } });
      expect(await chart.locator('.tip b').innerText()).toBe('22 октября');
      for (const title of ['Звонки по дням', 'Воронка', 'Итоги звонков за 30 дней']) {
        const toggle = page.getByRole('button', { name: `Таблицей: ${title}` });
        await toggle.click();
        expect(await toggle.getAttribute('aria-pressed')).toBe('true');
        expect(
          await page.getByRole('region', { name: title, exact: true }).getByRole('row').count(),
        ).toBeGreaterThan(3);
      }
      await page.getByRole('radio', { name: '7 дней' }).check();
      await page.getByRole('figure', { name: 'Итоги звонков за 7 дней' }).waitFor();
      expect(misdeeds).toEqual({ foreignRequests: [], errors: [] });
    });

    it('waits for what is late, says what has failed, and goes on when it is back', async () => {
      stage.api.late = true;
      await open('#/analytics');
      await page.getByText('Загружаем…').first().waitFor();
      stage.api.late = false;
      await rows().first().waitFor();
      stage.api.listFails = true;
      await page.getByLabel('Тип').selectOption('call');
      await page.getByRole('alert').getByText('База данных не отвечает.').waitFor();
      expect(await rows().count()).toBeGreaterThan(0);
      stage.api.listFails = false;
      await page.getByRole('button', { name: 'Повторить' }).click();
      await note().getByText('Найдено: 51 обращение').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    it('fits a phone as cards of one height', async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      stage.api.items = manyItems(1_000);
      await open('#/analytics');
      await rows().nth(20).waitFor({ state: 'attached' });
      const tops = await rows().evaluateAll((all) =>
        all.slice(0, 20).map((row) => row.getBoundingClientRect().top),
      );
      const steps = tops.slice(1).map((top, index) => Math.round(top - (tops[index] ?? 0)));
      expect(new Set(steps).size).toBe(1);
      const rowPx = await page
        .locator('halo-items')
        .evaluate((list) => Number.parseFloat(getComputedStyle(list).getPropertyValue('--items-row')));
      expect(Math.round(rowPx)).toBe(steps[0]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    });
  },
);

interface Pace {
  readonly leapsMs: readonly number[];
  readonly filters: readonly FilterPace[];
}

const LEAPS = [0.5, 0.25, 0.75];

async function paceOf(page: Page): Promise<Pace> {
  const leapsMs: number[] = [];
  for (const share of LEAPS) leapsMs.push(await leap(page, share));
  return { leapsMs, filters: await changeFilters(page) };
}

function listed(times: readonly number[]): string {
  return times.map((ms) => ms.toFixed(0)).join(', ');
}
