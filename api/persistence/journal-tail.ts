import type { DataSource } from 'typeorm';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { eventOf } from './call-log.ts';
import type { CallEventRow } from './entities/call-event.ts';

/** So many events of one call at a time: what is left comes with the next question. */
const BATCH = 200;

/**
 * The events of many calls, of each after its own number, in one question: a probe of the primary key for each call.
 * Every call's events come in order and without gaps.
 */
export async function journalTail(
  dataSource: DataSource,
  after: ReadonlyMap<CallId, number>,
): Promise<readonly CallEvent[]> {
  if (after.size === 0) return [];
  const rows = await dataSource.query<CallEventRow[]>(
    `select e.call_id as "callId", e.seq, e.type, e.at, e.body
       from unnest($1::uuid[], $2::integer[]) as wanted (call_id, after)
       cross join lateral (
         select * from call_events one
          where one.call_id = wanted.call_id and one.seq > wanted.after
          order by one.seq limit ${BATCH}
       ) e
      order by e.call_id, e.seq`,
    [[...after.keys()], [...after.values()]],
  );
  return rows.map(eventOf);
}
