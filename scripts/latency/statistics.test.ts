import { describe, expect, it } from 'vitest';
import { percentile, summarise } from './statistics.ts';

describe('percentile', () => {
  it('is the nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect([0.01, 0.5, 0.95, 0.99, 1].map((share) => percentile(values, share))).toEqual([
      1, 50, 95, 99, 100,
    ]);
    expect(percentile([10, 20, 30], 0.5)).toBe(20);
    expect(percentile([10, 20, 30], 0.95)).toBe(30);
  });

  it('is nothing of nothing', () => {
    expect(summarise([])).toEqual({
      count: 0,
      p50: undefined,
      p95: undefined,
      p99: undefined,
      max: undefined,
    });
  });
});
