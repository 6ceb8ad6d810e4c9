import type { DeliveryState } from '../../engine/contract/call-event.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { wordsOf } from './delivery-error.ts';

/** Which delivery: a call has one for each channel and purpose. */
export interface DeliverySlot {
  readonly callId: CallId;
  /** `sms`, `sheet`, `webhook`, `telegram`. */
  readonly channel: string;
  /** `invitation`, `row`, `call.completed`. */
  readonly purpose: string;
}

/** The other side has it. `handle`: its own name for it, where it gave one. */
export interface Taken {
  readonly handle: string | null;
}

/** `no` is certain: that key has never reached the other side. Where absence proves nothing, say `unsure`. */
export type Found =
  | { readonly found: 'yes'; readonly handle: string | null }
  | { readonly found: 'no' | 'unsure' };

/** How to ask the other side «did you get this key?». */
export interface Lookup {
  /** How long after a send that went wrong the answer can be trusted. */
  readonly settleMs: number;
  /** Rejects with DeliveryError when there is no answer. */
  ask(key: string, signal: AbortSignal): Promise<Found>;
}

export interface Patience {
  /** Sends and look-ups together. */
  readonly tries: number;
  /** The first pause, doubled each time up to `maxBackoffMs`; ±25 %. A longer Retry-After is kept to. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** A Retry-After beyond this is a failure. */
  readonly maxWaitMs: number;
}

export const PATIENCE: Patience = {
  tries: 5,
  backoffMs: 2_000,
  maxBackoffMs: 60_000,
  maxWaitMs: 15 * 60_000,
};

/** One thing to send out of the house. */
export interface Outgoing extends DeliverySlot {
  /** For people: «SMS», «Строка таблицы». */
  readonly title: string;
  /** Who takes it: `smsc`. A delivery begun with one gateway is not asked for at another. */
  readonly gateway: string;
  /** True where the other side keeps to our key: the same key twice is there once. */
  readonly repeatable: boolean;
  /** Where it is not repeatable but can be asked. With neither, a send of unclear outcome is `unknown` for ever. */
  readonly lookup?: Lookup;
  /** True: accepted is not the end; `follow.ts` asks what became of it. */
  readonly followed?: boolean;
  /** True: no event of the caller's own tells that it was accepted, so `delivery.changed` does. */
  readonly told?: boolean;
  readonly patience?: Patience;
  /**
   * Hands it over. Rejects with DeliveryError; anything else counts as unclear. `key` is the same for all tries.
   * Must end by itself: its own deadline, not the caller's patience.
   */
  send(key: string, signal: AbortSignal): Promise<Taken>;
}

/** A delivery as it is written down. */
export interface Delivery extends DeliverySlot {
  readonly gateway: string;
  readonly state: DeliveryState;
  readonly key: string;
  readonly handle: string | null;
  readonly attempts: number;
  /** Wall time, ms. */
  readonly nextTryAt: number | null;
  readonly sendingSince: number | null;
  readonly lastError: string | null;
}

/** Nothing more will be tried. */
export function isOver(state: DeliveryState): boolean {
  return state !== 'pending' && state !== 'sending';
}

/** The other side has it. */
export function isTaken(state: DeliveryState): boolean {
  return state === 'accepted' || state === 'delivered' || state === 'undelivered';
}

/** What people read of a delivery, in Russian. `waitMs`: until the next try. */
export function detailOf(
  title: string,
  { state, lastError }: Pick<Delivery, 'state' | 'lastError'>,
  waitMs = 0,
): string {
  const why = wordsOf(lastError);
  const seconds = Math.max(1, Math.round(waitMs / 1_000));
  switch (state) {
    case 'pending':
      return `${title}: не отправлено: ${why}; повторим через ${seconds} с`;
    case 'sending':
      return `${title}: ${why}; через ${seconds} с спросим, отправлено ли`;
    case 'accepted':
      return `${title}: принято`;
    case 'delivered':
      return `${title}: доставлено`;
    case 'undelivered':
      return `${title}: отправлено, но не доставлено: ${why}`;
    case 'failed':
      return `${title}: не отправлено: ${why}`;
    case 'unknown':
      return `${title}: неизвестно, отправлено ли (${why}); не повторяем`;
    default:
      return state satisfies never;
  }
}
