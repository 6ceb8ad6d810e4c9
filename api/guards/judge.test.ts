import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { judge, LONGEST_CALL_SEC, type Usage } from './judge.ts';
import type { GuardLimits } from './limits.ts';

const LIMITS: GuardLimits = {
  prefixes: ['+7'],
  callsAtOnce: 5,
  perNumberAtOnce: 1,
  perNumberHourly: 3,
  perClientHourly: 10,
  dailyCalls: 200,
  dailyMinutes: 300,
};
const NOTHING: Usage = {
  atOnce: 0,
  numberAtOnce: 0,
  numberHour: [],
  clientHour: [],
  callsToday: 0,
  talkedTodaySec: 0,
};
/** 20:00 in Moscow. */
const NOW = new Date('2026-11-17T17:00:00Z');
const TO_MIDNIGHT_SEC = 4 * 3600;
const ORDER = { phone: '+79161234567', at: NOW, countsClient: true };

const minutesAgo = (...minutes: number[]) => minutes.map((one) => new Date(NOW.getTime() - one * 60_000));
const judged = (usage: Partial<Usage>, limits: Partial<GuardLimits> = {}, order = {}) =>
  judge({ ...LIMITS, ...limits }, { ...NOTHING, ...usage }, { ...ORDER, ...order });

describe('judge', () => {
  it('admits where nothing has been used, and up to each limit', () => {
    expect(judged({})).toBeUndefined();
    expect(
      judged({
        atOnce: 4,
        numberHour: minutesAgo(1, 2),
        clientHour: minutesAgo(1, 2, 3, 4, 5, 6, 7, 8, 9),
        callsToday: 199,
        talkedTodaySec: 300 * 60 - 5 * LONGEST_CALL_SEC,
      }),
    ).toBeUndefined();
  });

  it('refuses a number with another prefix for good, and says which may be called', () => {
    const refusal = judged({}, { prefixes: ['+7916', '+7495'] }, { phone: '+79991234567' });
    expect(refusal).toEqual({
      reason: 'NUMBER_NOT_ALLOWED',
      message:
        'На такие номера HALO не звонит: разрешены номера, которые начинаются с +7916, +7495. Укажите другой номер.',
    });
    expect(judged({}, { prefixes: ['+7916', '+7495'] })).toBeUndefined();
    expect(judged({}, { prefixes: [] })?.reason).toBe('NUMBER_NOT_ALLOWED');
  });

  it.each([
    ['TOO_MANY_CALLS', { atOnce: 5 }, 60, /одновременно/],
    ['NUMBER_BUSY', { numberAtOnce: 1, atOnce: 1 }, 60, /уже звонит/],
    ['NUMBER_TOO_OFTEN', { numberHour: minutesAgo(5, 20, 35) }, 25 * 60, /звонили 3 раза.*через 25 минут\./],
    [
      'CLIENT_TOO_OFTEN',
      { clientHour: minutesAgo(1, 2, 3, 4, 5, 6, 7, 8, 9, 58) },
      120,
      /10 звонков.*через 2 минуты\./,
    ],
    ['DAILY_CALLS_SPENT', { callsToday: 200 }, TO_MIDNIGHT_SEC, /после полуночи по московскому/],
    ['DAILY_MINUTES_SPENT', { talkedTodaySec: 300 * 60 - 119 }, TO_MIDNIGHT_SEC, /минуты.*после полуночи/],
    [
      'DAILY_MINUTES_SPENT',
      { talkedTodaySec: 300 * 60 - 239, atOnce: 1 },
      60,
      /звонками, которые ещё идут.*через 1 минуту\./,
    ],
  ] as const)('refuses with %s, and says until when', (reason, usage, retryAfterSec, words) => {
    expect(judged(usage)).toEqual({
      reason,
      retryAfterSec,
      message: expect.stringMatching(words) as string,
    });
  });

  it('counts every open call as its longest, and lets exactly the last one in', () => {
    expect(judged({}, { dailyMinutes: 2 })).toBeUndefined();
    expect(judged({}, { dailyMinutes: 1 })?.reason).toBe('DAILY_MINUTES_SPENT');
    expect(judged({ atOnce: 2 }, { dailyMinutes: 6 })).toBeUndefined();
    expect(judged({ atOnce: 3 }, { dailyMinutes: 6 })?.reason).toBe('DAILY_MINUTES_SPENT');
    expect(judged({ atOnce: 1, talkedTodaySec: 120 }, { dailyMinutes: 6 })).toBeUndefined();
    expect(judged({ atOnce: 1, talkedTodaySec: 121 }, { dailyMinutes: 6 })?.retryAfterSec).toBe(60);
  });

  it('does not count a client who need not be counted', () => {
    const usage = { clientHour: minutesAgo(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) };
    expect(judged(usage, {}, { countsClient: false })).toBeUndefined();
  });

  it('tells of several broken limits the one that lasts longest', () => {
    const usage = { atOnce: 5, numberAtOnce: 1, numberHour: minutesAgo(1, 30, 50) };
    expect(judged(usage)).toMatchObject({ reason: 'NUMBER_TOO_OFTEN', retryAfterSec: 600 });
    expect(judged({ ...usage, callsToday: 200 })?.reason).toBe('DAILY_CALLS_SPENT');
  });

  it('takes a limit of nothing for a stop', () => {
    for (const name of [
      'callsAtOnce',
      'perNumberAtOnce',
      'perNumberHourly',
      'perClientHourly',
      'dailyCalls',
      'dailyMinutes',
    ])
      expect(judged({}, { [name]: 0 })?.retryAfterSec, name).toBeGreaterThan(0);
  });

  it('holds what it promises: who waits as told is admitted, and a second sooner is not', () => {
    const hour = fc
      .array(fc.integer({ min: 0, max: 3_599_999 }), { maxLength: 12 })
      .map((ages) => ages.sort((a, b) => a - b).map((ageMs) => new Date(NOW.getTime() - ageMs)));
    const within = (at: Date, list: readonly Date[], limit: number) =>
      list.filter((one) => one.getTime() > at.getTime() - 3_600_000).slice(0, limit);
    fc.assert(
      fc.property(hour, hour, fc.integer({ min: 198, max: 202 }), (numberHour, clientHour, callsToday) => {
        const at = (moment: Date): Usage => ({
          ...NOTHING,
          numberHour: within(moment, numberHour, LIMITS.perNumberHourly),
          clientHour: within(moment, clientHour, LIMITS.perClientHourly),
          callsToday: moment.getTime() < NOW.getTime() + TO_MIDNIGHT_SEC * 1000 ? callsToday : 0,
        });
        const later = (sec: number) => {
          const moment = new Date(NOW.getTime() + sec * 1000);
          return judge(LIMITS, at(moment), { ...ORDER, at: moment });
        };
        const waitSec = later(0)?.retryAfterSec;
        if (waitSec === undefined) return;
        expect(later(waitSec)).toBeUndefined();
        expect(later(waitSec - 1)).toBeDefined();
      }),
    );
  });
});
