import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DIAL_QUEUE } from '../persistence/boss.ts';
import { PgStore } from '../persistence/pg-store.ts';
import { openTestPersistence, ORDER, type TestPersistence } from '../persistence/testing/test-persistence.ts';
import type { GuardLimits } from './limits.ts';
import { REFUSAL_REASONS, GuardRefusal } from './refusal.ts';
import { readUsage } from './usage.ts';

const MANY = 1_000_000;
const OPEN_WIDE: GuardLimits = {
  prefixes: ['+7'],
  callsAtOnce: MANY,
  perNumberAtOnce: MANY,
  perNumberHourly: MANY,
  perClientHourly: MANY,
  dailyCalls: MANY,
  dailyMinutes: MANY,
};
/** 20:00 in Moscow. */
const EVENING = Date.parse('2026-11-17T17:00:00.000Z');
const MIDNIGHT = Date.parse('2026-11-17T21:00:00.000Z');
const HOUR_MS = 3_600_000;
const TAKES_AWHILE = { timeout: 10_000 };

let db: TestPersistence;
let store: PgStore;
let nowMs = EVENING;

beforeAll(async () => {
  db = await openTestPersistence();
  store = new PgStore(db.dataSource, db.boss, () => new Date(nowMs));
}, 60_000);
afterAll(async () => {
  await db.close();
});
beforeEach(async () => {
  nowMs = EVENING;
  await db.dataSource.query('truncate calls cascade');
  await db.dataSource.query('truncate guard_refusals');
  await db.boss.deleteAllJobs(DIAL_QUEUE);
});

interface Order {
  readonly limits?: Partial<GuardLimits>;
  readonly phone?: string;
  readonly client?: string;
}

/** `admitted`, or why not. */
async function order({ limits = {}, phone = ORDER.phone, client }: Order = {}): Promise<string> {
  try {
    await store.createCall({ ...ORDER, phone }, { guards: { ...OPEN_WIDE, ...limits }, client });
    return 'admitted';
  } catch (error) {
    if (!(error instanceof GuardRefusal)) throw error;
    return error.reason;
  }
}

async function orderTimes(times: number, what: Order = {}): Promise<string[]> {
  const outcomes: string[] = [];
  for (let i = 0; i < times; i += 1) outcomes.push(await order(what));
  return outcomes;
}

/** Ends every open call now, so many seconds after its answer. */
async function end(talkedSec: number): Promise<void> {
  await db.dataSource.query(
    `update calls set ended_at = $1, duration_sec = $2::int, started_at = $1::timestamptz - make_interval(secs => $2::int)
      where ended_at is null`,
    [new Date(nowMs), talkedSec],
  );
}

const rows = async () =>
  (await db.dataSource.query<{ n: number }[]>('select count(*)::int as n from calls'))[0]?.n;
const refused = async () => (await store.guardsToday()).refusals;

