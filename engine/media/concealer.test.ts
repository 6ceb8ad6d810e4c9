import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Concealer } from './concealer.ts';

const tone = (hz: number, from: number, count: number): Int16Array =>
  Int16Array.from({ length: count }, (_, i) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * hz * (from + i)) / 8000)),
  );

const largestStep = (samples: Int16Array): number =>
  samples.reduce((largest, sample, i) => Math.max(largest, Math.abs(sample - (samples[i - 1] ?? sample))), 0);

/** 100 ms of tone, then frames of 20 ms of which the named ones are lost. */
function play(hz: number, lost: readonly number[], frames: number): Int16Array {
  const concealer = new Concealer();
  const out = new Int16Array(800 + frames * 160);
  const head = tone(hz, 0, 800);
  concealer.voice(head);
  out.set(head);
  for (let frame = 0; frame < frames; frame++) {
    const part = out.subarray(800 + frame * 160, 960 + frame * 160);
    if (lost.includes(frame)) concealer.conceal(part);
    else {
      part.set(tone(hz, 800 + frame * 160, 160));
      concealer.voice(part);
    }
  }
  return out;
}

describe('Concealer', () => {
  it.each([90, 120, 155, 200, 333, 420, 1000])('fills a lost frame of a %i Hz tone without a click', (hz) => {
    const whole = play(hz, [], 6);
    const patched = play(hz, [2], 6);
    // The steps stay of the size of the tone's own.
    expect(largestStep(patched)).toBeLessThan(1.35 * largestStep(whole) + 100);
    const energy = patched.subarray(1120, 1280).reduce((sum, sample) => sum + sample * sample, 0) / 160;
    expect(Math.sqrt(energy)).toBeGreaterThan(0.7 * (10_000 / Math.SQRT2));
  });

  it('fades to nothing within 60 ms and says so', () => {
    const concealer = new Concealer();
    concealer.voice(tone(150, 0, 800));
    const out = new Int16Array(160);
    expect([1, 2, 3, 4, 5].map(() => concealer.conceal(out))).toEqual([160, 160, 160, 0, 0]);
    expect(out.every((sample) => sample === 0)).toBe(true);
  });

  it('makes nothing up out of silence', () => {
    const concealer = new Concealer();
    const out = new Int16Array(160).fill(5);
    expect(concealer.conceal(out)).toBe(0);
    expect(out.every((sample) => sample === 0)).toBe(true);
  });

  it('ends in silence without a step', () => {
    const concealer = new Concealer();
    const loud = new Int16Array(400).fill(8000);
    concealer.voice(loud);
    const out = new Int16Array(160).fill(77);
    concealer.silence(out);
    expect(out[0]).toBe(7500);
    expect(largestStep(out)).toBeLessThanOrEqual(501);
    expect(out.subarray(16).every((sample) => sample === 0)).toBe(true);
  });

  it('clips instead of wrapping round', () => {
    const loud = fc.array(fc.integer({ min: 25_000, max: 32_767 }), { minLength: 400, maxLength: 400 });
    fc.assert(
      fc.property(loud, (samples) => {
        const concealer = new Concealer();
        concealer.voice(Int16Array.from(samples));
        const out = new Int16Array(80);
        concealer.conceal(out);
        expect(Math.min(...out)).toBeGreaterThan(0);
      }),
    );
  });
});
