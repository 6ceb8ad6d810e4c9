import type { DataSource } from 'typeorm';

/** What waits in the database, for all processes together. */
export interface QueueSizes {
  readonly waitingCalls: number;
  /** How long the first of them has waited, seconds; 0 where none waits. */
  readonly oldestWaitSec: number;
  /** Deliveries that are not over, by channel; channels without any are left out. */
  readonly openDeliveries: Readonly<Record<string, number>>;
}

const TIMEOUT_MS = 1_000;

/** Both questions are answered from partial indexes of what is open. Rejects when there is no answer within a second. */
export async function queueSizes(dataSource: DataSource): Promise<QueueSizes> {
  const answer = Promise.all([
    dataSource.query<[{ calls: number; oldest: number }]>(
      `select count(*)::int as calls, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest
         from calls where ended_at is null and queued`,
    ),
    dataSource.query<{ channel: string; open: number }[]>(
      `select channel, count(*)::int as open from deliveries where state in ('pending', 'sending') group by channel`,
    ),
  ]);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the database did not count its queues in time')), TIMEOUT_MS);
  });
  try {
    const [[{ calls, oldest }], channels] = await Promise.race([answer, late]);
    return {
      waitingCalls: calls,
      oldestWaitSec: Math.max(0, oldest),
      openDeliveries: Object.fromEntries(channels.map(({ channel, open }) => [channel, open])),
    };
  } finally {
    clearTimeout(timer);
    answer.catch(() => {});
  }
}
