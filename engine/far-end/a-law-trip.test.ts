import { expect, it } from 'vitest';
import { aLawDecode } from '../media/g711.ts';
import { throughALaw } from './a-law-trip.ts';

it('leaves A-law values as they are, and every other sample within a step of its own size', () => {
  const values = aLawDecode(Uint8Array.from({ length: 256 }, (_, code) => code));
  expect(throughALaw(values)).toEqual(values);
  const all = Int16Array.from({ length: 64_000 }, (_, i) => i - 32_000);
  const trip = throughALaw(all);
  expect(trip).not.toEqual(all);
  all.forEach((sample, i) => {
    // Half a step: a thirty-second of the magnitude, 8 at the least (G.711 table 1a).
    if (Math.abs(trip[i]! - sample) > Math.max(8, Math.abs(sample) / 32)) expect(trip[i]).toBe(sample);
  });
});