describe('each limit, at its exact boundary', () => {
  test('calls at once: waiting and in progress; one that ended makes room', async () => {
    const limits = { callsAtOnce: 2 };
    expect(await order({ limits, phone: '+79990000001' })).toBe('admitted');
    expect(await order({ limits, phone: '+79990000002' })).toBe('admitted');
    expect(await order({ limits, phone: '+79990000003' })).toBe('TOO_MANY_CALLS');
    await db.dataSource.query(
      `update calls set ended_at = now(), duration_sec = 0 where phone = '+79990000001'`,
    );
    expect(await order({ limits, phone: '+79990000003' })).toBe('admitted');
    expect(await order({ limits, phone: '+79990000004' })).toBe('TOO_MANY_CALLS');
  });

  test('calls at once of one number', async () => {
    const limits = { perNumberAtOnce: 1 };
    expect(await order({ limits })).toBe('admitted');
    expect(await order({ limits })).toBe('NUMBER_BUSY');
    expect(await order({ limits, phone: '+79990000002' })).toBe('admitted');
    await end(0);
    expect(await order({ limits })).toBe('admitted');
  });

  test('calls of one number within any hour: the hour slides', async () => {
    const limits = { perNumberHourly: 2 };
    expect(await order({ limits })).toBe('admitted');
    nowMs += 20 * 60_000;
    expect(await order({ limits })).toBe('admitted');
    nowMs = EVENING + HOUR_MS - 1;
    expect(await order({ limits })).toBe('NUMBER_TOO_OFTEN');
    expect(await order({ limits, phone: '+79990000002' })).toBe('admitted');
    nowMs = EVENING + HOUR_MS;
    expect(await orderTimes(2, { limits })).toEqual(['admitted', 'NUMBER_TOO_OFTEN']);
    nowMs = EVENING + HOUR_MS + 20 * 60_000;
    expect(await orderTimes(2, { limits })).toEqual(['admitted', 'NUMBER_TOO_OFTEN']);
  });

  test('calls of one client within any hour; no client, no count', async () => {
    const limits = { perClientHourly: 2 };
    const client = '203.0.113.7';
    expect(await orderTimes(3, { limits, client })).toEqual(['admitted', 'admitted', 'CLIENT_TOO_OFTEN']);
    expect(await order({ limits, client: '::ffff:203.0.113.7' })).toBe('CLIENT_TOO_OFTEN');
    expect(await order({ limits, client: '203.0.113.8' })).toBe('admitted');
    expect(await orderTimes(4, { limits })).toEqual(Array(4).fill('admitted'));
    const v6 = (host: string) => order({ limits, client: `2001:db8:1:2::${host}` });
    expect([await v6('1'), await v6('2'), await v6('3')]).toEqual([
      'admitted',
      'admitted',
      'CLIENT_TOO_OFTEN',
    ]);
    nowMs += HOUR_MS;
    expect(await order({ limits, client })).toBe('admitted');
  });

  test('calls of a day end at midnight in Moscow', async () => {
    const limits = { dailyCalls: 2 };
    nowMs = MIDNIGHT - 1;
    expect(await orderTimes(3, { limits })).toEqual(['admitted', 'admitted', 'DAILY_CALLS_SPENT']);
    expect((await store.guardsToday()).day).toBe('2026-11-17');
    nowMs = MIDNIGHT;
    expect(await store.guardsToday()).toMatchObject({ day: '2026-11-18', calls: 0, atOnce: 2 });
    expect((await refused()).DAILY_CALLS_SPENT).toBe(0);
    expect(await orderTimes(3, { limits })).toEqual(['admitted', 'admitted', 'DAILY_CALLS_SPENT']);
  });

  test('minutes of a day: talked ones, and two for every call that has not ended', async () => {
    const limits = { dailyMinutes: 6 };
    expect(await orderTimes(4, { limits })).toEqual([
      'admitted',
      'admitted',
      'admitted',
      'DAILY_MINUTES_SPENT',
    ]);
    await end(40);
    expect(await store.guardsToday()).toMatchObject({ calls: 3, talkedSec: 120, atOnce: 0 });
    expect(await orderTimes(3, { limits })).toEqual(['admitted', 'admitted', 'DAILY_MINUTES_SPENT']);
    await end(60);
    expect(await order({ limits })).toBe('admitted');
    await end(1);
    expect(await order({ limits })).toBe('DAILY_MINUTES_SPENT');
    await db.dataSource.query('update calls set duration_sec = 0, started_at = null where duration_sec = 1');
    expect(await order({ limits })).toBe('admitted');
  });

  test('a conversation over midnight counts on the day it ends, and before that in both', async () => {
    const limits = { dailyMinutes: 3 };
    nowMs = MIDNIGHT - 60_000;
    expect(await order({ limits })).toBe('admitted');
    nowMs = MIDNIGHT + 1;
    expect(await order({ limits })).toBe('DAILY_MINUTES_SPENT');
    await end(61);
    expect(await order({ limits })).toBe('DAILY_MINUTES_SPENT');
    await db.dataSource.query('update calls set duration_sec = 60');
    expect(await order({ limits })).toBe('admitted');
  });

  test('a call whose process died in mid-conversation counts until it was found, at its longest', async () => {
    await order();
    await db.dataSource.query(
      `update calls set started_at = $1, ended_at = $1::timestamptz + interval '90.2 seconds', duration_sec = 0`,
      [new Date(EVENING)],
    );
    expect((await store.guardsToday()).talkedSec).toBe(91);
    await db.dataSource.query(`update calls set ended_at = started_at + interval '1 hour'`);
    expect((await store.guardsToday()).talkedSec).toBe(120);
  });

  test('numbers with another prefix', async () => {
    expect(await order({ limits: { prefixes: ['+7916'] } })).toBe('NUMBER_NOT_ALLOWED');
    expect(await order({ limits: { prefixes: ['+7916', '+7999'] } })).toBe('admitted');
  });
});

