import type { PgBoss } from 'pg-boss';
import { toCallId } from '../../engine/contract/ids.ts';
import { errorFields, type Log } from '../log.ts';
import { FOLLOW_QUEUE, type FollowJob } from '../persistence/boss.ts';
import type { DeliveryBook } from './delivery-book.ts';
import { lastErrorOf, type DeliveryCode } from './delivery-error.ts';
import { detailOf, type Delivery } from './delivery.ts';

/** What the other side says of a delivery that it has taken. `accepted`: still on its way. */
export type Report =
  | { readonly state: 'accepted' | 'delivered' }
  | { readonly state: 'undelivered'; readonly code: DeliveryCode; readonly number?: number };

/** How to ask what became of a channel's deliveries. */
export interface Follower {
  readonly title: string;
  /** A delivery accepted by another gateway is not asked for. */
  readonly gateway: string;
  /** Rejects when there is no answer: asked again at the next of its times. */
  report(delivery: Delivery, signal: AbortSignal): Promise<Report>;
}

/** After the n-th question without a final answer, seconds; then it is left as accepted. About an hour in all. */
const PAUSES_SEC = [90, 300, 900, 2_400] as const;
const POLL_SECONDS = 2;

export interface FollowOptions {
  readonly boss: PgBoss;
  readonly book: DeliveryBook;
  /** By channel. */
  readonly followers: Readonly<Record<string, Follower | undefined>>;
  readonly log: Log;
}

/** Asks what became of accepted deliveries, from the jobs that accepting left. */
export async function startFollowing(options: FollowOptions): Promise<{ stop(): Promise<void> }> {
  const { boss } = options;
  await boss.work<FollowJob>(
    FOLLOW_QUEUE,
    { batchSize: 1, pollingIntervalSeconds: POLL_SECONDS },
    async (jobs) => {
      for (const job of jobs) await followOnce(job.data, options, job.signal);
    },
  );
  return { stop: () => boss.offWork(FOLLOW_QUEUE, { wait: true }) };
}

/** One question. A final answer becomes the delivery's state and an event of the call; else the next job is left. */
export async function followOnce(job: FollowJob, options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { book, followers, boss, log } = options;
  const { channel, purpose, poll } = job;
  const callId = toCallId(job.callId);
  const delivery = await book.find({ callId, channel, purpose });
  const follower = followers[channel];
  if (delivery?.state !== 'accepted' || follower?.gateway !== delivery.gateway) return;
  let report: Report = { state: 'accepted' };
  try {
    report = await follower.report(delivery, signal);
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ callId, channel, poll, ...errorFields(error) }, 'no answer to what became of a delivery');
  }
  if (report.state !== 'accepted') {
    const lastError = report.state === 'undelivered' ? lastErrorOf(report.code, report.number) : null;
    const change = { state: report.state, lastError };
    const detail = detailOf(follower.title, change);
    await book.settle(delivery, { ...change, detail }, Date.now());
    log.info({ callId, channel, state: report.state, lastError }, 'delivery followed to its end');
    return;
  }
  const pauseSec = PAUSES_SEC[poll - 1];
  if (pauseSec === undefined) return;
  const next: FollowJob = { ...job, poll: poll + 1 };
  await boss.send(FOLLOW_QUEUE, next, { startAfter: pauseSec });
}
