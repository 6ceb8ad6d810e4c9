import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadResampler, Resampler } from './resampler.ts';

beforeAll(loadResampler);

const tone = (hz: number, rateHz: number, seconds: number, amplitude = 16_000): Int16Array =>
  Int16Array.from({ length: rateHz * seconds }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / rateHz)),
  );

/** The amplitude of one frequency in the middle of a signal (a single bin of a DFT under a Hann window). */
function amplitudeAt(samples: Int16Array, hz: number, rateHz: number): number {
  const part = samples.subarray(rateHz / 10, samples.length - rateHz / 10);
  let re = 0;
  let im = 0;
  part.forEach((sample, i) => {
    const windowed = sample * (1 - Math.cos((2 * Math.PI * i) / part.length));
    re += windowed * Math.cos((2 * Math.PI * hz * i) / rateHz);
    im += windowed * Math.sin((2 * Math.PI * hz * i) / rateHz);
  });
  return (2 * Math.hypot(re, im)) / part.length;
}

function resample(
  samples: Int16Array,
  fromHz: number,
  toHz: number,
  cuts: readonly number[] = [],
): Int16Array {
  const resampler = new Resampler({ fromHz, toHz });
  const out: number[] = [];
  let at = 0;
  for (const cut of cuts) {
    out.push(...resampler.push(samples.subarray(at, at + cut)));
    at += cut;
  }
  out.push(...resampler.push(samples.subarray(at)), ...resampler.flush());
  resampler.free();
  return Int16Array.from(out);
}

describe('Resampler', () => {
  it.each([
    [24_000, 8000],
    [22_050, 8000],
    [48_000, 8000],
    [16_000, 8000],
    [8000, 24_000],
    [44_100, 8000],
  ])('keeps frequency, level and length from %i to %i Hz', (fromHz, toHz) => {
    const out = resample(tone(1000, fromHz, 1), fromHz, toHz);
    expect(Math.abs(out.length - toHz)).toBeLessThanOrEqual(2);
    const level = 20 * Math.log10(amplitudeAt(out, 1000, toHz) / 16_000);
    expect(Math.abs(level)).toBeLessThan(0.1);
  });

  it.each([24_000, 22_050, 44_100])(
    'keeps the moment from %i Hz: the filter delay is taken out',
    (fromHz) => {
      const samples = new Int16Array(fromHz);
      samples.fill(12_000, fromHz / 2);
      const out = resample(samples, fromHz, 8000);
      const edge = out.findIndex((sample) => sample > 6000);
      expect(Math.abs(edge - 4000)).toBeLessThanOrEqual(1);
    },
  );

  it.each([5000, 7000, 9000, 11_000])('holds aliases of %i Hz at least 60 dB down', (hz) => {
    const out = resample(tone(hz, 24_000, 1), 24_000, 8000);
    const aliasHz = Math.abs(hz - 8000 * Math.round(hz / 8000));
    expect(20 * Math.log10(amplitudeAt(out, aliasHz, 8000) / 16_000)).toBeLessThan(-60);
  });

  it.each([11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 40_000, 44_100, 48_000])(
    'from %i Hz: the telephone band (ITU-T G.712) stays flat, and what would fold into it is 75 dB down',
    (fromHz) => {
      for (const hz of [100, 300, 3_400, 3_600]) {
        const level =
          20 * Math.log10(amplitudeAt(resample(tone(hz, fromHz, 1), fromHz, 8000), hz, 8000) / 16_000);
        expect(Math.abs(level)).toBeLessThan(0.05);
      }
      for (const hz of [4_600, 5_000, 7_700].filter((one) => one < fromHz / 2)) {
        const out = resample(tone(hz, fromHz, 1), fromHz, 8000);
        expect(20 * Math.log10(amplitudeAt(out, 8000 - hz, 8000) / 16_000)).toBeLessThan(-75);
      }
    },
  );

  it('gives the same however the stream is cut', () => {
    const rates = fc.constantFrom<[number, number]>(
      [24_000, 8000],
      [22_050, 8000],
      [44_100, 8000],
      [12_000, 8000],
      [8000, 24_000],
      [48_000, 8000],
    );
    fc.assert(
      fc.property(
        rates,
        fc.int16Array({ minLength: 0, maxLength: 12_000 }),
        fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 8 }),
        ([fromHz, toHz], samples, cuts) => {
          const whole = resample(samples, fromHz, toHz);
          expect(whole.length).toBe(Math.round((samples.length * toHz) / fromHz));
          expect(resample(samples, fromHz, toHz, cuts)).toEqual(whole);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('passes equal rates through', () => {
    const resampler = new Resampler({ fromHz: 8000, toHz: 8000 });
    const samples = Int16Array.of(1, 2, 3);
    expect(resampler.push(samples)).toEqual(samples);
    expect(resampler.flush()).toHaveLength(0);
  });

  it('starts afresh after a flush', () => {
    const resampler = new Resampler({ fromHz: 24_000, toHz: 8000 });
    const samples = tone(700, 24_000, 0.1);
    const first = [...resampler.push(samples), ...resampler.flush()];
    expect([...resampler.push(samples), ...resampler.flush()]).toEqual(first);
  });

  it('refuses impossible rates and use after free', () => {
    expect(() => new Resampler({ fromHz: 0, toHz: 8000 })).toThrow(RangeError);
    const resampler = new Resampler({ fromHz: 24_000, toHz: 8000 });
    resampler.free();
    resampler.free();
    expect(() => resampler.push(new Int16Array(1))).toThrow('make a new one');
  });
});
