import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const EVERYTHING = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What another theme can change. */
const CONTRAST = { type: 'rule', values: ['color-contrast'] };

/** What axe has against the page as it is, a line a finding: the rule, the element, what it measured. */
export async function findingsOf(page: Page, what: 'everything' | 'contrast'): Promise<readonly string[]> {
  // Evaluated, not added as a script: the page's policy would refuse that. It stays as long as the document.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  const runOnly = JSON.stringify(what === 'everything' ? EVERYTHING : CONTRAST);
  const run = `axe.run(document, { runOnly: ${runOnly}, resultTypes: ['violations'] })`;
  const { violations } = await page.evaluate<AxeResults>(run);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      const why = failureSummary?.replace(/\s+/g, ' ') ?? '';
      return `${id}: ${target.flat().join(' > ')}: ${why}`;
    }),
  );
}
