import { setTimeout as delay } from 'node:timers/promises';
import { errorFields, type Log } from '../log.ts';
import type { Change, DeliveryBook } from './delivery-book.ts';
import { DeliveryError, lastErrorOf } from './delivery-error.ts';
import {
  detailOf,
  isOver,
  PATIENCE,
  type Delivery,
  type DeliverySlot,
  type Found,
  type Outgoing,
  type Patience,
  type Taken,
} from './delivery.ts';

/** Wall time and waiting; tests give their own. `sleep` rejects when the signal aborts. */
export interface DeliveryTime {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const REAL_TIME: DeliveryTime = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
};

/** Pauses up to this are waited for; longer ones are left to the job queue, so that other calls have the place. */
const IN_PLACE_MS = 5_000;
const JITTER = 0.25;
const ENTRY_TRIES = 5;
const ENTRY_PAUSE_MS = 500;
/** Between `accepted` and the first question what became of it. */
const FOLLOW_AFTER_MS = 30_000;

export interface DeliveriesOptions {
  readonly book: DeliveryBook;
  /** One at a time for each name, over all processes of the database. */
  readonly exclusively: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  readonly log: Log;
  readonly time?: DeliveryTime;
}

/** It is to be tried again, and not soon. Run it again after `at`. */
export class NotYet extends Error {
  /** Wall time, ms. */
  readonly at: number;
  constructor(at: number) {
    super('the delivery waits for its next try');
    this.name = 'NotYet';
    this.at = at;
  }
}

