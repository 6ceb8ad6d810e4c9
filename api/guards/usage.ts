import type { DataSource, EntityManager } from 'typeorm';
import { hourBefore, LONGEST_CALL_SEC, type Usage } from './judge.ts';
import type { GuardLimits } from './limits.ts';
import { moscowDay } from './moscow-day.ts';
import { REFUSAL_REASONS, type RefusalReason } from './refusal.ts';

/** What the guards have let through and turned away in the Moscow day that `at` is in. */
export interface GuardsToday {
  readonly day: string;
  readonly calls: number;
  readonly talkedSec: number;
  readonly atOnce: number;
  readonly refusals: Readonly<Record<RefusalReason, number>>;
}

interface Question {
  readonly at: Date;
  readonly phone: string;
  /** Its key; null where it does not count. */
  readonly client: string | null;
  readonly limits: Pick<GuardLimits, 'perNumberHourly' | 'perClientHourly'>;
}

// Each part has a partial index (0002-guards.ts) and reads about as many rows as its limit. An orphaned call that was
// swept has no duration: it counts from its answer to the sweep.
const USAGE = `
  select
    (select count(*)::int from calls where guarded and ended_at is null) as "atOnce",
    (select count(*)::int from calls where guarded and ended_at is null and phone = $1) as "numberAtOnce",
    array(select created_at from calls where guarded and phone = $1 and created_at > $2
           order by created_at desc limit $3) as "numberHour",
    array(select created_at from calls where guarded and client = $4 and created_at > $2
           order by created_at desc limit $5) as "clientHour",
    (select count(*)::int from calls where guarded and created_at >= $6) as "callsToday",
    (select coalesce(sum(case
              when duration_sec > 0 then duration_sec
              when started_at is null then 0
              else least(${LONGEST_CALL_SEC}, ceil(extract(epoch from ended_at - started_at)))
            end), 0)::int
       from calls where guarded and ended_at >= $6) as "talkedTodaySec"`;

/** One query: one moment's truth. */
export async function readUsage(manager: EntityManager, question: Question): Promise<Usage> {
  const { at, phone, client, limits } = question;
  const [usage] = await manager.query<Usage[]>(USAGE, [
    phone,
    hourBefore(at),
    limits.perNumberHourly,
    client,
    limits.perClientHourly,
    moscowDay(at).startsAt,
  ]);
  if (usage === undefined) throw new Error('the database told nothing of the calls made so far');
  return usage;
}

export async function readToday(dataSource: DataSource, at: Date): Promise<GuardsToday> {
  const { day } = moscowDay(at);
  const nobody = { phone: '', client: null, limits: { perNumberHourly: 0, perClientHourly: 0 } };
  const [usage, rows] = await Promise.all([
    readUsage(dataSource.manager, { at, ...nobody }),
    dataSource.query<{ reason: string; count: number }[]>(
      'select reason, count from guard_refusals where day = $1',
      [day],
    ),
  ]);
  const counts = new Map(rows.map(({ reason, count }) => [reason, count]));
  const refusals = Object.fromEntries(
    REFUSAL_REASONS.map((reason) => [reason, counts.get(reason) ?? 0]),
  ) as Record<RefusalReason, number>;
  const { callsToday, talkedTodaySec, atOnce } = usage;
  return { day, calls: callsToday, talkedSec: talkedTodaySec, atOnce, refusals };
}

/** Adds one to the day's refusals of this kind; exact, however many processes count at once. */
export async function countRefusal(dataSource: DataSource, at: Date, reason: RefusalReason): Promise<void> {
  await dataSource.query(
    `insert into guard_refusals (day, reason, count) values ($1, $2, 1)
       on conflict (day, reason) do update set count = guard_refusals.count + 1`,
    [moscowDay(at).day, reason],
  );
}
