import type { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import type { CallView } from '../../../engine/contract/fold-call.ts';
import type { CallId } from '../../../engine/contract/ids.ts';
import type { DeliveryBook } from '../../deliveries/delivery-book.ts';
import type { Delivery } from '../../deliveries/delivery.ts';
import { appendToCall, lockCall } from '../../persistence/call-log.ts';
import type { AfterCallStore } from '../../persistence/store.ts';
import { rowOf, type SheetRow } from './row.ts';

export const SHEET_CHANNEL = 'sheet';
export const GOOGLE_SHEETS = 'google-sheets';
/** As people read it in the call's events. */
export const ROW_TITLE = 'Строка таблицы';
const PURPOSE = 'row';
const WAITS = `${ROW_TITLE}: ждёт записи в Google Sheets`;

/** A call's row that is not in the sheet yet, or not known to be. */
export interface WaitingRow {
  /** `pending`, or `sending`: handed over, and its outcome is not known. `attempts`: rounds that failed since. */
  readonly delivery: Delivery;
  readonly row: SheetRow;
}

/** Why rows go on waiting. */
export interface Postponed {
  readonly state: 'pending' | 'sending';
  readonly lastError: string;
  /** Wall time, ms. */
  readonly nextTryAt: number;
  /** For people; told as an event of each call whose error is another than before. */
  readonly detail: string;
}

/** The rows on their way to a sheet, in the database. What resolves is on the disk. */
export interface WaitingRows {
  /** From here on the row is on its way, once for each call; the first time the call gets an event that it waits. */
  hand(callId: CallId): Promise<void>;
  /** Those of unknown outcome first, then by the call's end; `limit` at most. */
  waiting(limit: number): Promise<readonly WaitingRow[]>;
  /** Marks rows as handed over, and gives those that were pending until now: nobody else has them. */
  begin(rows: readonly WaitingRow[], nowMs: number): Promise<readonly WaitingRow[]>;
  /** They were certainly not written: pending again, to be written at once. */
  release(rows: readonly WaitingRow[]): Promise<void>;
  postpone(rows: readonly WaitingRow[], why: Postponed, nowMs: number): Promise<void>;
  /** It is in the sheet: `row.done`. */
  written(row: WaitingRow, nowMs: number): Promise<void>;
  /** The sheet will never take it: `step.failed`. */
  refused(row: WaitingRow, lastError: string, message: string, nowMs: number): Promise<void>;
}

interface Found {
  readonly callId: CallId;
  readonly gateway: string;
  readonly state: 'pending' | 'sending';
  readonly key: string;
  readonly attempts: number;
  readonly nextTryAt: Date | null;
  readonly sendingSince: Date | null;
  readonly lastError: string | null;
  readonly view: CallView;
}

const THESE = `channel = '${SHEET_CHANNEL}' and purpose = '${PURPOSE}' and call_id = any($1)`;

/** How many rows are on their way to a Google sheet; where none is configured any more, they stay so. */
export async function countWaiting(dataSource: DataSource): Promise<number> {
  const [found] = await dataSource.query<{ count: number }[]>(
    `select count(*)::int as count from deliveries where channel = $1 and gateway = $2 and state in ('pending', 'sending')`,
    [SHEET_CHANNEL, GOOGLE_SHEETS],
  );
  return found?.count ?? 0;
}

export class PgWaitingRows implements WaitingRows {
  readonly #dataSource: DataSource;
  readonly #boss: PgBoss;
  readonly #book: DeliveryBook;
  readonly #store: AfterCallStore;

  constructor(parts: {
    readonly dataSource: DataSource;
    readonly boss: PgBoss;
    readonly book: DeliveryBook;
    readonly store: AfterCallStore;
  }) {
    this.#dataSource = parts.dataSource;
    this.#boss = parts.boss;
    this.#book = parts.book;
    this.#store = parts.store;
  }

  async hand(callId: CallId): Promise<void> {
    await this.#dataSource.transaction(async (manager) => {
      const call = await lockCall(manager, callId);
      if (call === null) throw new RangeError(`no call ${callId}: it can have no row`);
      const added = await manager.query<unknown[]>(
        `insert into deliveries (call_id, channel, purpose, gateway, state, idempotency_key, created_at, updated_at)
         values ($1, $2, $3, $4, 'pending', $5, now(), now()) on conflict do nothing returning call_id`,
        [callId, SHEET_CHANNEL, PURPOSE, GOOGLE_SHEETS, `${callId}:${PURPOSE}`],
      );
      if (added.length === 0) return;
      await appendToCall(manager, this.#boss, call, {
        type: 'delivery.changed',
        callId,
        seq: call.lastSeq + 1,
        at: new Date().toISOString(),
        channel: SHEET_CHANNEL,
        gateway: GOOGLE_SHEETS,
        state: 'pending',
        detail: WAITS,
      });
    });
  }

  async waiting(limit: number): Promise<readonly WaitingRow[]> {
    const found = await this.#dataSource.query<Found[]>(
      `select call_id as "callId", gateway, state, idempotency_key as key, attempts, next_try_at as "nextTryAt",
              sending_since as "sendingSince", last_error as "lastError", calls.view
         from deliveries join calls on calls.id = call_id
        where channel = $1 and purpose = $2 and gateway = $3 and state in ('pending', 'sending')
        order by state = 'sending' desc, ended_at, call_id limit $4`,
      [SHEET_CHANNEL, PURPOSE, GOOGLE_SHEETS, limit],
    );
    return found.map(({ view, nextTryAt, sendingSince, ...facts }) => ({
      delivery: {
        ...facts,
        channel: SHEET_CHANNEL,
        purpose: PURPOSE,
        handle: null,
        nextTryAt: nextTryAt?.getTime() ?? null,
        sendingSince: sendingSince?.getTime() ?? null,
      },
      row: rowOf(view),
    }));
  }

  async begin(rows: readonly WaitingRow[], nowMs: number): Promise<readonly WaitingRow[]> {
    const [begun] = await this.#dataSource.query<[{ callId: CallId }[], number]>(
      `update deliveries set state = 'sending', sending_since = $2, next_try_at = null, updated_at = $2
        where ${THESE} and state = 'pending' returning call_id as "callId"`,
      [idsOf(rows), new Date(nowMs)],
    );
    const ours = new Set(begun.map(({ callId }) => callId));
    return rows
      .filter(({ delivery }) => ours.has(delivery.callId))
      .map(({ delivery, row }) => ({
        row,
        delivery: { ...delivery, state: 'sending', sendingSince: nowMs },
      }));
  }

  async release(rows: readonly WaitingRow[]): Promise<void> {
    await this.#dataSource.query(
      `update deliveries set state = 'pending', next_try_at = null, updated_at = now()
        where ${THESE} and state = 'sending'`,
      [idsOf(rows)],
    );
  }

  async postpone(rows: readonly WaitingRow[], why: Postponed, nowMs: number): Promise<void> {
    const { state, lastError, nextTryAt, detail } = why;
    for (const { delivery } of rows) {
      if (delivery.lastError === lastError) continue;
      await this.#book.settle(delivery, { state, lastError, nextTryAt, detail }, nowMs);
    }
    await this.#dataSource.query(
      `update deliveries set state = $2, last_error = $3, next_try_at = $4, attempts = attempts + 1, updated_at = $5
        where ${THESE} and state in ('pending', 'sending')`,
      [idsOf(rows), state, lastError, new Date(nextTryAt), new Date(nowMs)],
    );
  }

  async written({ delivery }: WaitingRow, nowMs: number): Promise<void> {
    // In this order: a crash between the two is judged again, and finds the row in the sheet and the step done.
    await this.#store.finishStep(delivery.callId, 'row', { type: 'row.done', sink: GOOGLE_SHEETS });
    await this.#book.settle(delivery, { state: 'accepted', lastError: null }, nowMs);
  }

  async refused({ delivery }: WaitingRow, lastError: string, message: string, nowMs: number): Promise<void> {
    await this.#store.finishStep(delivery.callId, 'row', { type: 'step.failed', step: 'row', message });
    await this.#book.settle(delivery, { state: 'failed', lastError }, nowMs);
  }
}

function idsOf(rows: readonly WaitingRow[]): string[] {
  return rows.map(({ delivery }) => delivery.callId);
}
