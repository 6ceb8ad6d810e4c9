import { describe, expect, it } from 'vitest';
import { BANDS, bandLevels, HOP_SAMPLES, type BandLevels } from './band-levels.ts';

function look(samples: Int16Array): BandLevels {
  const steps = bandLevels(samples, HOP_SAMPLES, 8);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const tone = (hz: number, amplitude: number) =>
  Int16Array.from({ length: 4000 }, (_, n) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * n) / 8000)),
  );

const loudestBand = ({ levels }: BandLevels, frame: number) => {
  const bands = levels.slice(frame * BANDS, (frame + 1) * BANDS);
  return bands.indexOf(Math.max(...bands));
};

describe('band levels', () => {
  it('finds a tone in its band, in even and odd frames alike', () => {
    const found = [250, 700, 1500, 3000].map((hz) => {
      const bands = look(tone(hz, 8000));
      expect(loudestBand(bands, 20)).toBe(loudestBand(bands, 21));
      return loudestBand(bands, 20);
    });
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(new Set(found).size).toBe(4);
  });

  it('says 20 dB more for ten times the amplitude', () => {
    const quiet = look(tone(1000, 800)).loudness[20]!;
    expect(look(tone(1000, 8000)).loudness[20]! - quiet).toBeCloseTo(20, 1);
  });

  it('has a frame for every hop begun, of silence too', () => {
    expect(look(new Int16Array(0)).frames).toBe(0);
    expect(look(new Int16Array(1)).frames).toBe(1);
    const silence = look(new Int16Array(801));
    expect(silence.frames).toBe(11);
    expect(silence.levels.every(Number.isFinite)).toBe(true);
  });
});
