import type { DataSource } from 'typeorm';
import type { Taken } from '../../deliveries/delivery.ts';
import { SmsMessageEntity, type SmsMessageRow } from '../../persistence/entities/sms-message.ts';
import { storable } from '../../persistence/storable.ts';
import type { SmsGateway, SmsOrder } from './gateway.ts';
import { countParts } from './parts.ts';

/** Keeps messages in a table where they can be shown. Nothing is sent. */
export class SmsOutbox implements SmsGateway {
  readonly name = 'outbox';
  readonly simulated = true;
  readonly repeatable = true;
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async send(order: SmsOrder, signal: AbortSignal): Promise<Taken> {
    signal.throwIfAborted();
    const text = storable(order.text);
    await this.#dataSource
      .createQueryBuilder()
      .insert()
      .into(SmsMessageEntity)
      .values({
        idempotencyKey: order.idempotencyKey,
        recipient: order.to,
        text,
        parts: countParts(text).parts,
        createdAt: new Date(),
      })
      .orIgnore()
      .execute();
    return { handle: null };
  }

  /** The newest messages, for a screen. */
  async list(limit: number): Promise<readonly SmsMessageRow[]> {
    return await this.#dataSource.manager.find(SmsMessageEntity, {
      order: { createdAt: 'DESC' },
      take: limit,
    });
  }
}
