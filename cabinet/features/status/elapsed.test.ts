import { expect, it } from 'vitest';
import { elapsedMs } from './elapsed.ts';

const NOW = Date.parse('2026-11-28T16:00:00Z');

it.each([
  ['2026-11-28T15:59:26Z', 34_000],
  ['2026-11-28T16:00:03Z', 0],
  // A clock that is wrong, a session of another day, and no time at all: better nothing than «16094:51».
  ['2026-11-28T16:00:09Z', undefined],
  ['2026-11-17T16:10:00Z', undefined],
  ['yesterday', undefined],
  [null, undefined],
])('since %s it has been %s ms', (from, ms) => {
  expect(elapsedMs(from, NOW)).toBe(ms);
});
