import type { PgBoss } from 'pg-boss';
import { toCallId } from '../../engine/contract/ids.ts';
import { telegramLink } from '../channels/telegram/link.ts';
import { AFTER_CALL_QUEUE, type CallJob } from '../persistence/boss.ts';
import { underBoth } from '../relayed-abort.ts';
import { finishCall, type FinishCallDeps } from './finish-call.ts';

/** Calls finished at once by this process; their work is mostly waiting for an answer. */
const CONCURRENCY = 4;
const POLL_SECONDS = 1;
const STOP_GRACE_MS = 5_000;

export interface AfterCallOptions extends FinishCallDeps {
  readonly boss: PgBoss;
}

export interface AfterCall {
  /**
   * Takes no more, gives those at work 5 s, and lets go of the rest: they are gone on with by the next process.
   * Idempotent.
   */
  stop(): Promise<void>;
}

/**
 * Does the steps after each ended call, from the jobs that `call.ended` left. A job whose process was killed is
 * given to another one (or to the next start of this one) when its heartbeat has been missing for 10 s.
 * Throws RangeError on an impossible bot name.
 */
export async function startAfterCall(options: AfterCallOptions): Promise<AfterCall> {
  telegramLink(options.botName, 'check');
  const { boss } = options;
  const stopping = new AbortController();
  await boss.work<CallJob>(
    AFTER_CALL_QUEUE,
    {
      batchSize: 1,
      localConcurrency: CONCURRENCY,
      pollingIntervalSeconds: POLL_SECONDS,
      notifyPollingIntervalSeconds: POLL_SECONDS,
    },
    async (jobs) => {
      for (const job of jobs) {
        const callId = toCallId(job.data.callId);
        await underBoth(job.signal, stopping.signal, (signal) => finishCall(callId, options, signal));
      }
    },
  );
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const timer = setTimeout(() => stopping.abort(new Error('the process is stopping')), STOP_GRACE_MS);
    await boss.offWork(AFTER_CALL_QUEUE, { wait: true });
    clearTimeout(timer);
  };
  return { stop: () => (stopped ??= stop()) };
}
