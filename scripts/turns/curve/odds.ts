import { seededRandom } from '../../../engine/far-end/random.ts';

/** 95 % of a normal distribution lie within so many deviations. */
const Z = 1.959964;
const RESAMPLES = 2000;

export type Interval = readonly [low: number, high: number];

/** The 95 % interval of a share of which `count` of `of` were seen (Wilson 1927, without continuity correction). */
export function wilson(count: number, of: number): Interval {
  if (of === 0) return [0, 1];
  const share = count / of;
  const middle = (share + Z ** 2 / (2 * of)) / (1 + Z ** 2 / of);
  const half = (Z / (1 + Z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** How likely so uneven a split is where both sides are equally likely: the exact two-sided sign test. */
export function signTest(better: number, worse: number): number {
  const of = better + worse;
  const least = Math.min(better, worse);
  let probability = 0.5 ** of;
  let sum = probability;
  for (let k = 1; k <= least; k += 1) {
    probability *= (of - k + 1) / k;
    sum += probability;
  }
  return Math.min(1, 2 * sum);
}

/** The 95 % interval of the mean by bootstrap (percentiles of 2,000 resamples; the same every time). */
export function meanInterval(values: readonly number[]): Interval {
  if (values.length === 0) return [0, 0];
  const random = seededRandom(1);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i += 1) sum += values[Math.floor(random() * values.length)]!;
    return sum / values.length;
  }).toSorted((a, b) => a - b);
  return [means[Math.round(0.025 * RESAMPLES)]!, means[Math.round(0.975 * RESAMPLES) - 1]!];
}
