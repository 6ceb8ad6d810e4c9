import { describe, expect, it } from 'vitest';
import { compareReports, worsened } from './compare.ts';
import type { Outcome } from './outcome.ts';
import { reportOf, type CurveReport } from './report.ts';
import { priceLines } from './words.ts';

const HOW = { prompts: 40, recogniserMs: 300, seed: 1 };
const CONDITION = 'slow, quiet line';

/** Forty turns with pauses of 205…1,000 ms, ended by so much silence. */
function measured(silenceMs: number): CurveReport {
  const outcomes = Array.from({ length: 40 }, (_, at): Outcome => {
    const pauseMs = 205 + Math.round(at * 20.4);
    const cutOff = { atMs: 1000 + silenceMs, kind: 'inside' as const, said: 'Если вам' };
    return {
      key: `ru/${String(at)}`,
      cutOffs: pauseMs > silenceMs ? [cutOff] : [],
      delayMs: silenceMs + (at % 3),
    };
  });
  return reportOf(new Map([[CONDITION, new Map([['product', outcomes]])]]), HOW);
}

describe('compareReports', () => {
  it('finds nothing between equals', () => {
    const [price] = compareReports(measured(600), measured(600));
    expect(price).toMatchObject({ broken: [], mended: [], cutOffOdds: 1, laterMs: 0, later: 0, sooner: 0 });
    expect(priceLines(price!)).toEqual([
      'Паузы в 2,5 раза длиннее, тихая линия · продукт: обрывы те же: 20 из 40; решает тогда же',
    ]);
  });

  it('names a shortened end silence with its price', () => {
    const [price] = compareReports(measured(600), measured(400));
    expect(price).toMatchObject({ before: 20, after: 30, mended: [], laterMs: -200, sooner: 40, later: 0 });
    expect(price!.broken.map(({ key }) => key)).toEqual(
      ['10', '11', '12', '13', '14', '15', '16', '17', '18', '19'].map((at) => `ru/${at}`),
    );
    expect(price!.cutOffOdds).toBeLessThan(0.01);
    expect(price!.laterInterval).toEqual([-200, -200]);
    const [line, first] = priceLines(price!);
    expect(line).toContain('обрывы 20 → 30 из 40 (новых 10, исчезло 0; p = 0,002: не случайность)');
    expect(line).toContain('решает раньше на 200 мс');
    expect(first).toContain('ru/10 на 1,40 с, внутри предложения: «Если вам»');
  });

  it('and a lengthened one the other way round', () => {
    const [price] = compareReports(measured(400), measured(600));
    expect(price).toMatchObject({ broken: [], laterMs: 200 });
    expect(price!.mended).toHaveLength(10);
  });

  it('does not take one turn for a difference', () => {
    const [price] = compareReports(measured(600), measured(615));
    expect(price!.mended).toHaveLength(1);
    expect(priceLines(price!)[0]).toContain('p = 1,000: может быть и случайностью');
  });

  it('refuses reports that were measured otherwise', () => {
    const other = { ...measured(600), how: { ...HOW, recogniserMs: 900 } };
    expect(() => compareReports(measured(600), other)).toThrow(/recogniserMs: 300 и 900/);
    expect(() => compareReports(measured(600), { ...other, how: HOW, conditions: {} })).toThrow(/общего/);
  });
});

describe('worsened', () => {
  it('keeps quiet about chance and about gains, and names what got worse', () => {
    expect(worsened(measured(600), measured(600))).toEqual([]);
    expect(worsened(measured(600), measured(570))).toEqual([]);
    expect(worsened(measured(400), measured(420))).toEqual([]);
    expect(worsened(measured(600), measured(400))).toEqual([
      'slow, quiet line · product: обрывов 30 из 40, было 20 из 40',
      'slow, quiet line · product: обрывов внутри предложения 30 из 40, было 20 из 40',
    ]);
    expect(worsened(measured(600), measured(700))).toEqual([
      'slow, quiet line · product: решает за 701 мс, раньше — за 601 мс (медиана)',
    ]);
  });
});
