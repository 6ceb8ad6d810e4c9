import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineAt } from './line-at.ts';
import { seekKey } from './seek-key.ts';
import { stretched, waveform } from './waveform.ts';

describe('the line that is heard', () => {
  const lines = [{ start_ms: 400 }, { start_ms: 3000 }, { start_ms: 2600 }, { start_ms: 9000 }];

  it.each([
    [0, -1],
    [320, 0],
    [2500, 0],
    // Both speak: whoever began last, whatever their order.
    [2700, 2],
    [3000, 1],
    [8000, 1],
    [1e9, 3],
  ])('at %i ms is number %i', (ms, at) => {
    expect(lineAt(lines, ms)).toBe(at);
  });

  it('is none of none', () => {
    expect(lineAt([], 100)).toBe(-1);
  });
});

describe('keys on the recording', () => {
  it.each([
    ['ArrowRight', 15_000],
    ['ArrowLeft', 5_000],
    ['PageUp', 20_000],
    ['PageDown', 0],
    ['Home', 0],
    ['End', 20_000],
    [' ', 'toggle'],
    ['Tab', undefined],
    ['Escape', undefined],
  ] as const)('%j means %j', (key, meaning) => {
    expect(seekKey(key, 10_000, 20_000)).toBe(meaning);
  });
});

describe('the drawing of a recording', () => {
  /** Heights of a path's strokes, px. */
  const heights = (path: string): number[] =>
    [...path.matchAll(/M[\d.]+ ([\d.]+)V([\d.]+)/g)].map(
      ([, from, to]) => Math.round(Math.abs(Number(from) - Number(to)) * 10) / 10,
    );

  it('stands up where the caller speaks and hangs down where the assistant does', () => {
    const peaks = { duration_ms: 80, step_ms: 20, caller: [0, 500, 0, 0], assistant: [0, 0, 0, 125] };
    const { caller, assistant } = waveform(peaks, 18, 104);
    expect(heights(caller)).toEqual([1, 48.5, 1, 1]);
    // A quarter as loud, half as tall.
    expect(heights(assistant)).toEqual([1, 1, 1, 24.3]);
    expect(caller).toMatch(/^M1.5 50V49/);
    expect(assistant).toMatch(/^M1.5 54V55/);
  });

  it('loses no loud moment, whatever the width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 400 }),
        (values, bars) => {
          const drawn = stretched(values, bars);
          expect(drawn).toHaveLength(bars);
          expect(Math.max(...drawn)).toBeLessThanOrEqual(Math.max(...values));
          if (bars <= values.length) expect(Math.max(...drawn)).toBe(Math.max(...values));
          for (const value of drawn) expect(values).toContain(value);
        },
      ),
    );
  });

  it('draws silence as a thin line, and nothing as nothing', () => {
    const none = { duration_ms: 0, step_ms: 20, caller: [], assistant: [] };
    expect(Math.max(...heights(waveform(none, 300, 100).caller))).toBe(1);
  });
});
