import { describe, expect, it } from 'vitest';
import { meanInterval, signTest, wilson } from './odds.ts';

describe('wilson', () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('gives the published interval of %d of %d', (count, of, low, high) => {
    expect(wilson(count, of)[0]).toBeCloseTo(low, 4);
    expect(wilson(count, of)[1]).toBeCloseTo(high, 4);
  });

  it('knows nothing of nothing, and never leaves 0…1', () => {
    expect(wilson(0, 0)).toEqual([0, 1]);
    expect(wilson(112, 112)[1]).toBeCloseTo(1, 12);
  });
});

describe('signTest', () => {
  it.each([
    [0, 0, 1],
    [5, 5, 1],
    [0, 5, 0.0625],
    [8, 2, 0.109375],
    [1, 9, 0.021484375],
  ])('of %d against %d', (better, worse, odds) => {
    expect(signTest(better, worse)).toBeCloseTo(odds, 10);
    expect(signTest(worse, better)).toBe(signTest(better, worse));
  });
});

describe('meanInterval', () => {
  it('is narrow where all agree and holds 0 where they do not', () => {
    expect(meanInterval([-100, -100, -100])).toEqual([-100, -100]);
    const [low, high] = meanInterval([-300, 250, -40, 90, -120, 110]);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(meanInterval([])).toEqual([0, 0]);
  });

  it('is about ±1.96 standard errors of many', () => {
    const values = Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? 10 : -10));
    const [low, high] = meanInterval(values);
    expect(high).toBeGreaterThan(0.8);
    expect(high).toBeLessThan(1.2);
    expect(low).toBeLessThan(-0.8);
  });
});
