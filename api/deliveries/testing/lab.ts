import { toCallId } from '../../../engine/contract/ids.ts';
import { SILENT_LOG } from '../../log.ts';
import { Deliveries, NotYet, type DeliveryTime } from '../deliver.ts';
import type { Change, DeliveryBook } from '../delivery-book.ts';
import type { Delivery, DeliverySlot, Outgoing } from '../delivery.ts';

const NEVER = new AbortController().signal;
export const CALL = toCallId('33333333-3333-4333-8333-333333333333');

/** Time that passes only by waiting. */
export function virtualTime(): DeliveryTime & { readonly pauses: number[] } {
  let now = 1_780_000_000_000;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => now,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      pauses.push(ms);
      now += ms;
    },
  };
}

/** The book in memory; what the journal would get is in `told`. */
export class MemoryBook implements DeliveryBook {
  readonly told: { readonly state: string; readonly detail: string }[] = [];
  readonly follows: number[] = [];
  readonly #rows = new Map<string, Delivery>();

  async open(slot: DeliverySlot, gateway: string): Promise<Delivery> {
    const found = await this.find(slot);
    if (found !== undefined) return found;
    const { callId, channel, purpose } = slot;
    const key = `${callId}:${purpose}`;
    return this.#keep({
      callId,
      channel,
      purpose,
      gateway,
      state: 'pending',
      key,
      handle: null,
      attempts: 0,
      nextTryAt: null,
      sendingSince: null,
      lastError: null,
    });
  }

  async begin(delivery: Delivery, gateway: string, nowMs: number): Promise<Delivery> {
    const attempts = delivery.attempts + 1;
    return this.#keep({
      ...delivery,
      gateway,
      state: 'sending',
      attempts,
      nextTryAt: null,
      lastError: null,
      sendingSince: nowMs,
    });
  }

  async settle(delivery: Delivery, change: Change): Promise<Delivery> {
    const { detail, followAfterMs, ...columns } = change;
    if (detail !== undefined) this.told.push({ state: change.state, detail });
    if (followAfterMs !== undefined) this.follows.push(followAfterMs);
    return this.#keep({ ...delivery, ...columns, nextTryAt: columns.nextTryAt ?? null });
  }

  async find({ callId, channel, purpose }: DeliverySlot): Promise<Delivery | undefined> {
    return this.#rows.get(`${callId} ${channel} ${purpose}`);
  }

  #keep(delivery: Delivery): Delivery {
    this.#rows.set(`${delivery.callId} ${delivery.channel} ${delivery.purpose}`, delivery);
    return delivery;
  }
}

/** Deliveries over a book in memory and virtual time: one process, one at a time. */
export function deliveryLab(book: DeliveryBook = new MemoryBook()) {
  const time = virtualTime();
  const make = (over: DeliveryBook): Deliveries =>
    new Deliveries({ book: over, exclusively: (_name, work) => work(), log: SILENT_LOG, time });
  const deliveries = make(book);
  /** As the job queue does: comes again when it was told «not yet». */
  const finish = async (outgoing: Outgoing, by: Deliveries = deliveries): Promise<Delivery> => {
    for (;;) {
      try {
        return await by.deliver(outgoing, NEVER);
      } catch (error) {
        if (!(error instanceof NotYet)) throw error;
        await time.sleep(error.at - time.now(), NEVER);
      }
    }
  };
  return { time, book, deliveries, make, finish };
}
