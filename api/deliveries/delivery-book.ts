import type { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import type { CallId } from '../../engine/contract/ids.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { FOLLOW_QUEUE, inTransaction, type FollowJob } from '../persistence/boss.ts';
import { appendToCall, lockCall } from '../persistence/call-log.ts';
import { DeliveryEntity, type DeliveryRow } from '../persistence/entities/delivery.ts';
import type { Delivery, DeliverySlot } from './delivery.ts';

/** What became of a try. */
export type Change = Pick<Delivery, 'state'> &
  Partial<Pick<Delivery, 'handle' | 'lastError' | 'nextTryAt' | 'attempts'>> & {
    /** With it, the call's journal gets `delivery.changed`. */
    readonly detail?: string;
    /** With it, what becomes of an accepted delivery is asked for so much later, ms. */
    readonly followAfterMs?: number;
  };

/** Where deliveries are written down. Every method is one transaction; it is on the disk when it resolves. */
export interface DeliveryBook {
  /** The delivery of a slot; the first time it is written down, `pending`. */
  open(slot: DeliverySlot, gateway: string): Promise<Delivery>;
  /** `sending`, one try more. From here on a crash leaves the outcome unclear. */
  begin(delivery: Delivery, gateway: string, nowMs: number): Promise<Delivery>;
  settle(delivery: Delivery, change: Change, nowMs: number): Promise<Delivery>;
  /** Undefined where there is none. */
  find(slot: DeliverySlot): Promise<Delivery | undefined>;
}

/** The book in PostgreSQL. */
export class PgDeliveryBook implements DeliveryBook {
  readonly #dataSource: DataSource;
  readonly #boss: PgBoss;

  constructor(dataSource: DataSource, boss: PgBoss) {
    this.#dataSource = dataSource;
    this.#boss = boss;
  }

  async open(slot: DeliverySlot, gateway: string): Promise<Delivery> {
    const { callId, channel, purpose } = slot;
    const at = new Date();
    await this.#dataSource
      .createQueryBuilder()
      .insert()
      .into(DeliveryEntity)
      .values({
        callId,
        channel,
        purpose,
        gateway,
        state: 'pending',
        idempotencyKey: `${callId}:${purpose}`,
        attempts: 0,
        createdAt: at,
        updatedAt: at,
      })
      .orIgnore()
      .execute();
    const found = await this.find(slot);
    if (found === undefined) throw new RangeError(`no call ${callId}: nothing can be sent for it`);
    return found;
  }

  async begin(delivery: Delivery, gateway: string, nowMs: number): Promise<Delivery> {
    const attempts = delivery.attempts + 1;
    const change = { state: 'sending', attempts, nextTryAt: null, lastError: null } as const;
    const sendingSince = new Date(nowMs);
    await this.#dataSource.manager.update(DeliveryEntity, whereOf(delivery), {
      ...change,
      gateway,
      sendingSince,
      updatedAt: sendingSince,
    });
    return { ...delivery, ...change, gateway, sendingSince: nowMs };
  }

  async settle(delivery: Delivery, change: Change, nowMs: number): Promise<Delivery> {
    const { detail, followAfterMs, ...columns } = change;
    const { nextTryAt = null } = columns;
    const after: Delivery = { ...delivery, ...columns, nextTryAt };
    await this.#dataSource.transaction(async (manager) => {
      const call = await lockCall(manager, delivery.callId);
      if (call === null) throw new RangeError(`no call ${delivery.callId}: its delivery cannot be settled`);
      await manager.update(DeliveryEntity, whereOf(delivery), {
        ...columns,
        nextTryAt: nextTryAt === null ? null : new Date(nextTryAt),
        updatedAt: new Date(nowMs),
      });
      if (detail !== undefined) {
        const { callId, channel } = delivery;
        await appendToCall(manager, this.#boss, call, {
          type: 'delivery.changed',
          callId,
          seq: call.lastSeq + 1,
          at: new Date(nowMs).toISOString(),
          channel,
          gateway: delivery.gateway,
          state: after.state,
          detail,
        });
      }
      if (followAfterMs !== undefined) {
        const { callId, channel, purpose } = delivery;
        const job: FollowJob = { callId, channel, purpose, poll: 1 };
        await this.#boss.send(FOLLOW_QUEUE, job, {
          db: await inTransaction(manager),
          startAfter: Math.ceil(followAfterMs / 1_000),
        });
      }
    });
    return after;
  }

  async find(slot: DeliverySlot): Promise<Delivery | undefined> {
    const row = await this.#dataSource.manager.findOneBy(DeliveryEntity, whereOf(slot));
    return row === null ? undefined : deliveryOf(row);
  }
}

function whereOf({ callId, channel, purpose }: DeliverySlot): {
  callId: CallId;
  channel: string;
  purpose: string;
} {
  return { callId, channel, purpose };
}

function deliveryOf(row: DeliveryRow): Delivery {
  const { channel, purpose, gateway, state, idempotencyKey, handle, attempts, lastError } = row;
  return {
    callId: toCallId(row.callId),
    channel,
    purpose,
    gateway,
    state,
    key: idempotencyKey,
    handle,
    attempts,
    nextTryAt: row.nextTryAt?.getTime() ?? null,
    sendingSince: row.sendingSince?.getTime() ?? null,
    lastError,
  };
}
