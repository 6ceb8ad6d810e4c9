import type { Page } from 'playwright-core';
import { launchBrowser } from '../../cabinet/testing/browser.ts';
import { changeFilters, leap, type FilterPace } from '../../cabinet/testing/list-pace.ts';
import { summarise, type Summary } from '../latency/statistics.ts';

/** Issue 6: how quickly the table of many lines answers a visitor. */
const P95_MAX_MS = 100;
/** Lines that the page has loaded before anything is measured. */
export const LOADED = 10_000;
const MOST_STEPS = 400;
const STEP_MS = 20;
const LEAPS = [0.5, 0.25, 0.75, 0.1, 0.9];

export interface PageFigures {
  readonly leapMs: Summary;
  readonly filterMs: Summary;
  /** Of it, until the server's answer was there. */
  readonly answerMs: Summary;
  /** Of it, after the answer. */
  readonly drawingMs: Summary;
  readonly mostDrawn: number;
}

/**
 * Opens the analytics of a cabinet at `origin` in a browser, has it load `LOADED` lines, leaps about in them and changes
 * each filter `rounds` times. Rejects where the page does not come so far.
 */
export async function measurePage(origin: string, rounds: number): Promise<PageFigures> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ locale: 'ru-RU', viewport: { width: 1280, height: 800 } });
    await page.goto(`${origin}/#/analytics`);
    await page.locator('.items tbody tr[data-id]').first().waitFor();
    await loadLines(page);
    const leaps: number[] = [];
    for (let round = 0; round <= rounds; round += 1)
      for (const share of LEAPS) {
        await page.waitForTimeout(STEP_MS);
        const tookMs = await leap(page, share);
        if (round > 0) leaps.push(tookMs);
      }
    // The first go round is the warm-up, as the first requests of the addresses are.
    await changeFilters(page);
    const filters: FilterPace[] = [];
    for (let round = 0; round < rounds; round += 1) filters.push(...(await changeFilters(page)));
    return {
      leapMs: summarise(leaps),
      filterMs: summarise(filters.map(({ wholeMs }) => wholeMs)),
      answerMs: summarise(filters.map(({ answerMs }) => answerMs)),
      drawingMs: summarise(filters.map(({ wholeMs, answerMs }) => wholeMs - answerMs)),
      mostDrawn: Math.max(...filters.map(({ drawn }) => drawn)),
    };
  } finally {
    await browser.close();
  }
}

async function loadLines(page: Page): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const rows = Number(await page.locator('.items tbody tr[data-id]').last().getAttribute('aria-rowindex'));
    if (rows >= LOADED) return;
    await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
    await page.waitForTimeout(STEP_MS);
  }
  throw new Error(`the page did not load ${LOADED} lines in ${MOST_STEPS} leaps to its end`);
}

/** The figures, as Markdown. */
export function pageTable(figures: PageFigures): string {
  const fixed = (value: number | undefined) => value?.toFixed(0) ?? '–';
  const line = (name: string, { p50, p95, p99, max, count }: Summary) =>
    `| ${name} | ${fixed(p50)} | ${fixed(p95)} | ${fixed(p99)} | ${fixed(max)} | ${count} |`;
  return [
    `| ms, ${LOADED} lines in the page, at most ${figures.mostDrawn} drawn after a change | p50 | p95 | p99 | max | count |`,
    '|---|---|---|---|---|---|',
    line('a leap, until its lines are seen', figures.leapMs),
    line('a filter, until the frame that shows it', figures.filterMs),
    line('… until the server’s answer', figures.answerMs),
    line('… after the answer', figures.drawingMs),
  ].join('\n');
}

export function pageTroubles(figures: PageFigures): readonly string[] {
  return (['leapMs', 'filterMs'] as const)
    .filter((name) => (figures[name].p95 ?? Infinity) >= P95_MAX_MS)
    .map((name) => `${name}: p95 ${figures[name].p95?.toFixed(0) ?? '–'} ms, aimed at < ${P95_MAX_MS}`);
}