describe('a refusal', () => {
  test('stores nothing but its count, and carries the visitor’s words', async () => {
    const guards = { ...OPEN_WIDE, perNumberHourly: 1 };
    await store.createDemoSession(ORDER, { guards, client: '203.0.113.7' });
    nowMs += 35 * 60_000 + 1;
    const refusal = store.createDemoSession(ORDER, { guards, client: '203.0.113.7' });
    await expect(refusal).rejects.toMatchObject({
      reason: 'NUMBER_TOO_OFTEN',
      retryAfterSec: 25 * 60,
      message: 'На этот номер за последний час уже звонили 1 раз. Попробуйте через 25 минут.',
    });
    for (const table of ['calls', 'call_events', 'demo_sessions'])
      expect(await db.dataSource.query(`select 1 from ${table}`), table).toHaveLength(1);
    expect(await db.boss.findJobs(DIAL_QUEUE)).toHaveLength(1);
    expect(await refused()).toEqual({
      ...Object.fromEntries(REFUSAL_REASONS.map((reason) => [reason, 0])),
      NUMBER_TOO_OFTEN: 1,
    });
  });

  test('does not stop what is let in after it, nor does a create that fails', async () => {
    const limits = { perNumberAtOnce: 1 };
    await db.dataSource.query(`alter table calls add constraint refuse check (prompt <> 'x') not valid`);
    try {
      const guards = { ...OPEN_WIDE, ...limits };
      await expect(store.createCall({ ...ORDER, prompt: 'x' }, { guards })).rejects.toThrow(/refuse/);
    } finally {
      await db.dataSource.query('alter table calls drop constraint refuse');
    }
    expect(await orderTimes(2, { limits })).toEqual(['admitted', 'NUMBER_BUSY']);
    expect(await order({ limits, phone: '+79990000002' })).toBe('admitted');
    expect(await rows()).toBe(2);
  });
});

