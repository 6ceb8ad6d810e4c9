import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pacing } from './pacing.ts';

function after(lateMs: readonly number[]): Pacing {
  const pacing = new Pacing();
  for (const one of lateMs) pacing.beat(one);
  return pacing;
}

describe('Pacing', () => {
  it('knows nothing bad before the first beat', () => {
    const none = { p50Ms: 0, p99Ms: 0, maxMs: 0, lastSecondMaxMs: 0, worstMs: 0 };
    expect(new Pacing().lateness()).toEqual(none);
  });

  it('tells ten seconds, the latest one, and the worst of the call', () => {
    const calm = (beats: number): number[] => Array.from({ length: beats }, () => 1);
    const figures = after([90, ...calm(100), 40, ...calm(300), 8, ...calm(48)]).lateness();
    expect(figures).toEqual({ p50Ms: 1, p99Ms: 1, maxMs: 90, lastSecondMaxMs: 8, worstMs: 90 });
    const later = after([90, ...calm(100), 40, ...calm(450)]).lateness();
    expect(later).toEqual({ p50Ms: 1, p99Ms: 1, maxMs: 40, lastSecondMaxMs: 1, worstMs: 90 });
    // 6 of 500: one more than a hundredth.
    const hurt = after([...calm(494), 12, 13, 14, 15, 16, 17]).lateness();
    expect(hurt).toMatchObject({ p50Ms: 1, p99Ms: 12, maxMs: 17, lastSecondMaxMs: 17 });
  });

  it('says the same as whoever keeps all beats', () => {
    const quarters = fc.integer({ min: 0, max: 400 }).map((n) => n / 4);
    fc.assert(
      fc.property(fc.array(quarters, { minLength: 1, maxLength: 1_200 }), (all) => {
        const recent = all.slice(-500).sort((a, b) => a - b);
        expect(after(all).lateness()).toEqual({
          p50Ms: recent[Math.ceil(recent.length * 0.5) - 1],
          p99Ms: recent[Math.ceil(recent.length * 0.99) - 1],
          maxMs: recent.at(-1),
          lastSecondMaxMs: Math.max(...all.slice(-50)),
          worstMs: Math.max(...all),
        });
      }),
      { numRuns: 40 },
    );
  });
});