/**
 * The one way out of the house. What is sent is written down first (`sending`, committed), then handed over, then its
 * outcome is written: a process that finds `sending` and nobody at work on it knows that another died on the way. It
 * repeats where the other side keeps to our key, asks where it can be asked, and otherwise says `unknown` and leaves it.
 *
 * Events: every outcome but `accepted`, which the caller's own event tells (or `told` asks for).
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #time: DeliveryTime;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#time = options.time ?? REAL_TIME;
  }

  /**
   * Sends, with retries, until the delivery is over; the same slot again gives the same outcome and sends nothing.
   * Rejects with NotYet when the next try is more than 5 s away, and when the database is away or `signal` aborts: run
   * it again.
   */
  async deliver(outgoing: Outgoing, signal: AbortSignal): Promise<Delivery> {
    for (;;) {
      const delivery = await this.deliverOnce(outgoing, signal);
      if (isOver(delivery.state)) return delivery;
      const at = delivery.nextTryAt ?? this.#time.now();
      const waitMs = at - this.#time.now();
      if (waitMs > IN_PLACE_MS) throw new NotYet(at);
      if (waitMs > 0) await this.#time.sleep(waitMs, signal);
    }
  }

  /** One try, if it is time for it. For channels with a queue of their own, which come again at `nextTryAt`. */
  async deliverOnce(outgoing: Outgoing, signal: AbortSignal): Promise<Delivery> {
    const { callId, channel, purpose, gateway } = outgoing;
    const { book, exclusively } = this.#options;
    return await exclusively(lockName(callId, channel, purpose), async () => {
      signal.throwIfAborted();
      let delivery = await book.open(outgoing, gateway);
      if (isOver(delivery.state) || (delivery.nextTryAt ?? 0) > this.#time.now()) return delivery;
      if (delivery.state === 'sending') delivery = await this.#recover(outgoing, delivery, signal);
      if (isOver(delivery.state) || (delivery.nextTryAt ?? 0) > this.#time.now()) return delivery;
      const sending = await book.begin(delivery, gateway, this.#time.now());
      let taken: Taken;
      try {
        taken = await outgoing.send(sending.key, signal);
      } catch (error) {
        // We are being stopped: whoever comes next finds `sending`, and judges it as after a crash.
        signal.throwIfAborted();
        if (!(error instanceof DeliveryError)) {
          this.#options.log.warn(
            { callId, channel, gateway, ...errorFields(error) },
            'a send failed unforeseen',
          );
        }
        return await this.#fail(outgoing, sending, failureOf(error));
      }
      return await this.#take(outgoing, sending, taken, signal);
    });
  }

  /**
   * Begins a delivery anew, whatever became of it, with its key: its next try is now. Undefined where there is none.
   * For what a person asks for, of things that may be repeated.
   */
  async reopen(slot: DeliverySlot & { readonly title: string }): Promise<Delivery | undefined> {
    const { callId, channel, purpose, title } = slot;
    const { book, exclusively } = this.#options;
    return await exclusively(lockName(callId, channel, purpose), async () => {
      const delivery = await book.find(slot);
      if (delivery === undefined) return undefined;
      const detail = `${title}: отправляем заново`;
      return await book.settle(
        delivery,
        { state: 'pending', attempts: 0, lastError: null, detail },
        this.#time.now(),
      );
    });
  }

  /** Nobody is at work on a delivery that is `sending`: what can be known of it? `pending` means: send. */
  async #recover(outgoing: Outgoing, delivery: Delivery, signal: AbortSignal): Promise<Delivery> {
    const lastError = delivery.lastError ?? lastErrorOf('CRASHED');
    const known = delivery.gateway === outgoing.gateway;
    if (known && outgoing.repeatable) return { ...delivery, state: 'pending' };
    if (!known || outgoing.lookup === undefined)
      return await this.#settle(outgoing, delivery, { state: 'unknown', lastError });
    const { settleMs, ask } = outgoing.lookup;
    const settledAt = (delivery.sendingSince ?? 0) + settleMs;
    if (settledAt > this.#time.now()) return { ...delivery, nextTryAt: settledAt };
    const patience = outgoing.patience ?? PATIENCE;
    let answer: Found;
    try {
      answer = await ask(delivery.key, signal);
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error);
      if (failure.kind === 'refused' || delivery.attempts >= patience.tries)
        return await this.#settle(outgoing, delivery, { state: 'unknown', lastError });
      const waitMs = pauseMs(delivery.attempts, failure, patience);
      return await this.#settle(outgoing, delivery, {
        state: 'sending',
        lastError,
        attempts: delivery.attempts + 1,
        nextTryAt: this.#time.now() + Math.min(waitMs, patience.maxWaitMs),
      });
    }
    if (answer.found === 'yes') return await this.#take(outgoing, delivery, answer, signal);
    if (answer.found === 'unsure')
      return await this.#settle(outgoing, delivery, { state: 'unknown', lastError });
    if (delivery.attempts < patience.tries) return { ...delivery, state: 'pending' };
    return await this.#settle(outgoing, delivery, { state: 'failed', lastError });
  }

  /** Only this process knows that it was accepted: a database that falters is waited for a little. */
  async #take(
    outgoing: Outgoing,
    delivery: Delivery,
    { handle }: Taken,
    signal: AbortSignal,
  ): Promise<Delivery> {
    const { callId, channel, gateway, title, followed = false, told = false } = outgoing;
    this.#options.log.info({ callId, channel, gateway, attempts: delivery.attempts }, 'delivery accepted');
    const change: Change = {
      state: 'accepted',
      handle,
      lastError: null,
      ...(followed ? { followAfterMs: FOLLOW_AFTER_MS } : {}),
      ...(told ? { detail: detailOf(title, { state: 'accepted', lastError: null }) } : {}),
    };
    for (let number = 1; ; number += 1) {
      try {
        return await this.#options.book.settle(delivery, change, this.#time.now());
      } catch (error) {
        if (number >= ENTRY_TRIES) throw error;
        await this.#time.sleep(ENTRY_PAUSE_MS * number, signal);
      }
    }
  }

  async #fail(outgoing: Outgoing, delivery: Delivery, failure: DeliveryError): Promise<Delivery> {
    const patience = outgoing.patience ?? PATIENCE;
    const lastError = lastErrorOf(failure.code, failure.number);
    const again = delivery.attempts < patience.tries;
    const waitMs = pauseMs(delivery.attempts - 1, failure, patience);
    const nextTryAt = this.#time.now() + waitMs;
    const settle = (change: Change): Promise<Delivery> => this.#settle(outgoing, delivery, change);
    switch (failure.kind) {
      case 'refused':
        return await settle({ state: 'failed', lastError });
      case 'later':
        if (!again || waitMs > patience.maxWaitMs) return await settle({ state: 'failed', lastError });
        return await settle({ state: 'pending', lastError, nextTryAt });
      case 'unclear': {
        if (outgoing.repeatable && again) return await settle({ state: 'pending', lastError, nextTryAt });
        if (outgoing.repeatable || outgoing.lookup === undefined)
          return await settle({ state: 'unknown', lastError });
        const settledAt = this.#time.now() + outgoing.lookup.settleMs;
        return await settle({ state: 'sending', lastError, nextTryAt: settledAt });
      }
      default:
        return failure.kind satisfies never;
    }
  }

  async #settle(outgoing: Outgoing, delivery: Delivery, change: Change): Promise<Delivery> {
    const { callId, channel, gateway, title } = outgoing;
    const now = this.#time.now();
    const { state, lastError = null, nextTryAt } = change;
    this.#options.log.warn({ callId, channel, gateway, state, lastError }, 'delivery not accepted');
    const detail = detailOf(title, { state, lastError }, (nextTryAt ?? now) - now);
    return await this.#options.book.settle(delivery, { ...change, detail }, now);
  }
}

function lockName(callId: string, channel: string, purpose: string): string {
  return `delivery:${callId}:${channel}:${purpose}`;
}

function failureOf(error: unknown): DeliveryError {
  return error instanceof DeliveryError ? error : new DeliveryError('unclear', 'BROKEN');
}

function pauseMs(failures: number, { retryAfterMs = 0 }: DeliveryError, patience: Patience): number {
  const backoff = Math.min(patience.backoffMs * 2 ** Math.max(0, failures), patience.maxBackoffMs);
  return Math.max(retryAfterMs, Math.round(backoff * (1 - JITTER + 2 * JITTER * Math.random())));
}
