import type { DataSource } from 'typeorm';
import { DISPOSITIONS } from '../../engine/contract/call-session.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import type { Disposition } from '../../engine/contract/call-session.ts';
import type { PeriodSums, RealInteraction, RealTotals } from './store.ts';

interface InteractionRow {
  readonly id: string;
  readonly type: 'call' | 'chat';
  readonly created_at: Date;
  readonly call_id: string;
  readonly disposition: Disposition | null;
  readonly summary: string;
}

/** Ended calls and their chats, newest first, at most `limit` together. */
export async function realInteractions(
  dataSource: DataSource,
  limit: number,
): Promise<readonly RealInteraction[]> {
  const rows = await dataSource.query<InteractionRow[]>(
    `select id, type, created_at, call_id, disposition, summary
       from interactions order by created_at desc, id desc limit $1`,
    [Math.max(0, Math.trunc(limit))],
  );
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    createdAt: row.created_at.toISOString(),
    callId: toCallId(row.call_id),
    disposition: row.disposition ?? 'unknown',
    summary: row.summary,
  }));
}

/** Sums over ended calls. Held calls are those that were completed. */
export async function realTotals(dataSource: DataSource): Promise<RealTotals> {
  const [totals] = await dataSource.query<RealTotals[]>(
    `select coalesce(sum(calls), 0)::int as calls, coalesce(sum(chats), 0)::int as chats,
            coalesce(sum(talked), 0)::int as talked, coalesce(sum(interested), 0)::int as interested,
            coalesce(sum(leads), 0)::int as leads, coalesce(sum(held_sec), 0)::int as "durationSecSum",
            coalesce(sum(held), 0)::int as "heldCalls"
       from interaction_counts`,
  );
  if (totals === undefined) throw new Error('the database gave no totals');
  return totals;
}

/**
 * Sums of each period between two neighbours of `bounds` (ascending; a bound belongs to the period it begins).
 * Bounds are quarters of an hour: nothing finer is counted.
 */
export async function realSums(
  dataSource: DataSource,
  bounds: readonly Date[],
): Promise<readonly PeriodSums[]> {
  const rows = await dataSource.query<(PeriodSums & { period: number })[]>(
    `select width_bucket(slot, $1::timestamptz[]) as period,
            sum(calls)::int as calls, sum(chats)::int as chats, sum(talked)::int as talked, sum(leads)::int as leads,
            sum(held)::int as held, sum(held_sec)::int as "heldSec",
            ${DISPOSITIONS.map((name) => `sum(${name})::int as ${name}`).join(', ')},
            sum(replies)::int as replies, sum(reply_gap_ms)::float8 as "replyGapMs",
            sum(late_replies)::int as "lateReplies"
       from interaction_counts
      where slot >= ($1::timestamptz[])[1] and slot < ($1::timestamptz[])[array_length($1::timestamptz[], 1)]
      group by period`,
    [bounds.map((bound) => bound.toISOString())],
  );
  const byPeriod = new Map(rows.map(({ period, ...sums }) => [period, sums]));
  return bounds.slice(1).map((_, index) => byPeriod.get(index + 1) ?? NO_SUMS);
}

/** Of a period in which nobody called. */
export const NO_SUMS: PeriodSums = {
  calls: 0,
  chats: 0,
  talked: 0,
  leads: 0,
  held: 0,
  heldSec: 0,
  interested: 0,
  not_interested: 0,
  call_later: 0,
  neutral: 0,
  unknown: 0,
  replies: 0,
  replyGapMs: 0,
  lateReplies: 0,
};
