import type { DataSource, EntityManager } from 'typeorm';
import type { Disposition } from '../../engine/contract/call-session.ts';
import type { InteractionLine, InteractionQuery } from '../demo/interaction-query.ts';
import { tsQuery } from './search-words.ts';

/** Counting stops here; a list longer than this says nothing of its length, unless it is known without counting. */
const COUNTED_MAX = 1_000;
/** Of matches of a search. */
const SEARCHED_MAX = 2_000;

type Database = Pick<DataSource | EntityManager, 'query'>;

export interface RealLines {
  /** In order, `limit` and one more at most. */
  readonly lines: readonly InteractionLine[];
  /** All that match, whatever `after` is; undefined where that would take counting far. */
  readonly total: number | undefined;
}

interface LineRow {
  readonly id: string;
  readonly type: 'call' | 'chat';
  readonly created_at: Date;
  readonly disposition: Disposition | null;
  readonly summary: string;
  readonly duration_sec: number;
}

/** A page of the real interactions. */
export async function realLines(dataSource: DataSource, query: InteractionQuery): Promise<RealLines> {
  const type = typeAsked(query);
  if (type === 'none' || query.source === 'demo') return { lines: [], total: 0 };
  if (query.words.length > 0) return await search(dataSource, query, type);
  const [lines, total] = await Promise.all([
    linesOf(dataSource, query, type),
    query.after === undefined ? totalOf(dataSource, query, type) : undefined,
  ]);
  return { lines, total };
}

/**
 * The planner cannot know how rare a beginning of a word is, and walks through the whole list for a word that nobody
 * said. So it is told: matches are taken from the index of words first, and counted up to SEARCHED_MAX. So few are
 * sorted; of more, the next ones are near, and the list is walked through in its order.
 */
async function search(
  dataSource: DataSource,
  query: InteractionQuery,
  type: LineRow['type'] | undefined,
): Promise<RealLines> {
  return await dataSource.transaction(async (manager) => {
    await manager.query(`select set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true),
      set_config('enable_indexscan', 'off', true), set_config('enable_indexonlyscan', 'off', true)`);
    const counted = await count(manager, query, type, SEARCHED_MAX);
    if (counted === undefined)
      await manager.query(
        `select set_config('enable_indexscan', 'on', true), set_config('enable_bitmapscan', 'off', true)`,
      );
    const lines = counted === 0 ? [] : await linesOf(manager, query, type);
    return { lines, total: query.after === undefined ? counted : undefined };
  });
}

async function linesOf(
  database: Database,
  query: InteractionQuery,
  type: LineRow['type'] | undefined,
): Promise<readonly InteractionLine[]> {
  const where = new Conditions();
  where.filter(query, type);
  where.after(query);
  const { column, direction } = ORDERS[query.sort];
  const rows = await database.query<LineRow[]>(
    `select id, type, created_at, disposition, summary, duration_sec from interactions ${where.text}
      order by ${column} ${direction}, id ${direction} limit ${query.limit + 1}`,
    where.values,
  );
  return rows.map((row) => ({
    id: row.id,
    isDemo: false,
    type: row.type,
    createdAt: row.created_at.toISOString(),
    disposition: row.disposition,
    summary: row.summary,
    durationSec: row.duration_sec,
  }));
}

async function totalOf(
  dataSource: DataSource,
  query: InteractionQuery,
  type: LineRow['type'] | undefined,
): Promise<number | undefined> {
  const { from, to, disposition } = query;
  if (from !== undefined || to !== undefined) return await count(dataSource, query, type, COUNTED_MAX);
  const sums = disposition ?? (type === undefined ? 'calls + chats' : `${type}s`);
  const [known] = await dataSource.query<{ total: number }[]>(
    `select coalesce(sum(${sums}), 0)::int as total from interaction_counts`,
  );
  return known?.total;
}

/** How many match, whatever `after` is; undefined for more than `most`. */
async function count(
  database: Database,
  query: InteractionQuery,
  type: LineRow['type'] | undefined,
  most: number,
): Promise<number | undefined> {
  const where = new Conditions();
  where.filter(query, type);
  const [counted] = await database.query<{ total: number }[]>(
    `select count(*)::int as total from (select 1 from interactions ${where.text} limit ${most + 1}) as matching`,
    where.values,
  );
  return counted === undefined || counted.total > most ? undefined : counted.total;
}

const ORDERS = {
  newest: { column: 'created_at', direction: 'desc' },
  oldest: { column: 'created_at', direction: 'asc' },
  longest: { column: 'duration_sec', direction: 'desc' },
} as const;

/** A channel is a type by another name; a disposition is a call's. */
function typeAsked({ type, channel, disposition }: InteractionQuery): LineRow['type'] | 'none' | undefined {
  const asked = new Set<LineRow['type']>();
  if (type !== undefined) asked.add(type);
  if (channel !== undefined) asked.add(channel === 'voice' ? 'call' : 'chat');
  if (disposition !== undefined) asked.add('call');
  return asked.size > 1 ? 'none' : [...asked][0];
}

/** The `where` of a query and the values of its `$n`. */
class Conditions {
  readonly values: unknown[] = [];
  readonly #all: string[] = [];

  get text(): string {
    return this.#all.length === 0 ? '' : `where ${this.#all.join(' and ')}`;
  }

  filter({ disposition, words, from, to }: InteractionQuery, type: LineRow['type'] | undefined): void {
    // What has a disposition is a call: one index says both.
    if (disposition !== undefined) this.#add('disposition =', disposition);
    else if (type !== undefined) this.#add('type =', type);
    if (from !== undefined) this.#add('created_at >=', from);
    if (to !== undefined) this.#add('created_at <', to);
    if (words.length > 0) this.#all.push(`words @@ ${this.#value(tsQuery(words))}::tsquery`);
  }

  /** The order is comparePositions': of the same key, real before demo, and `oldest` the other way round. */
  after({ after, sort }: InteractionQuery): void {
    if (after === undefined) return;
    const { column } = ORDERS[sort];
    const key = this.#value(sort === 'longest' ? after.key : new Date(after.key));
    const [beyond, fromOn] = sort === 'oldest' ? ['>', '>='] : ['<', '<'];
    if (after.isDemo) this.#all.push(`${column} ${fromOn} ${key}`);
    else this.#all.push(`(${column}, id) ${beyond} (${key}, ${this.#value(after.id)}::uuid)`);
  }

  #add(left: string, value: unknown): void {
    this.#all.push(`${left} ${this.#value(value)}`);
  }

  #value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
