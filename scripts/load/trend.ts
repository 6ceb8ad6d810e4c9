/** A straight line through measurements: how much more a minute. */
export interface Trend {
  readonly perMinute: number;
  /** Half of the 95 % confidence interval of `perMinute`, by the points' scatter around the line. */
  readonly margin: number;
  readonly points: number;
  readonly spanMinutes: number;
}

export interface Point {
  readonly atMinute: number;
  readonly value: number;
}

/** Two points lie on any line: what is left over from a third on tells how sure the slope is. */
const LEAST_POINTS = 3;

/** Student's t, 97.5 %, by degrees of freedom from 1 on (NIST/SEMATECH e-Handbook, 1.3.6.7.2). */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;
const NORMAL_975 = 1.96;

/** Ordinary least squares; undefined where there are fewer than three moments. */
export function trend(points: readonly Point[]): Trend | undefined {
  const minutes = points.map(({ atMinute }) => atMinute);
  if (new Set(minutes).size < LEAST_POINTS) return undefined;
  const meanMinute = mean(minutes);
  const meanValue = mean(points.map(({ value }) => value));
  const spread = sum(minutes.map((minute) => (minute - meanMinute) ** 2));
  const perMinute =
    sum(points.map(({ atMinute, value }) => (atMinute - meanMinute) * (value - meanValue))) / spread;
  const residuals = points.map(
    ({ atMinute, value }) => value - meanValue - perMinute * (atMinute - meanMinute),
  );
  const freedom = points.length - 2;
  const deviation = Math.sqrt(sum(residuals.map((residual) => residual ** 2)) / freedom / spread);
  return {
    perMinute,
    margin: (T_975[freedom - 1] ?? NORMAL_975) * deviation,
    points: points.length,
    spanMinutes: Math.max(...minutes) - Math.min(...minutes),
  };
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
