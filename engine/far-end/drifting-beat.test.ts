import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DriftingBeat } from './drifting-beat.ts';

const ticks = (ppm: number, count: number) => {
  const beat = new DriftingBeat(ppm);
  return Array.from({ length: count }, (_, tick) => beat.frames(tick));
};

describe('A telephone with a clock of its own', () => {
  it('beats with ours where there is no drift', () => {
    expect(ticks(0, 3)).toEqual([0, 1, 2].map((frame) => [{ frame, delayMs: 0 }]));
  });

  it.each([
    [1_000, 50_050],
    [-1_000, 49_950],
  ])('at %i ppm sends %i frames in a thousand seconds, evenly', (ppm, expected) => {
    const frames = ticks(ppm, 50_000).flatMap((due, tick) => due.map((one) => one.delayMs + tick * 20));
    expect(Math.abs(frames.length - expected)).toBeLessThanOrEqual(1);
    const steps = frames.slice(1).map((atMs, i) => atMs - frames[i]!);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(0.001);
  });

  it('loses and repeats no frame, and is due within the tick', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000, max: 10_000 }),
        fc.integer({ min: 1, max: 400 }),
        (ppm, count) => {
          const due = ticks(ppm, count).flat();
          expect(due.map(({ frame }) => frame)).toEqual(due.map((_, at) => at));
          for (const { delayMs } of due) expect(delayMs >= 0 && delayMs < 20).toBe(true);
        },
      ),
    );
  });
});
