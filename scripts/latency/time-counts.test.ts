import fc from 'fast-check';
import { expect, it } from 'vitest';
import { percentile } from './statistics.ts';
import { TimeCounts } from './time-counts.ts';

it('knows percentiles to a tenth of a millisecond, never too early', () => {
  const times = fc.array(fc.double({ min: 0, max: 4_000, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(times, (list) => {
      const counts = new TimeCounts();
      for (const ms of list) counts.add(ms);
      const { count, p50, p95, p99, max } = counts.summary();
      expect([count, max]).toEqual([list.length, percentile(list, 1)]);
      for (const [found, share] of [
        [p50, 0.5],
        [p95, 0.95],
        [p99, 0.99],
      ] as const) {
        const exact = percentile(list, share)!;
        expect(found).toBeGreaterThanOrEqual(exact - 1e-6);
        expect(found).toBeLessThanOrEqual(exact + 0.1 + 1e-6);
      }
    }),
  );
});

it('keeps the longest where it no longer tells times apart', () => {
  const counts = new TimeCounts();
  counts.add(60_000);
  expect(counts.summary()).toMatchObject({ count: 1, max: 60_000 });
  expect(new TimeCounts().summary()).toMatchObject({ count: 0, p99: undefined, max: undefined });
});
