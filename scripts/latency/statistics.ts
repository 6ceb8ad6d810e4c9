/** What a set of measurements comes to; undefined fields where there are none. */
export interface Summary {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
}

/** The nearest-rank percentile: the smallest value that at least `share` (0…1] of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number | undefined {
  return nearestRank(Float64Array.from(values).sort(), share);
}

export function summarise(values: readonly number[]): Summary {
  const sorted = Float64Array.from(values).sort();
  return {
    count: values.length,
    p50: nearestRank(sorted, 0.5),
    p95: nearestRank(sorted, 0.95),
    p99: nearestRank(sorted, 0.99),
    max: sorted.at(-1),
  };
}

function nearestRank(sorted: Float64Array, share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
