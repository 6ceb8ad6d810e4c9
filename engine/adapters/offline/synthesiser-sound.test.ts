import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpeechShaper, rmsDbfs, speechDbfs } from './synthesiser-sound.ts';

const RATE_HZ = 24_000;
const ms = (length: number): number => (length * RATE_HZ) / 1000;

/** A 200 Hz tone of `peak`, or silence for 0. */
function sound(lengthMs: number, peak: number): Int16Array {
  return Int16Array.from(
    { length: ms(lengthMs) },
    (_, i) => peak * Math.sin((2 * Math.PI * 200 * i) / RATE_HZ),
  );
}

function shaped(samples: Int16Array, gainDb = 0, piece = samples.length): Int16Array {
  const shaper = new SpeechShaper(RATE_HZ, gainDb);
  const out: number[] = [];
  for (let at = 0; at < samples.length; at += piece)
    out.push(...shaper.push(samples.subarray(at, at + piece)));
  return Int16Array.from([...out, ...shaper.end()]);
}

const concat = (...parts: Int16Array[]): Int16Array => Int16Array.from(parts.flatMap((part) => [...part]));

describe('SpeechShaper', () => {
  it('cuts the silence at both ends to at most 40 ms each, and keeps the pause inside', () => {
    const out = shaped(
      concat(sound(300, 0), sound(500, 8000), sound(250, 0), sound(500, 8000), sound(400, 0)),
    );
    const first = out.findIndex((sample) => Math.abs(sample) > 500);
    const last = out.findLastIndex((sample) => Math.abs(sample) > 500);
    expect(first).toBeLessThanOrEqual(ms(40));
    expect(out.length - last).toBeLessThanOrEqual(ms(45));
    expect(last - first).toBeGreaterThan(ms(1245));
  });

  it('gives the same samples in whatever pieces they come', () => {
    const whole = concat(sound(90, 0), sound(130, 5000), sound(70, 0), sound(60, 9000), sound(90, 0));
    const expected = shaped(whole, 3);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4000 }), (piece) => {
        expect(Buffer.from(shaped(whole, 3, piece).buffer).equals(Buffer.from(expected.buffer))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('brings the level to where the gain says', () => {
    const quiet = sound(500, 2000);
    expect(rmsDbfs(shaped(quiet, 6)) - rmsDbfs(quiet)).toBeCloseTo(6, 0);
  });

  it('never reaches full scale, however much gain', () => {
    fc.assert(
      fc.property(
        fc.int16Array({ minLength: 480, maxLength: 960 }),
        fc.integer({ min: -10, max: 40 }),
        (samples, gainDb) => {
          expect(Math.max(0, ...shaped(samples, gainDb).map(Math.abs))).toBeLessThan(32_000);
        },
      ),
      { numRuns: 50 },
    );
    // A little too much is bent, not cut flat: neighbouring samples at the top still differ.
    const loud = shaped(sound(200, 30_000), 2);
    const top = Math.max(...loud);
    expect(loud.filter((sample) => sample === top).length).toBeLessThan(loud.length / 20);
  });

  it('gives nothing for silence', () => {
    expect(shaped(sound(1000, 0))).toHaveLength(0);
    expect(shaped(new Int16Array(0), 0, 1)).toHaveLength(0);
  });
});

describe('speechDbfs', () => {
  it('does not count the pauses', () => {
    const tone = sound(400, 8000);
    expect(speechDbfs(concat(tone, sound(2000, 0)), RATE_HZ)).toBeCloseTo(rmsDbfs(tone), 1);
  });
});
