import { describe, expect, it } from 'vitest';
import { EnergyTrack } from './turn-detector-energy.ts';

const MS = 8;
let state = 1;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;

/** A second of noise with a tone in its middle, 300 … 700 ms. */
function toneInNoise(toneLevel: number, noiseLevel: number, offset = 0): EnergyTrack {
  const track = new EnergyTrack();
  const samples = Int16Array.from({ length: 1000 * MS }, (_, i) => {
    const tone = i >= 300 * MS && i < 700 * MS ? toneLevel * Math.sin((2 * Math.PI * 200 * i) / 8000) : 0;
    return offset + tone + noiseLevel * random();
  });
  track.push(samples);
  return track;
}

const levels = [
  { name: 'a clean line', tone: 8000, noise: 0, offset: 0 },
  { name: 'a soft voice', tone: 200, noise: 2, offset: 0 },
  { name: 'noise 12 dB under the voice', tone: 4000, noise: 1200, offset: 0 },
  { name: 'a DC offset', tone: 2000, noise: 20, offset: 3000 },
];

describe('EnergyTrack', () => {
  for (const { name, tone, noise, offset } of levels) {
    it(`finds both edges within 16 ms on ${name}`, () => {
      const track = toneInNoise(tone, noise, offset);
      const peak = track.peak(400 * MS, 600 * MS);
      const before = { noise: track.quantile(50 * MS, 250 * MS, 0.5)!, peak };
      const after = { noise: track.quantile(750 * MS, 1000 * MS, 0.5)!, peak };
      // The detector hears a voice some windows late and lingers after it.
      for (const late of [-40, 0, 40, 90]) {
        const start = track.startNear((300 + late) * MS, before, 60 * MS, 600 * MS);
        const end = track.endNear((700 + late) * MS, after, 460 * MS, 990 * MS);
        expect(Math.abs(start / MS - 300)).toBeLessThanOrEqual(16);
        expect(Math.abs(end / MS - 700)).toBeLessThanOrEqual(16);
      }
    });
  }

  it('never leaves the bounds of the search', () => {
    const track = toneInNoise(8000, 0);
    const level = { noise: 0, peak: track.peak(400 * MS, 600 * MS) };
    expect(track.startNear(400 * MS, level, 380 * MS, 600 * MS)).toBe(380 * MS);
    expect(track.endNear(500 * MS, level, 400 * MS, 520 * MS)).toBe(520 * MS);
  });

  it('answers with what the detector heard where there is no edge', () => {
    const track = toneInNoise(0, 0);
    const level = { noise: 0, peak: 0 };
    expect(track.startNear(400 * MS, level, 200 * MS, 600 * MS)).toBe(400 * MS);
    expect(track.endNear(400 * MS, level, 200 * MS, 600 * MS)).toBe(400 * MS);
  });

  it('knows no noise where it has hardly any sound', () => {
    expect(toneInNoise(0, 5).quantile(100 * MS, 120 * MS, 0.5)).toBeUndefined();
  });
});
