import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../engine/far-end/random.ts';
import { envelope, findShape, pausesIn, refine, voicedSpans } from './sound-shape.ts';

const RATE_HZ = 8000;

/** Bursts of noise ([ms, level] pairs): something like syllables. */
function sound(parts: readonly (readonly [ms: number, level: number])[], seed = 1): Int16Array {
  const random = seededRandom(seed);
  return Int16Array.from(
    parts.flatMap(([ms, level]) => Array.from({ length: ms * 8 }, () => (random() * 2 - 1) * level)),
  );
}

describe('voicedSpans and pausesIn', () => {
  it('finds the voice and the long silences between two of its parts', () => {
    const pcm = sound([
      ...([
        [100, 0],
        [300, 4000],
        [20, 0],
        [200, 4000],
        [250, 30],
      ] as const),
      ...([
        [400, 3000],
        [100, 0],
        [200, 3000],
        [500, 0],
      ] as const),
    ]);
    const spans = voicedSpans(pcm, RATE_HZ);
    expect(spans).toEqual([
      { startMs: 100, endMs: 620 },
      { startMs: 870, endMs: 1270 },
      { startMs: 1370, endMs: 1570 },
    ]);
    expect(pausesIn(spans, 250)).toEqual([{ startMs: 620, endMs: 870 }]);
    expect(pausesIn(spans, 100)).toHaveLength(2);
  });

  it('takes no click for a voice', () => {
    expect(
      voicedSpans(
        sound([
          [100, 0],
          [10, 9000],
          [500, 0],
        ]),
        RATE_HZ,
      ),
    ).toEqual([]);
  });
});

describe('findShape', () => {
  const syllables = [
    [120, 5000],
    [60, 200],
    [180, 3000],
    [90, 0],
    [250, 6000],
    [40, 400],
    [130, 2500],
  ] as const;
  const needle = sound(syllables);

  it('finds a sound in a longer one, under noise too', () => {
    const quiet = new Int16Array(8000);
    const haystack = Int16Array.from([...quiet, ...needle, ...quiet]);
    const noise = sound([[4000, 500]], 7);
    const noisy = haystack.map((sample, at) => sample + noise[at]!);
    for (const where of [haystack, noisy]) {
      const match = findShape(envelope(needle, RATE_HZ), envelope(where, RATE_HZ));
      expect(match.score).toBeGreaterThan(0.9);
      expect(Math.abs(match.at - 100)).toBeLessThanOrEqual(1);
    }
  });

  it('finds where an upload with silence before it lies: before the beginning', () => {
    const upload = Int16Array.from([...new Int16Array(2400), ...needle]);
    const match = findShape(envelope(upload, RATE_HZ), envelope(needle, RATE_HZ));
    expect(match.at).toBe(-30);
  });

  it('refines to the sample', () => {
    const haystack = Int16Array.from([...new Int16Array(777), ...needle, ...new Int16Array(500)]);
    expect(refine(needle, haystack, 800, 80)).toBe(777);
  });
});
