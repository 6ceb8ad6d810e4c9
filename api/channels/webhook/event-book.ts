import { randomUUID } from 'node:crypto';
import type { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import type { DeliveryState } from '../../../engine/contract/call-event.ts';
import type { CallView } from '../../../engine/contract/fold-call.ts';
import { toCallId, type CallId } from '../../../engine/contract/ids.ts';
import { inTransaction, WEBHOOK_QUEUE, type CallJob } from '../../persistence/boss.ts';
import { WebhookEventEntity } from '../../persistence/entities/webhook-event.ts';

import { CALL_COMPLETED, callCompleted } from './event.ts';
import { WEBHOOK_CHANNEL } from './outgoing-webhook.ts';

/** An event as it is kept. */
export interface StoredEvent {
  readonly callId: CallId;
  /** `evt_` and a UUID. */
  readonly id: string;
  readonly body: string;
}

/** An event and how far it has come. */
export interface ListedEvent {
  readonly callId: CallId;
  readonly id: string;
  readonly createdAt: Date;
  /** `pending` before the first try. */
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly nextTryAt: Date | null;
}

/** The events for the customer's server, in PostgreSQL. */
export class WebhookEvents {
  readonly #dataSource: DataSource;
  readonly #boss: PgBoss;
  readonly #publicUrl: string | undefined;

  constructor(dataSource: DataSource, boss: PgBoss, publicUrl: string | undefined) {
    this.#dataSource = dataSource;
    this.#boss = boss;
    this.#publicUrl = publicUrl;
  }

  /**
   * Writes down what is to be told of an ended call, and in the same transaction the job that tells it. Once: a call
   * whose event is there keeps it as it is. True where it was written now.
   */
  async announce(view: CallView): Promise<boolean> {
    const at = new Date();
    const id = `evt_${randomUUID()}`;
    const body = JSON.stringify(callCompleted(view, { id, at, publicUrl: this.#publicUrl }));
    return await this.#dataSource.transaction(async (manager) => {
      const written = await manager
        .createQueryBuilder()
        .insert()
        .into(WebhookEventEntity)
        .values({ callId: view.callId, type: CALL_COMPLETED, eventId: id, body, createdAt: at })
        .orIgnore()
        .returning('event_id')
        .execute();
      if ((written.raw as unknown[]).length === 0) return false;
      const job: CallJob = { callId: view.callId };
      await this.#boss.send(WEBHOOK_QUEUE, job, { db: await inTransaction(manager) });
      return true;
    });
  }

  async find(callId: CallId): Promise<StoredEvent | undefined> {
    const row = await this.#dataSource.manager.findOneBy(WebhookEventEntity, {
      callId,
      type: CALL_COMPLETED,
    });
    return row === null ? undefined : { callId, id: row.eventId, body: row.body };
  }

  /** A job that tells it; now, or later. */
  async enqueue(callId: CallId, startAfter?: Date): Promise<void> {
    const job: CallJob = { callId };
    await this.#boss.send(WEBHOOK_QUEUE, job, startAfter === undefined ? {} : { startAfter });
  }

  /** Newest first. `failed`: only those that nobody tries any more. */
  async list(options: { readonly failed: boolean; readonly limit: number }): Promise<readonly ListedEvent[]> {
    const rows = await this.#dataSource.query<ListedRow[]>(
      `select e.call_id, e.event_id, e.created_at, coalesce(d.state, 'pending') as state,
              coalesce(d.attempts, 0) as attempts, d.last_error, d.next_try_at
         from webhook_events e
         left join deliveries d on d.call_id = e.call_id and d.channel = $1 and d.purpose = e.type
        where not $2 or d.state in ('failed', 'unknown')
        order by e.created_at desc limit $3`,
      [WEBHOOK_CHANNEL, options.failed, options.limit],
    );
    return rows.map((row) => ({
      callId: toCallId(row.call_id),
      id: row.event_id,
      createdAt: row.created_at,
      state: row.state,
      attempts: row.attempts,
      lastError: row.last_error,
      nextTryAt: row.next_try_at,
    }));
  }
}

interface ListedRow {
  readonly call_id: string;
  readonly event_id: string;
  readonly created_at: Date;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly next_try_at: Date | null;
}
