import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatedVad } from './gated-vad.ts';
import type { Vad, VadFrame } from './vad.ts';

const WINDOW = 256;

/** Calls loud windows voice; counts what it is asked. */
function counting(): Vad & { asked: number } {
  let end = 0;
  const vad = {
    asked: 0,
    push(samples: Int16Array): readonly VadFrame[] {
      expect(samples).toHaveLength(WINDOW);
      vad.asked += 1;
      end += WINDOW;
      const loud = samples.some((sample) => Math.abs(sample) > 1_000);
      return [{ endSample: end, probability: loud ? 0.9 : 0.01 }];
    },
    reset: () => (end = 0),
  };
  return vad;
}

/** An alternating tone: all of it passes the high-pass. */
const sound = (windows: number, level: number) =>
  Int16Array.from({ length: windows * WINDOW }, (_, i) => (Math.floor(i / 4) % 2 === 0 ? level : -level));

describe('GatedVad', () => {
  it('asks about a quiet line seldom, and about a voice at once and throughout', () => {
    const inner = counting();
    const vad = new GatedVad(inner);
    vad.push(sound(200, 20));
    expect(inner.asked).toBe(10);
    const before = inner.asked;
    const frames = vad.push(sound(20, 3_000));
    expect(frames.map(({ probability }) => probability)).toEqual(Array(20).fill(0.9));
    // The two windows before it are looked at again.
    expect(inner.asked - before).toBeLessThanOrEqual(22);
    expect(frames[0]!.endSample).toBe(201 * WINDOW);
  });

  it('looks at a noise that a soft voice could hide in every half second', () => {
    const inner = counting();
    const vad = new GatedVad(inner);
    vad.push(sound(100, 60));
    const before = inner.asked;
    vad.push(sound(160, 60));
    // Each time with the two windows before it.
    expect(inner.asked - before).toBe(10 * 3);
  });

  it('stays open through the pauses of a sentence', () => {
    const inner = counting();
    const vad = new GatedVad(inner);
    vad.push(sound(10, 3_000));
    vad.push(sound(9, 20));
    vad.push(sound(10, 3_000));
    expect(inner.asked).toBe(29);
  });

  it('learns the noise of a line, also when it grows', () => {
    const inner = counting();
    const vad = new GatedVad(inner);
    vad.push(sound(100, 60));
    // 12 dB more: looked at until it is known.
    vad.push(sound(200, 240));
    const before = inner.asked;
    vad.push(sound(100, 240));
    expect(inner.asked - before).toBeLessThan(30);
  });

  it('has a verdict for every window, however the sound is chunked', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ windows: fc.integer({ min: 1, max: 30 }), level: fc.integer({ min: 0, max: 9_000 }) }),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }),
        (parts, sizes) => {
          const all = Int16Array.from(parts.flatMap(({ windows, level }) => [...sound(windows, level)]));
          const whole = new GatedVad(counting()).push(all);
          const vad = new GatedVad(counting());
          const chunked: VadFrame[] = [];
          for (let at = 0, n = 0; at < all.length; n += 1) {
            const size = sizes[n % sizes.length]!;
            chunked.push(...vad.push(all.subarray(at, at + size)));
            at += size;
          }
          expect(chunked).toEqual(whole);
          expect(whole.map(({ endSample }) => endSample)).toEqual(whole.map((_, at) => (at + 1) * WINDOW));
        },
      ),
    );
  });
});
