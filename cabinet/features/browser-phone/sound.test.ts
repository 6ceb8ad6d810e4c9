import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { muLawDecode, muLawEncode } from '../../../engine/media/g711.ts';
import { Downsampler } from './downsampler.ts';
import { decodeMuLaw, encodeMuLaw } from './mu-law.ts';
import { PlayoutRing } from './playout-ring.ts';

describe('μ-law in the page', () => {
  it('is the engine’s, for every byte and nearly every sample', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect([...decodeMuLaw(bytes)].map((sample) => Math.round(sample * 32_768) + 0)).toEqual([
      ...muLawDecode(bytes),
    ]);
    const samples = Int16Array.from({ length: 65_536 }, (_, at) => at - 32_768);
    expect(encodeMuLaw(Float32Array.from(samples, (one) => one / 32_768))).toEqual(muLawEncode(samples));
    expect([...encodeMuLaw(Float32Array.of(3, -3))]).toEqual([0x80, 0x00]);
  });
});

/** RMS of what remains of a tone. */
function through(rateHz: number, toneHz: number): number {
  const downsampler = new Downsampler(rateHz);
  const output: number[] = [];
  const block = new Float32Array(128);
  for (let at = 0; at < rateHz; at += block.length) {
    for (let n = 0; n < block.length; n += 1) block[n] = Math.sin((2 * Math.PI * toneHz * (at + n)) / rateHz);
    output.push(...downsampler.push(block));
  }
  expect(Math.abs(output.length - 8_000)).toBeLessThan(80);
  const steady = output.slice(500, 7_500);
  return Math.sqrt(steady.reduce((sum, one) => sum + one * one, 0) / steady.length);
}

describe('Downsampler', () => {
  it.each([48_000, 44_100, 96_000, 16_000])(
    'from %i Hz keeps speech and lets nothing fold into it',
    (rateHz) => {
      for (const tone of [100, 1_000, 3_000]) expect(through(rateHz, tone)).toBeCloseTo(Math.SQRT1_2, 1);
      if (rateHz > 16_000)
        for (const tone of [5_000, 7_000, 12_000]) expect(through(rateHz, tone)).toBeLessThan(0.005);
    },
  );

  it('does not depend on how the sound is cut', () => {
    const sound = Float32Array.from({ length: 4_800 }, (_, at) => Math.sin(at / 9) * 0.5);
    const whole = [...new Downsampler(48_000).push(sound)];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 40 }), (cuts) => {
        const downsampler = new Downsampler(48_000);
        const pieces: number[] = [];
        let from = 0;
        for (const cut of [...cuts, sound.length]) {
          pieces.push(...downsampler.push(sound.subarray(from, from + cut)));
          from += cut;
        }
        expect(pieces).toHaveLength(whole.length);
        for (const [at, one] of pieces.entries()) expect(one).toBeCloseTo(whole[at]!, 5);
      }),
      { numRuns: 30 },
    );
  });
});

describe('PlayoutRing', () => {
  const block = () => new Float32Array(128);

  it('waits for its cushion, plays all of it in order, and waits again after a hole', () => {
    const ring = new PlayoutRing();
    const out = block();
    ring.push(new Float32Array(400).fill(1));
    ring.pull(out);
    expect(out[0]).toBe(0);
    ring.push(Float32Array.from({ length: 112 }, (_, at) => at + 2));
    const heard: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      ring.pull(out);
      heard.push(...out);
    }
    expect(heard.slice(398, 402)).toEqual([1, 1, 2, 3]);
    ring.pull(out);
    expect(out.every((one) => one === 0)).toBe(true);
    ring.push(new Float32Array(160).fill(1));
    ring.pull(out);
    expect(out[0]).toBe(0);
  });

  it('never holds more than 400 ms, and never plays what was not pushed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant('pull'), fc.integer({ min: 0, max: 20_000 })), { maxLength: 80 }),
        (steps) => {
          const ring = new PlayoutRing();
          const out = block();
          for (const step of steps) {
            if (step === 'pull') {
              ring.pull(out);
              expect(out.every((one) => one === 0 || one === 0.5)).toBe(true);
            } else ring.push(new Float32Array(step).fill(0.5));
            expect(ring.queued).toBeLessThanOrEqual(3_200);
          }
        },
      ),
    );
  });
});
