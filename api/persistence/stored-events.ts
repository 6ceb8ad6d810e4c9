import type { EntitySubscriberInterface, InsertEvent, QueryRunner } from 'typeorm';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import { eventOf } from './call-log.ts';
import { CallEventEntity, type CallEventRow } from './entities/call-event.ts';

/**
 * Every event that this process has put into a journal, whoever wrote it (the engine, a step after the call, a delivery,
 * the sweeper): told once, after its transaction has committed. What is told is on the disk; what was rolled back or
 * was there already is never told.
 */
export class StoredEvents implements EntitySubscriberInterface<CallEventRow> {
  readonly #listeners = new Set<(event: CallEvent) => void>();
  readonly #uncommitted = new WeakMap<QueryRunner, CallEvent[]>();

  /** Listeners must not throw. Returns the unsubscriber. */
  subscribe(listener: (event: CallEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** TypeORM asks: which entity. */
  listenTo(): string {
    return CallEventEntity.options.name;
  }

  afterInsert({ entity, queryRunner }: InsertEvent<CallEventRow>): void {
    const event = eventOf(entity);
    if (!queryRunner.isTransactionActive) return this.#tell([event]);
    const waiting = this.#uncommitted.get(queryRunner);
    if (waiting === undefined) this.#uncommitted.set(queryRunner, [event]);
    else waiting.push(event);
  }

  /** Comes for every entity's transaction, and for inner ones too: those are not over yet. */
  afterTransactionCommit({ queryRunner }: { readonly queryRunner: QueryRunner }): void {
    if (queryRunner.isTransactionActive) return;
    const events = this.#uncommitted.get(queryRunner) ?? [];
    this.#uncommitted.delete(queryRunner);
    this.#tell(events);
  }

  afterTransactionRollback({ queryRunner }: { readonly queryRunner: QueryRunner }): void {
    this.#uncommitted.delete(queryRunner);
  }

  #tell(events: readonly CallEvent[]): void {
    for (const event of events) for (const listener of this.#listeners) listener(event);
  }
}