describe('what counts', () => {
  test('calls without guards are neither judged nor counted', async () => {
    for (let i = 0; i < 3; i += 1) await store.createCall(ORDER);
    expect(await store.guardsToday()).toMatchObject({ calls: 0, atOnce: 0 });
    const strict = { callsAtOnce: 1, perNumberAtOnce: 1, perNumberHourly: 1, dailyCalls: 1 };
    expect(await order({ limits: strict })).toBe('admitted');
    expect(await store.createCall(ORDER)).toBeTruthy();
  });

  test('of an address only a key is stored, the same one in every process', async () => {
    await order({ client: '203.0.113.7' });
    const other = await db.another();
    await other.store.createCall(ORDER, { guards: OPEN_WIDE, client: '203.0.113.7' });
    const stored = await db.dataSource.query<Record<string, unknown>[]>('select * from calls');
    expect(JSON.stringify(stored)).not.toContain('203.0.113');
    const keys = stored.map((row) => row['client']);
    expect(keys[0]).toMatch(/^[\w-]{22}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  test('asks little of the database, however many calls there have been', async () => {
    await db.dataSource.query(`
      insert into calls (id, phone, language, voice, prompt, created_at, status, final_disposition, started_at,
                         ended_at, duration_sec, last_seq, view, guarded, client)
      select gen_random_uuid(), '+7999' || lpad((i % 5000)::text, 7, '0'), 'ru', 'male', '', moment, 'completed',
             'unknown', moment, moment, 60, 1, '{}', true, 'client-' || i % 500
        from (select i, timestamptz '2026-11-17T17:00:00Z' - make_interval(mins => 8 * i) as moment
                from generate_series(1, 20000) as i) as past`);
    await db.dataSource.query('analyze calls');
    const [size] = await db.dataSource.query<{ pages: number }[]>(
      `select relpages as pages from pg_class where relname = 'calls'`,
    );
    expect(size?.pages).toBeGreaterThan(300);
    expect(await pagesRead()).toBeLessThan(60);
  });
});

describe('at once, over two processes', () => {
  let stores: readonly PgStore[] = [];
  beforeAll(async () => {
    const { dataSource, boss } = await db.another();
    stores = [store, new PgStore(dataSource, boss, () => new Date(nowMs))];
  });
  const refusalsAmong = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
    outcomes.filter((one) => one.status === 'rejected' && one.reason instanceof GuardRefusal).length;

  test('of 500 demo sessions exactly as many as may be are there, and every refusal is counted', async () => {
    const guards = { ...OPEN_WIDE, callsAtOnce: 17 };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 500 }, (_, i) =>
        (stores[i % 2] ?? store).createDemoSession(
          { ...ORDER, phone: `+7999${String(i).padStart(7, '0')}` },
          { guards, client: `203.0.113.${i % 250}` },
        ),
      ),
    );
    expect(refusalsAmong(outcomes)).toBe(483);
    expect(await rows()).toBe(17);
    expect(await db.dataSource.query('select 1 from demo_sessions')).toHaveLength(17);
    expect(await db.boss.findJobs(DIAL_QUEUE)).toHaveLength(17);
    expect(await store.guardsToday()).toMatchObject({ calls: 17, atOnce: 17 });
    expect((await refused()).TOO_MANY_CALLS).toBe(483);
  });

  test.each([
    ['perNumberHourly', 'NUMBER_TOO_OFTEN', 3, 3],
    ['perClientHourly', 'CLIENT_TOO_OFTEN', 4, 4],
    ['perNumberAtOnce', 'NUMBER_BUSY', 1, 1],
    ['dailyCalls', 'DAILY_CALLS_SPENT', 7, 7],
    ['dailyMinutes', 'DAILY_MINUTES_SPENT', 11, 5],
  ] as const)('%s holds too', async (name, reason, limit, admitted) => {
    const guards = { ...OPEN_WIDE, [name]: limit };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) =>
        (stores[i % 2] ?? store).createCall(ORDER, { guards, client: '203.0.113.7' }),
      ),
    );
    expect(refusalsAmong(outcomes)).toBe(40 - admitted);
    expect(await rows()).toBe(admitted);
    expect((await refused())[reason]).toBe(40 - admitted);
  });

  test('those who wait their turn wait on one connection a process, the rest stays free', async () => {
    const other = stores[1] ?? store;
    const holder = db.dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query(`select pg_advisory_xact_lock(hashtextextended('guards', 0))`);
    const guards = OPEN_WIDE;
    const waiting = Array.from({ length: 50 }, (_, i) =>
      (stores[i % 2] ?? store).createCall(ORDER, { guards }),
    );
    await vi.waitFor(async () => {
      const queued = `select 1 from pg_locks where locktype = 'advisory' and not granted`;
      expect(await db.dataSource.query(queued)).toHaveLength(2);
    }, TAKES_AWHILE);
    await expect(store.ping()).resolves.toBeUndefined();
    await expect(other.ping()).resolves.toBeUndefined();
    expect(await rows()).toBe(0);
    await holder.rollbackTransaction();
    await holder.release();
    await Promise.all(waiting);
    expect(await rows()).toBe(50);
  });
});

/** Pages that the gate's own question reads, by `explain` of the statement that it sends. */
async function pagesRead(): Promise<number> {
  const manager = db.dataSource.createEntityManager();
  const query = manager.query.bind(manager);
  let pages = 0;
  manager.query = async (text: string, values?: unknown[]) => {
    const [plan] = await db.dataSource.query<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }[]>(
      `explain (analyze, buffers, format json) ${text}`,
      values,
    );
    const { Plan: root } = plan?.['QUERY PLAN'][0] ?? {};
    pages += (root?.['Shared Hit Blocks'] ?? NaN) + (root?.['Shared Read Blocks'] ?? NaN);
    return await query(text, values);
  };
  const limits = { perNumberHourly: 3, perClientHourly: 10 };
  await readUsage(manager, { at: new Date(EVENING), phone: '+79990000001', client: 'client-1', limits });
  return pages;
}
