import type { Page } from 'playwright-core';

/** One change of the table's filters, as the visitor waits for it. */
export interface FilterPace {
  /** From the change to the frame that shows the list as it says, ms. */
  readonly wholeMs: number;
  /** Of it, until the server's answer was there. */
  readonly answerMs: number;
  /** Lines that are drawn then. */
  readonly drawn: number;
}

/** Between two changes: nobody chooses while the last choice is still being drawn. */
const THINKS_MS = 400;

/**
 * Puts `chosen` into a filter (`select`, by its selector) of the analytics screen that `page` shows, as
 * a visitor does: he looks at the filters, and for a moment at the list.
 */
export async function changeFilter(page: Page, select: string, chosen: string): Promise<FilterPace> {
  await page.evaluate(`document.querySelector('.filters').scrollIntoView()`);
  await page.waitForTimeout(THINKS_MS);
  // As text: scripts and tests that call this are translated each in their own way.
  return page.evaluate<FilterPace>(`(async () => {
    const control = document.querySelector('${select}');
    const table = document.querySelector('.items');
    performance.clearResourceTimings();
    const began = performance.now();
    // First it becomes busy, then it is there.
    const there = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (table.getAttribute('aria-busy') === 'true') return;
        observer.disconnect();
        resolve();
      });
      observer.observe(table, { attributes: true, attributeFilter: ['aria-busy'] });
    });
    control.value = '${chosen}';
    control.dispatchEvent(new Event('change', { bubbles: true }));
    await there;
    const drawn = document.querySelectorAll('.items tbody tr[data-id]').length;
    await new Promise(requestAnimationFrame);
    const wholeMs = performance.now() - began;
    const asked = performance.getEntriesByType('resource')
      .find(({ name, startTime }) => startTime >= began && name.includes('/demo/interactions'));
    return { wholeMs, answerMs: (asked?.responseEnd ?? NaN) - began, drawn };
  })()`);
}

/** Leaps to `share` (0…1) of the page's height. Resolves to the time until lines are seen there, ms. */
export function leap(page: Page, share: number): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const began = performance.now();
    window.scrollTo(0, document.documentElement.scrollHeight * ${share});
    const seen = () =>
      [...document.querySelectorAll('.items tbody tr[data-id]')].some((row) => {
        const { top } = row.getBoundingClientRect();
        return top >= 0 && top < window.innerHeight;
      });
    do await new Promise(requestAnimationFrame);
    while (!seen());
    return performance.now() - began;
  })()`);
}
