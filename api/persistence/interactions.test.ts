import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  linesInMemory,
  positionOf,
  type InteractionLine,
  type InteractionQuery,
  type SearchableLine,
} from '../demo/interaction-query.ts';
import { SILENT_LOG } from '../log.ts';
import { listMissing } from './interaction-log.ts';
import { insertManyCalls } from './testing/many-calls.ts';
import { openTestPersistence, type TestPersistence } from './testing/test-persistence.ts';

const UNTIL = new Date('2026-11-20T12:00:00Z');
const COUNT = 800;
let db: TestPersistence;
/** What is in the table, held against the same rules in memory. */
let all: readonly SearchableLine[];

beforeAll(async () => {
  db = await openTestPersistence();
  await insertManyCalls(db.dataSource, { count: COUNT, until: UNTIL, days: 40 });
  const rows = await db.dataSource.query<
    (Omit<SearchableLine, 'createdAt'> & { readonly createdAt: Date })[]
  >(
    `select id, false as "isDemo", type, created_at as "createdAt", disposition, summary,
            duration_sec as "durationSec", tsvector_to_array(words) as words from interactions`,
  );
  all = rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}, 60_000);
afterAll(async () => {
  await db.close();
});

const EVERYTHING: InteractionQuery = { limit: 97, sort: 'newest', words: [] };

async function pages(query: InteractionQuery): Promise<InteractionLine[]> {
  const lines: InteractionLine[] = [];
  let after: InteractionQuery['after'];
  for (;;) {
    const page = (await db.store.realLines({ ...query, after })).lines;
    const shown = page.slice(0, query.limit);
    lines.push(...shown);
    const last = shown.at(-1);
    if (page.length <= query.limit || last === undefined) return lines;
    after = positionOf(last, query.sort);
  }
}

describe('the list of interactions', () => {
  test.each<Partial<InteractionQuery>>([
    {},
    { sort: 'oldest' },
    { sort: 'longest' },
    { type: 'chat' },
    { channel: 'voice', sort: 'longest' },
    { type: 'call', channel: 'telegram' },
    { disposition: 'interested' },
    { disposition: 'unknown', sort: 'oldest' },
    { disposition: 'neutral', type: 'chat' },
    { source: 'real' },
    { source: 'demo' },
    { words: ['рассрочк'] },
    { words: ['перезвоните', 'завтра'], type: 'call', sort: 'longest' },
    { words: ['уникальное0'] },
    { words: ['нетуникого'] },
    { from: '2026-11-01T00:00:00.000Z', to: '2026-11-10T00:00:00.000Z' },
    { from: '2026-11-01T00:00:00.000Z', words: ['пришл'], disposition: 'call_later', sort: 'oldest' },
  ])('pages through %j as the same rules in memory do', async (asked) => {
    const query = { ...EVERYTHING, ...asked };
    const expected = linesInMemory(all, { ...query, limit: all.length });
    expect((await pages(query)).map(({ id }) => id)).toEqual(expected.lines.map(({ id }) => id));
    expect((await db.store.realLines(query)).total).toBe(expected.total);
  });

  test('goes on after a demo line where the real ones of the same moment are over', async () => {
    const [first, second] = (await db.store.realLines({ ...EVERYTHING, limit: 2 })).lines;
    const after = { key: Date.parse(first?.createdAt ?? ''), isDemo: true, id: 'demo-call-1' };
    const below = (await db.store.realLines({ ...EVERYTHING, limit: 1, after })).lines;
    expect(below[0]?.id).toBe(second?.id);
    const above = (await db.store.realLines({ ...EVERYTHING, sort: 'oldest', limit: 5, after })).lines;
    expect(above.map(({ id }) => id)).toEqual([first?.id]);
  });

  test('does not count what would take long, unless the sums know it', async () => {
    const since = { ...EVERYTHING, from: '2000-01-01T00:00:00.000Z' };
    expect(all.length).toBeGreaterThan(1_000);
    expect((await db.store.realLines(since)).total).toBeUndefined();
    expect((await db.store.realLines(EVERYTHING)).total).toBe(all.length);
    const [line] = (await db.store.realLines(EVERYTHING)).lines;
    if (line === undefined) throw new Error('no line');
    const next = await db.store.realLines({ ...EVERYTHING, after: positionOf(line, 'newest') });
    expect(next.total).toBeUndefined();
  });

  test('gets the lines that are missing, whoever looks for them', async () => {
    const other = await db.another();
    await db.dataSource.query('delete from interactions where words @@ $1::tsquery', [`'пришл':*`]);
    const left = (await pages(EVERYTHING)).length;
    expect(left).toBeLessThan(all.length - 100);
    const [written] = await Promise.all([
      listMissing(db.dataSource, SILENT_LOG),
      listMissing(other.dataSource, SILENT_LOG),
    ]);
    expect(written).toBeGreaterThan(0);
    expect(await pages(EVERYTHING)).toHaveLength(all.length);
    expect(await listMissing(db.dataSource, SILENT_LOG)).toBe(0);
  });
});

