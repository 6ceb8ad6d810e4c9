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

/** One go round the filters: each a list of its own, and at the end everything again. */
const CHANGES = [
  ['#items-disposition', 'interested'],
  ['#items-type', 'call'],
  ['#items-source', 'real'],
  ['#items-order', 'longest'],
  ['#items-disposition', ''],
  ['#items-source', ''],
  ['#items-order', 'newest'],
  ['#items-type', ''],
] as const;

/** Changes the filters of the analytics screen that `page` shows, one after another, as a visitor does. */
export async function changeFilters(page: Page): Promise<readonly FilterPace[]> {
  const paces: FilterPace[] = [];
  for (const [select, chosen] of CHANGES) {
    // He looks at the filters, and for a moment at the list.
    await page.evaluate(`document.querySelector('.filters').scrollIntoView()`);
    await page.waitForTimeout(THINKS_MS);
    paces.push(await changeFilter(page, select, chosen));
  }
  return paces;
}

function changeFilter(page: Page, select: string, chosen: string): Promise<FilterPace> {
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
