import { describe, expect, it } from 'vitest';
import { workingMoment } from './working-moment.ts';

const DAY_MS = 86_400_000;
const weekdayOf = (moment: Date) => new Date(moment.getTime() + 3 * 3_600_000).getUTCDay();

describe('a working moment', () => {
  it('is at that Moscow time', () => {
    expect(workingMoment(new Date('2026-11-20T12:00:00Z'), 1, '10:15:30').toISOString()).toBe(
      '2026-11-19T07:15:30.000Z',
    );
  });

  it.each(Array.from({ length: 14 }, (_, day) => new Date(Date.UTC(2026, 10, 16 + day, 21, 30))))(
    'keeps a week’s rhythm when today is %s',
    (today) => {
      const moments = Array.from({ length: 57 }, (_, index) => workingMoment(today, index + 1, '12:00:00'));
      moments.forEach((moment, index) => {
        const age = today.getTime() - moment.getTime();
        expect(age).toBeGreaterThan(0);
        expect(Math.abs(age / DAY_MS - (index + 1))).toBeLessThan(2.5);
        expect(moment.getTime()).toBeLessThanOrEqual(moments[index - 1]?.getTime() ?? Infinity);
      });
      const perDay = [0, 1, 2, 3, 4, 5, 6].map(
        (day) => moments.filter((one) => weekdayOf(one) === day).length,
      );
      expect(perDay[0]).toBe(0);
      expect(perDay[6]).toBeLessThan(9);
      for (const day of [1, 2, 3, 4, 5]) expect(perDay[day]).toBeGreaterThan(7);
    },
  );
});
