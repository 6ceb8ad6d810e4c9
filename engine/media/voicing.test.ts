import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Voicing } from './voicing.ts';

const WINDOW = 256;
const clip = new Int16Array(
  Uint8Array.from(readFileSync(new URL('./fixtures/speech-8k.s16', import.meta.url))).buffer,
);

/** Of each whole window. */
function measures(samples: Int16Array): number[] {
  const voicing = new Voicing();
  return Array.from({ length: Math.floor(samples.length / WINDOW) }, (_, w) => {
    voicing.push(samples.subarray(w * WINDOW, (w + 1) * WINDOW));
    return voicing.measure();
  });
}

const make = (sample: (i: number) => number) =>
  Int16Array.from({ length: 40 * WINDOW }, (_, i) => Math.round(sample(i)));

function randoms(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
}

describe('Voicing', () => {
  it.each([70, 110, 180, 260, 380])('hears pulses of %i Hz, rich in harmonics', (hz) => {
    const pulses = make((i) => ((i * hz) % 8000 < hz ? 12_000 : -12_000 * (hz / 8000)));
    expect(Math.min(...measures(pulses).slice(3))).toBeGreaterThan(0.6);
  });

  it.each([20, 45])('hears no pitch in rumble of %i Hz', (hz) => {
    const rumble = make((i) => 8000 * Math.sin((2 * Math.PI * hz * i) / 8000));
    expect(Math.max(...measures(rumble).slice(2))).toBe(0);
  });

  it('hears little in white noise, none in silence and DC', () => {
    const random = randoms(5);
    const noise = measures(make(() => 4000 * random()));
    expect(Math.max(...noise)).toBeLessThan(0.6);
    expect(Math.max(...measures(make(() => 0)))).toBe(0);
    expect(Math.max(...measures(make(() => 5000)).slice(3))).toBe(0);
  });

  it('hears most of a person’s speech, also 15 dB over white noise', () => {
    const share = (samples: Int16Array) => {
      const speech = measures(samples.subarray(18_548, 45_572));
      return speech.filter((voiced) => voiced >= 0.6).length / speech.length;
    };
    expect(share(clip)).toBeGreaterThan(0.45);
    const random = randoms(9);
    const noise = 3400 / 10 ** (15 / 20) / 0.577;
    expect(share(clip.map((s) => Math.max(-32_768, Math.min(32_767, s + noise * random()))))).toBeGreaterThan(
      0.4,
    );
  });

  it('does not care how the samples were chunked', () => {
    const voicing = new Voicing();
    for (let at = 0; at < 40 * WINDOW; at += 37)
      voicing.push(clip.subarray(at, Math.min(at + 37, 40 * WINDOW)));
    expect(voicing.measure()).toBe(measures(clip.subarray(0, 40 * WINDOW)).at(-1));
  });
});
