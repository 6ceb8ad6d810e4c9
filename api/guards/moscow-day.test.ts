import { expect, it } from 'vitest';
import { moscowDay } from './moscow-day.ts';

it.each([
  ['2026-11-17T20:59:59.999Z', '2026-11-17'],
  ['2026-11-17T21:00:00.000Z', '2026-11-18'],
  ['2026-07-01T00:00:00.000Z', '2026-07-01'],
  ['2026-12-31T21:00:00.000Z', '2027-01-01'],
])('%s is in the Moscow day %s', (at, day) => {
  const { startsAt, endsAt, ...rest } = moscowDay(new Date(at));
  expect(rest).toEqual({ day });
  expect(startsAt).toEqual(new Date(`${day}T00:00:00+03:00`));
  expect(endsAt.getTime() - startsAt.getTime()).toBe(86_400_000);
});
