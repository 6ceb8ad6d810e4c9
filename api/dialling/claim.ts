import type { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import type { CallPlan } from '../../engine/contract/call-plan.ts';
import { toCallId, type CallId } from '../../engine/contract/ids.ts';
import { DIAL_QUEUE, inTransaction, type CallJob } from '../persistence/boss.ts';
import { LEASE_SECONDS, lockCall } from '../persistence/call-log.ts';
import { CallEntity } from '../persistence/entities/call.ts';
import { enqueue } from '../persistence/pg-store.ts';

interface QueueDeps {
  readonly dataSource: DataSource;
  readonly boss: PgBoss;
}

/**
 * Takes up to `limit` calls out of the dial queue for `owner`. The job's end, the call's lease and its leaving the
 * queue are one transaction: a crash before the commit leaves the call in the queue, a crash after it leaves an orphan
 * that is ended as failed. A person is never rung twice. `taken` counts jobs: those of calls that are past `created`
 * are ended and give no plan.
 */
export async function claimCalls(
  deps: QueueDeps,
  owner: string,
  limit: number,
): Promise<{ readonly taken: number; readonly plans: readonly CallPlan[] }> {
  return await deps.dataSource.transaction(async (manager) => {
    const db = await inTransaction(manager);
    const jobs = await deps.boss.fetch<CallJob>(DIAL_QUEUE, { batchSize: limit, db });
    const plans: CallPlan[] = [];
    for (const job of jobs) {
      const row = await lockCall(manager, toCallId(job.data.callId));
      if (row === null || row.status !== 'created' || !row.queued) continue;
      await manager.update(CallEntity, row.id, {
        queued: false,
        leaseOwner: owner,
        leaseUntil: () => `now() + interval '${LEASE_SECONDS} seconds'`,
      });
      const { phone, language, voice, prompt, farEnd } = row;
      plans.push({
        callId: toCallId(row.id),
        phone,
        language,
        voice,
        prompt,
        ...(farEnd === null ? {} : { farEnd }),
      });
    }
    if (jobs.length > 0)
      await deps.boss.complete(
        DIAL_QUEUE,
        jobs.map((job) => job.id),
        null,
        { db },
      );
    return { taken: jobs.length, plans };
  });
}

/** Gives a claimed call back to the queue: no engine slot was free after all. Nothing when it has gone on meanwhile. */
export async function returnCall(
  deps: QueueDeps,
  owner: string,
  callId: CallId,
  afterSec: number,
): Promise<void> {
  await deps.dataSource.transaction(async (manager) => {
    const row = await lockCall(manager, callId);
    if (row === null || row.status !== 'created' || row.leaseOwner !== owner) return;
    await manager.update(CallEntity, row.id, { queued: true, leaseOwner: null, leaseUntil: null });
    await enqueue(manager, deps.boss, callId, afterSec);
  });
}
