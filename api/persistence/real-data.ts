import type { DataSource } from 'typeorm';
import type { Disposition } from '../../engine/contract/call-session.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import type { RealInteraction, RealTotals } from './store.ts';

interface InteractionRow {
  readonly id: string;
  readonly type: 'call' | 'chat';
  readonly created_at: Date;
  readonly call_id: string;
  readonly disposition: Disposition;
  readonly summary: string | null;
}

/** Ended calls and their chats, newest first, at most `limit` together. */
export async function realInteractions(
  dataSource: DataSource,
  limit: number,
): Promise<readonly RealInteraction[]> {
  const rows = await dataSource.query<InteractionRow[]>(
    `(select id, 'call' as type, created_at, id as call_id, final_disposition as disposition, short_summary as summary
        from calls where ended_at is not null order by created_at desc limit $1)
     union all
     (select chats.id, 'chat', chats.created_at, chats.call_id, calls.final_disposition, chats.summary
        from chats join calls on calls.id = chats.call_id order by chats.created_at desc limit $1)
     order by created_at desc, type desc
     limit $1`,
    [Math.max(0, Math.trunc(limit))],
  );
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    createdAt: row.created_at.toISOString(),
    callId: toCallId(row.call_id),
    disposition: row.disposition,
    summary: row.summary,
  }));
}

/** Sums over ended calls. Held calls are those that were completed. */
export async function realTotals(dataSource: DataSource): Promise<RealTotals> {
  const [totals] = await dataSource.query<RealTotals[]>(
    `select count(*)::int as calls,
            (select count(*)::int from chats) as chats,
            (count(*) filter (where talked))::int as talked,
            (count(*) filter (where final_disposition = 'interested'))::int as interested,
            (count(*) filter (where final_disposition = 'interested' and crm_records.call_id is not null))::int as leads,
            coalesce(sum(duration_sec) filter (where calls.status = 'completed'), 0)::int as "durationSecSum",
            (count(*) filter (where calls.status = 'completed'))::int as "heldCalls"
       from calls left join crm_records on crm_records.call_id = calls.id
      where ended_at is not null`,
  );
  if (totals === undefined) throw new Error('the database gave no totals');
  return totals;
}
