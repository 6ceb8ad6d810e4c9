import { describe, expect, it } from 'vitest';
import { measureGaps } from './gaps.ts';

const RATE_HZ = 8000;
const seconds = (s: number) => Math.round(s * RATE_HZ);

/** A side on which somebody is heard in the given stretches (seconds). */
function side(lengthSec: number, stretches: readonly (readonly [number, number])[], noise = 0): Int16Array {
  const samples = Int16Array.from({ length: seconds(lengthSec) }, (_, i) => noise * Math.sin(i * 12.9898));
  for (const [from, to] of stretches) {
    for (let i = seconds(from); i < seconds(to); i += 1) samples[i] = 5000 * Math.sin(i / 3);
  }
  return samples;
}

describe('measureGaps', () => {
  it('measures from the last voiced sample to the first of the reply, and gives none for the greeting', () => {
    const gaps = measureGaps({
      assistant: side(12, [
        [0.5, 3],
        [6, 7],
        [7.2, 8],
      ]),
      caller: side(12, [[4, 5.2]]),
      rateHz: RATE_HZ,
    });
    expect(gaps).toHaveLength(1);
    expect(gaps[0]!.callerEndMs).toBeCloseTo(5200, -1);
    expect(gaps[0]!.replyStartMs).toBeCloseTo(6000, -1);
    expect(gaps[0]!.gapMs).toBeCloseTo(800, -1);
  });

  it('is not misled by line noise or a click', () => {
    const caller = side(
      10,
      [
        [4, 5],
        [5.6, 5.61],
      ],
      150,
    );
    const gaps = measureGaps({
      assistant: side(10, [
        [0.5, 3],
        [6, 7],
      ]),
      caller,
      rateHz: RATE_HZ,
    });
    expect(gaps.map((gap) => Math.round(gap.gapMs / 50) * 50)).toEqual([1000]);
  });

  it('gives nothing for silence', () => {
    expect(
      measureGaps({ assistant: new Int16Array(8000), caller: new Int16Array(8000), rateHz: RATE_HZ }),
    ).toEqual([]);
  });
});