describe('the sums', () => {
  const counted = (from: string) => `
    select coalesce(sum(calls), 0)::int as calls, coalesce(sum(chats), 0)::int as chats,
           coalesce(sum(talked), 0)::int as talked, coalesce(sum(interested), 0)::int as interested,
           coalesce(sum(leads), 0)::int as leads, coalesce(sum(held_sec), 0)::int as held_sec,
           coalesce(sum(late_replies), 0)::int as late from ${from}`;
  const AGAIN = `(select (type = 'call')::int as calls, (type = 'chat')::int as chats, talked::int,
      (disposition = 'interested')::int as interested, lead::int as leads, late_replies,
      case when held then duration_sec else 0 end as held_sec from interactions) as lines`;
  const both = async () => [
    await db.dataSource.query<unknown[]>(counted('interaction_counts')),
    await db.dataSource.query<unknown[]>(counted(AGAIN)),
  ];

  test('stay what counting again gives, whatever several writers do at once', async () => {
    const others = await Promise.all([db.another(), db.another()]);
    const change = async (dataSource: typeof db.dataSource, nth: number): Promise<void> => {
      const some = `id in (select id from interactions where abs(hashtext(id::text)) % 7 = ${nth % 7} order by id)`;
      await dataSource.transaction(async (manager) => {
        await manager.query(`select 1 from interactions where ${some} order by id for update`);
        await manager.query(
          nth % 3 === 0
            ? `delete from interactions where ${some}`
            : `update interactions set disposition = 'interested', lead = true, duration_sec = duration_sec + 1 where ${some}`,
        );
      });
    };
    const sources = [db, ...others].map(({ dataSource }) => dataSource);
    await Promise.all(Array.from({ length: 24 }, (_, nth) => change(sources[nth % 3] ?? db.dataSource, nth)));
    const [sums, again] = await both();
    expect(sums).toEqual(again);
    expect(sums).toMatchObject([{ calls: expect.any(Number) as number }]);
    await listMissing(db.dataSource, SILENT_LOG);
    const [healed, healedAgain] = await both();
    expect(healed).toEqual(healedAgain);
    expect(await db.store.realTotals()).toMatchObject({ calls: COUNT });
  });

  test('are given by periods, each to its end', async () => {
    const days = (...list: string[]) => list.map((day) => new Date(`2026-${day}T00:00:00Z`));
    const [first, second, rest] = await db.store.realSums(days('11-01', '11-02', '11-05', '12-01'));
    const within = (from: string, to: string) =>
      all.filter(
        ({ type, createdAt }) => type === 'call' && createdAt >= `2026-${from}` && createdAt < `2026-${to}`,
      ).length;
    expect([first?.calls, second?.calls]).toEqual([within('11-01', '11-02'), within('11-02', '11-05')]);
    expect(rest?.calls).toBe(within('11-05', '12-01'));
    expect(await db.store.realSums(days('12-01', '12-02'))).toMatchObject([{ calls: 0, replies: 0 }]);
  });

  test('go with the calls', async () => {
    await db.dataSource.query('delete from calls where created_at < $1', [new Date('2026-11-01T00:00:00Z')]);
    const [sums, again] = await both();
    expect(sums).toEqual(again);
    await db.dataSource.query('truncate calls cascade');
    expect(await db.store.realTotals()).toMatchObject({ calls: 0, chats: 0, durationSecSum: 0 });
  });
});
