import { describe, expect, it } from 'vitest';
import { FaultyLine, voiceRms } from './line-faults.ts';

const packet = new Uint8Array([1, 2, 3]);
const carryMany = (line: FaultyLine, count: number) =>
  Array.from({ length: count }, () => line.carry(packet));

describe('FaultyLine', () => {
  it('carries everything at once when it has no fault', () => {
    const line = new FaultyLine({}, 1000);
    expect(line.carry(packet)).toEqual([{ bytes: packet, delayMs: 0 }]);
    const frame = new Int16Array(160).fill(5);
    expect(line.colour(frame)).toEqual(frame);
  });

  it('loses, doubles and delays in the asked-for measure', () => {
    const deliveries = carryMany(
      new FaultyLine({ loss: 0.05, jitterMs: 40, duplicates: 0.02, seed: 7 }, 1000),
      20_000,
    );
    const lost = deliveries.filter((delivery) => delivery.length === 0).length;
    const doubled = deliveries.filter((delivery) => delivery.length === 2).length;
    const delays = deliveries.flatMap((delivery) => delivery.slice(0, 1)).map(({ delayMs }) => delayMs);
    expect(lost / 20_000).toBeCloseTo(0.05, 2);
    expect(doubled / 20_000).toBeCloseTo(0.02, 2);
    expect(Math.max(...delays)).toBeLessThanOrEqual(40);
    expect(delays.reduce((sum, delay) => sum + delay, 0) / delays.length).toBeCloseTo(20, 0);
  });

  it('is bad in the same way for the same seed', () => {
    const faults = { loss: 0.3, jitterMs: 30, seed: 3 };
    expect(carryMany(new FaultyLine(faults, 1000), 100)).toEqual(
      carryMany(new FaultyLine(faults, 1000), 100),
    );
  });

  it('puts noise under the voice at the asked-for ratio', () => {
    const tone = Int16Array.from({ length: 8000 }, (_, i) => 8000 * Math.sin((2 * Math.PI * i) / 20));
    const line = new FaultyLine({ noiseSnrDb: 15, seed: 2 }, voiceRms([tone]));
    const noisy = line.colour(tone);
    const power = (samples: Int16Array) => samples.reduce((sum, sample) => sum + sample ** 2, 0);
    const noise = noisy.map((sample, i) => sample - tone[i]!);
    expect(10 * Math.log10(power(tone) / power(noise))).toBeCloseTo(15, 0);
    const pause = line.colour(new Int16Array(8000));
    expect(10 * Math.log10(power(pause) / power(noise))).toBeCloseTo(0, 0);
  });
});
