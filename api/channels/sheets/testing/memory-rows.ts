import { toCallId, type CallId } from '../../../../engine/contract/ids.ts';
import type { Delivery } from '../../../deliveries/delivery.ts';
import type { SheetRow } from '../row.ts';
import {
  GOOGLE_SHEETS,
  SHEET_CHANNEL,
  type Postponed,
  type WaitingRow,
  type WaitingRows,
} from '../waiting-rows.ts';

/** The rows on their way in memory; what journals would get is in `told`. */
export class MemoryRows implements WaitingRows {
  readonly told: { readonly callId: string; readonly what: string }[] = [];
  readonly #rows = new Map<string, WaitingRow>();
  readonly #sources = new Map<string, SheetRow>();

  /** The call of this row has ended. */
  ended(row: SheetRow): CallId {
    this.#sources.set(row.call_id, row);
    return toCallId(row.call_id);
  }

  async hand(callId: CallId): Promise<void> {
    const row = this.#sources.get(callId);
    if (row === undefined) throw new RangeError(`no call ${callId}`);
    if (this.#rows.has(callId)) return;
    const delivery: Delivery = {
      callId,
      channel: SHEET_CHANNEL,
      purpose: 'row',
      gateway: GOOGLE_SHEETS,
      state: 'pending',
      key: `${callId}:row`,
      handle: null,
      attempts: 0,
      nextTryAt: null,
      sendingSince: null,
      lastError: null,
    };
    this.#rows.set(callId, { delivery, row });
    this.told.push({ callId, what: 'waits' });
  }

  async waiting(limit: number): Promise<readonly WaitingRow[]> {
    return [...this.#rows.values()]
      .filter(({ delivery }) => delivery.state === 'pending' || delivery.state === 'sending')
      .sort((a, b) => orderOf(a).localeCompare(orderOf(b)))
      .slice(0, limit);
  }

  async begin(rows: readonly WaitingRow[], nowMs: number): Promise<readonly WaitingRow[]> {
    return rows
      .filter(({ delivery }) => this.#state(delivery.callId) === 'pending')
      .map((row) => this.#set(row, { state: 'sending', sendingSince: nowMs, nextTryAt: null }));
  }

  async release(rows: readonly WaitingRow[]): Promise<void> {
    for (const row of rows) this.#set(row, { state: 'pending', nextTryAt: null });
  }

  async postpone(rows: readonly WaitingRow[], why: Postponed): Promise<void> {
    const { detail, ...change } = why;
    for (const row of rows) {
      const { callId, lastError, attempts } = row.delivery;
      if (lastError !== why.lastError) this.told.push({ callId, what: detail });
      this.#set(row, { ...change, attempts: attempts + 1 });
    }
  }

  async written(row: WaitingRow): Promise<void> {
    this.#set(row, { state: 'accepted', lastError: null, nextTryAt: null });
    this.told.push({ callId: row.delivery.callId, what: 'done' });
  }

  async refused(row: WaitingRow, lastError: string, message: string): Promise<void> {
    this.#set(row, { state: 'failed', lastError, nextTryAt: null });
    this.told.push({ callId: row.delivery.callId, what: message });
  }

  #state(callId: string): Delivery['state'] | undefined {
    return this.#rows.get(callId)?.delivery.state;
  }

  #set(row: WaitingRow, change: Partial<Delivery>): WaitingRow {
    const { callId } = row.delivery;
    const now = this.#rows.get(callId) ?? row;
    const next: WaitingRow = { row: now.row, delivery: { ...now.delivery, ...change } };
    this.#rows.set(callId, next);
    return next;
  }
}

function orderOf({ delivery, row }: WaitingRow): string {
  return `${delivery.state === 'sending' ? 0 : 1} ${row.timestamp} ${delivery.callId}`;
}
