import { describe, expect, it } from 'vitest';
import { isTimeZone, localDays } from './local-days.ts';

const begins = (now: string, zone: string, count: number) =>
  localDays(new Date(now), zone, count).map(({ day, begins }) => [day, begins.toISOString()]);

describe('the days of a time zone', () => {
  it('end with today there, and one more that ends it', () => {
    expect(begins('2026-11-17T21:30:00Z', 'Europe/Moscow', 2)).toEqual([
      ['2026-11-17', '2026-11-16T21:00:00.000Z'],
      ['2026-11-18', '2026-11-17T21:00:00.000Z'],
      ['2026-11-19', '2026-11-18T21:00:00.000Z'],
    ]);
    expect(begins('2026-11-17T21:30:00Z', 'America/New_York', 1)[0]).toEqual([
      '2026-11-17',
      '2026-11-17T05:00:00.000Z',
    ]);
    expect(begins('2026-11-17T19:29:59Z', 'Asia/Kabul', 1)[0]).toEqual([
      '2026-11-17',
      '2026-11-16T19:30:00.000Z',
    ]);
  });

  it('are shorter and longer where the clock is changed', () => {
    const hours = (now: string, zone: string, count: number) => {
      const days = localDays(new Date(now), zone, count).map((one) => one.begins.getTime());
      return days.slice(1).map((begin, index) => (begin - (days[index] ?? 0)) / 3_600_000);
    };
    expect(hours('2026-03-09T12:00:00Z', 'America/New_York', 3)).toEqual([24, 23, 24]);
    expect(hours('2026-11-02T12:00:00Z', 'America/New_York', 3)).toEqual([24, 25, 24]);
    // Chile changes at midnight: the day begins at one, and the last of the summer has two eleven o'clocks at night.
    expect(hours('2026-09-07T12:00:00Z', 'America/Santiago', 3)).toEqual([24, 23, 24]);
    expect(hours('2026-04-06T12:00:00Z', 'America/Santiago', 4)).toEqual([24, 25, 24, 24]);
  });

  it('all begin at a quarter of an hour, which sums are kept by', () => {
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      for (const { begins: at } of localDays(new Date('2026-11-17T21:30:00Z'), zone, 2))
        expect(at.getTime() % 900_000, zone).toBe(0);
    }
  });

  it('need a zone that there is', () => {
    expect(['Europe/Moscow', 'UTC', 'Asia/Kathmandu'].map(isTimeZone)).toEqual([true, true, true]);
    expect(['', 'Europe/Moskva', '; drop table', 'Mars/Phobos'].map(isTimeZone)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
