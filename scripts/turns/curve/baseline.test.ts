import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadSileroWeights } from '../../../engine/media/silero-weights.ts';
import { PackagesError } from '../../lib/debian-packages.mjs';
import { fetchPrompts, soundsDir } from '../../latency/prompt-store.ts';
import { readLabelled } from '../labelled.ts';
import { compareReports, worsened } from './compare.ts';
import { deciderName, PRODUCT, type Product } from './deciders.ts';
import { CONDITIONS, measureCurve } from './measure.ts';
import { KEPT, readReport, reportOf, type Measured } from './report.ts';
import { priceLines } from './words.ts';

const BASELINE = fileURLToPath(new URL('../../../seeds/turn-labels/baseline.json', import.meta.url));
/** The easiest and the hardest: all four are `npm run turns`. */
const WATCHED = CONDITIONS.filter(({ name }) => ['recorded, quiet line', 'slow, bad line'].includes(name));
const HASTY: Product = { ...PRODUCT, biasMs: -200 };

describe('The end of a turn, on recorded people', () => {
  it('is told no worse than the baseline has it, and a shortened end silence would be found', async ({
    skip,
  }) => {
    const root = await fetchPrompts(soundsDir(), () => undefined).catch((error: unknown) => {
      if (error instanceof PackagesError) return undefined;
      throw error;
    });
    if (root === undefined) return skip('the Debian archive with the recordings cannot be reached');
    const baseline = await readReport(BASELINE);
    const { recogniserMs, seed } = baseline.how;
    const prompts = await readLabelled(root);
    const options = { weights: loadSileroWeights(), recogniserMs, seed };
    const measured: Measured = new Map(
      WATCHED.map((condition) => [
        condition.name,
        measureCurve(prompts, condition, [...KEPT, HASTY], options),
      ]),
    );
    const now = reportOf(measured, baseline.how);
    const prices = compareReports(baseline, now).flatMap(priceLines).join('\n');
    expect(worsened(baseline, now), prices).toEqual([]);

    const hasty = reportOf(
      new Map(
        [...measured].map(([condition, outcomes]) => [
          condition,
          new Map([[deciderName(PRODUCT), outcomes.get(deciderName(HASTY))!]]),
        ]),
      ),
      baseline.how,
    );
    expect(worsened(baseline, hasty).join('\n')).toMatch(
      /^slow, bad line · product: обрывов \d+ из 112, было/m,
    );
    const price = compareReports(baseline, hasty).find(({ condition }) => condition === 'slow, bad line')!;
    expect(price.broken.length).toBeGreaterThan(20);
    expect(price.cutOffOdds).toBeLessThan(0.001);
    expect(price.laterMs).toBeLessThan(-150);
  });
});
