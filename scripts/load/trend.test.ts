import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../engine/far-end/random.ts';
import { trend, type Point } from './trend.ts';

const points = (values: readonly number[]): Point[] => values.map((value, atMinute) => ({ atMinute, value }));

describe('A trend', () => {
  it('is the slope of a line, sure of itself', () => {
    const found = trend(points([100, 103, 106, 109]))!;
    expect(found).toMatchObject({ points: 4, spanMinutes: 3 });
    expect(found.perMinute).toBeCloseTo(3, 10);
    expect(found.margin).toBeCloseTo(0, 10);
  });

  it('of scattered points is that of the textbook', () => {
    // Σ(x−x̄)² = 10, Σ(x−x̄)(y−ȳ) = 6, residual sum of squares 2.4: b = 0.6, s.e. √(2.4 / 3 / 10), t(3) = 3.182.
    const found = trend(points([2, 4, 5, 4, 5]))!;
    expect(found.perMinute).toBeCloseTo(0.6, 10);
    expect(found.margin).toBeCloseTo(3.182 * Math.sqrt(2.4 / 30), 6);
  });

  it('needs three moments', () => {
    expect(trend([])).toBeUndefined();
    expect(trend(points([1, 2]))).toBeUndefined();
    expect(trend([1, 2, 3].map((value) => ({ atMinute: 1, value })))).toBeUndefined();
  });

  it('finds what was put in, whatever level and scale the values have', () => {
    const number = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.integer({ min: 3, max: 40 }), (level, slope, count) => {
        const found = trend(points(Array.from({ length: count }, (_, minute) => level + slope * minute)))!;
        expect(found.perMinute).toBeCloseTo(slope, 6);
      }),
    );
  });

  it('has the true slope within its margin nineteen times in twenty', () => {
    const random = seededRandom(3);
    const noise = () => random() + random() + random() - 1.5;
    let within = 0;
    for (let run = 0; run < 1_000; run += 1) {
      const found = trend(points(Array.from({ length: 12 }, (_, minute) => 2 * minute + noise())))!;
      if (Math.abs(found.perMinute - 2) <= found.margin) within += 1;
    }
    expect(within).toBeGreaterThan(930);
    expect(within).toBeLessThan(970);
  });
});
