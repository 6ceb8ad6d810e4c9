import { expect, it } from 'vitest';
import { Pace } from './pace.ts';

/** How many are taken when asked every 200 ms, as often as allowed. */
function taken(pace: Pace, fromMs: number, untilMs: number): number {
  let count = 0;
  for (let ms = fromMs; ms < untilMs; ms += 200) while (pace.take(ms)) count += 1;
  return count;
}

it('keeps its rate though it is asked seldom', () => {
  for (const [perSecond, expected] of [
    [5, 50],
    [7, 70],
    [0.5, 5],
  ] as const)
    expect(Math.abs(taken(new Pace(perSecond), 0, 10_000) - expected)).toBeLessThanOrEqual(1);
});

it('does not make up for what nobody wanted', () => {
  const pace = new Pace(5);
  taken(pace, 0, 1_000);
  expect(taken(pace, 60_000, 60_200)).toBeLessThanOrEqual(2);
});
