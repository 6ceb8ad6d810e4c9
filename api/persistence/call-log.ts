import type { PgBoss } from 'pg-boss';
import type { EntityManager } from 'typeorm';
import type { FarEndOrder } from '../../engine/contract/call-plan.ts';
import {
  AFTER_CALL_STEPS,
  type CallEvent,
  type CallEventOf,
  type CallEventType,
} from '../../engine/contract/call-event.ts';
import { foldCall, type CallView } from '../../engine/contract/fold-call.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { AFTER_CALL_QUEUE, inTransaction, type CallJob } from './boss.ts';
import { CallEventEntity, type CallEventRow } from './entities/call-event.ts';
import { CallEntity, type CallRow } from './entities/call.ts';
import { isListed, listCall } from './interaction-log.ts';
import { storable } from './storable.ts';

/** How long a process answers for a call without renewing its lease. */
export const LEASE_SECONDS = 15;

export type Appended =
  | 'stored'
  /** It was there already. */
  | 'known'
  /** The call has ended without it (a sweeper ended it): dropped. */
  | 'late';

/** The call's row, locked until the transaction ends. */
export async function lockCall(manager: EntityManager, callId: CallId): Promise<CallRow | null> {
  return await manager
    .createQueryBuilder(CallEntity, 'call')
    .setLock('pessimistic_write')
    .where('call.id = :callId', { callId })
    .getOne();
}

/** Writes a call's row and its first event. `queued`: its dial job is written in the same transaction. */
export async function insertCall(
  manager: EntityManager,
  event: CallEventOf<'call.created'>,
  order: { readonly farEnd?: FarEndOrder; readonly queued: boolean },
): Promise<void> {
  const created = storable(event);
  const view = foldCall(undefined, created);
  await manager.insert(CallEntity, {
    id: created.callId,
    phone: created.phone,
    language: created.language,
    voice: created.voice,
    prompt: created.prompt,
    farEnd: order.farEnd === undefined ? null : storable(order.farEnd),
    createdAt: new Date(created.at),
    queued: order.queued,
    // Who places it himself has as long as a lease to begin.
    leaseUntil: order.queued ? null : () => `now() + interval '${LEASE_SECONDS} seconds'`,
    ...columnsOf(view),
  });
  await insertEvent(manager, created);
}

/**
 * Puts one event at the end of a call's journal; the caller holds the lock on `row`. With `call.ended` the job of the
 * steps after the call is written in the same transaction.
 * Throws RangeError on a gap in the numbers.
 */
export async function appendToCall(
  manager: EntityManager,
  boss: PgBoss,
  row: CallRow,
  event: CallEvent,
): Promise<Appended> {
  if (event.seq <= row.lastSeq) {
    return row.endedAt !== null && (await typeOf(manager, event)) !== event.type ? 'late' : 'known';
  }
  if (row.endedAt !== null && !isAfterCall(event.type)) return 'late';
  if (event.seq !== row.lastSeq + 1) {
    throw new RangeError(
      `event ${event.seq} (${event.type}) of call ${row.id} came before event ${row.lastSeq + 1}: append in order, and again from there`,
    );
  }
  const stored = storable(event);
  const view = foldCall(row.view, stored);
  await insertEvent(manager, stored);
  const ended = stored.type === 'call.ended';
  await manager.update(CallEntity, row.id, {
    ...columnsOf(view),
    ...(ended ? { queued: false, leaseOwner: null, leaseUntil: null } : {}),
  });
  if (isListed(stored.type)) await listCall(manager, view);
  if (ended) {
    const job: CallJob = { callId: row.id };
    await boss.send(AFTER_CALL_QUEUE, job, { db: await inTransaction(manager) });
  }
  return 'stored';
}

/** The event as the journal's readers get it. */
export function eventOf(row: CallEventRow): CallEvent {
  return {
    callId: row.callId,
    seq: row.seq,
    at: row.at.toISOString(),
    type: row.type,
    ...row.body,
  } as CallEvent;
}

function isAfterCall(type: CallEventType): boolean {
  if (type === 'step.failed' || type === 'delivery.changed') return true;
  return AFTER_CALL_STEPS.some((step) => type === `${step}.done`);
}

async function typeOf(manager: EntityManager, event: CallEvent): Promise<string | undefined> {
  const found = await manager.findOneBy(CallEventEntity, { callId: event.callId, seq: event.seq });
  return found?.type;
}

async function insertEvent(manager: EntityManager, event: CallEvent): Promise<void> {
  const { callId, seq, at, type, ...body } = event;
  await manager.insert(CallEventEntity, { callId, seq, at: new Date(at), type, body });
}

type FoldedColumns = Pick<
  CallRow,
  | 'status'
  | 'finalDisposition'
  | 'startedAt'
  | 'endedAt'
  | 'durationSec'
  | 'shortSummary'
  | 'talked'
  | 'lastSeq'
  | 'view'
>;

function columnsOf(view: CallView): FoldedColumns {
  return {
    status: view.status,
    finalDisposition: view.finalDisposition,
    startedAt: view.startedAt === null ? null : new Date(view.startedAt),
    endedAt: view.endedAt === null ? null : new Date(view.endedAt),
    durationSec: view.durationSec,
    shortSummary: view.shortSummary,
    talked: view.transcript.some((line) => line.speaker === 'user' && line.text !== ''),
    lastSeq: view.lastSeq,
    view,
  };
}
