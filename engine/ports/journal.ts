import type { CallEvent } from '../contract/call-event.ts';

/** Where a call's events are kept. */
export interface Journal {
  /**
   * Stores one event. Idempotent by (callId, seq): the same event twice is stored once.
   * Rejects when it could not be stored; the engine tries again, in order.
   */
  append(event: CallEvent): Promise<void>;
}
