import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RealFft } from './real-fft.ts';

const signals = fc
  .constantFrom(8, 16, 64)
  .chain((size) => fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: size, maxLength: size }));

describe('RealFft', () => {
  it('is the Fourier sum, and its inverse gives the signal back', () => {
    fc.assert(
      fc.property(signals, (samples) => {
        const size = samples.length;
        const [re, im] = [new Float64Array(size / 2 + 1), new Float64Array(size / 2 + 1)];
        const back = new Float64Array(size);
        const fft = new RealFft(size);
        fft.forward(Float64Array.from(samples), re, im);
        for (let k = 0; k <= size / 2; k++) {
          const turn = (-2 * Math.PI * k) / size;
          const sum = (f: (x: number) => number) => samples.reduce((s, x, i) => s + x * f(turn * i), 0);
          expect(re[k]).toBeCloseTo(sum(Math.cos), 4);
          expect(im[k]).toBeCloseTo(sum(Math.sin), 4);
        }
        fft.inverse(re, im, back);
        for (const [i, x] of samples.entries()) expect(back[i]).toBeCloseTo(x, 6);
      }),
      { numRuns: 50 },
    );
  });

  it.each([0, 4, 12, 262_144])('refuses a size of %i', (size) => {
    expect(() => new RealFft(size)).toThrow(RangeError);
  });
});
