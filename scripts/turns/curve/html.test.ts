import { describe, expect, it } from 'vitest';
import type { LabelledPrompt } from '../labelled.ts';
import { cutTurns } from './cut-turns.ts';
import { htmlPage } from './html.ts';
import { CONDITIONS } from './measure.ts';
import type { Outcome } from './outcome.ts';
import { reportOf } from './report.ts';
import { reportLines } from './tables.ts';

const prompt = (key: string): LabelledPrompt => ({
  key,
  language: 'ru',
  pcm: Int16Array.from({ length: 16_000 }, (_, i) => 3000 * Math.sin(i / 3)),
  spans: [
    [0, 800],
    [1000, 1900],
  ],
  words: ['Если <вам>', 'удобно.'],
});
const outcome = (key: string, cut: boolean): Outcome => ({
  key,
  cutOffs: cut ? [{ atMs: 950, kind: 'inside', said: 'Если <вам>' }] : [],
  delayMs: 600,
});
const outcomes = new Map([
  ['silence 300', [outcome('ru/a', true), outcome('ru/b', true), outcome('ru/c', false)]],
  ['silence 600', [outcome('ru/a', false), outcome('ru/b', false), outcome('ru/c', false)]],
  ['product', [outcome('ru/a', false), outcome('ru/b', true), outcome('ru/c', false)]],
]);
const CONDITION = CONDITIONS[0]!;
const report = reportOf(new Map([[CONDITION.name, outcomes]]), { prompts: 3, recogniserMs: 300, seed: 1 });

describe('the page', () => {
  const turns = cutTurns(['ru/a', 'ru/b', 'ru/c'].map(prompt), CONDITION, outcomes);

  it('lists every cut-off, the product’s first and to be heard', () => {
    expect(turns.map(({ key }) => key)).toEqual(['ru/b', 'ru/a']);
    expect(turns.map(({ sound }) => sound !== undefined)).toEqual([true, false]);
    expect(turns[0]!.cuts.map(({ decider }) => decider)).toEqual(['product', 'silence 300']);
  });

  it('draws both curves, escapes words and asks nobody for anything', () => {
    const page = htmlPage({
      at: new Date(0),
      report,
      cutTurns: new Map([[CONDITION.name, turns]]),
      prices: [],
    });
    expect(page).toContain('<svg class="curve"');
    expect(page.match(/<audio /g)).toHaveLength(1);
    expect(page).toContain('src="data:audio/wav;base64,UklGR');
    expect(page).toContain('0,95 с</button> продукт, внутри предложения: «Если &lt;вам&gt;»');
    expect(page).not.toMatch(/https?:|NaN|undefined/);
  });
});

describe('reportLines', () => {
  it('is a table with the figures asked for', () => {
    const lines = reportLines(report);
    expect(lines).toContain('| тишина 300 мс | 2 из 3 | 66,7 % | 20,8–93,9 % | 2 | 600 | 600 |');
    expect(lines).toContain('Ложные обрывы при тишине 600 мс: 0,0 % (0,0–56,1 %)');
  });
});
