import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe has against the page as it is, a line a finding: the rule, the element, what it measured. */
export async function findingsOf(page: Page): Promise<readonly string[]> {
  // Evaluated, not added as a script: the page's policy would refuse that.
  await page.evaluate(axe.source);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })`;
  const { violations } = await page.evaluate<AxeResults>(run);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      const why = failureSummary?.replace(/\s+/g, ' ') ?? '';
      return `${id}: ${target.flat().join(' > ')}: ${why}`;
    }),
  );
}
