import { afterAll, expect, it, vi } from 'vitest';
import { formatDay, formatDayShort } from './format.ts';

/** Before anything is imported: Intl keeps the zone it began with. */
const { home } = vi.hoisted(() => {
  const zone = process.env['TZ'];
  process.env['TZ'] = 'America/Los_Angeles';
  return { home: zone };
});
afterAll(() => {
  if (home === undefined) delete process.env['TZ'];
  else process.env['TZ'] = home;
});

it('a chart’s day is the same day west of Greenwich, a moment is the visitor’s own', () => {
  expect([formatDay('2026-11-17'), formatDay('2026-11-17T03:00:00.000Z')]).toEqual([
    '17 ноября',
    '16 ноября',
  ]);
  expect(formatDayShort('2026-11-17').replaceAll(/\s/g, ' ')).toBe('17 нояб.');
});
