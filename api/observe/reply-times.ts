import type { CallEvent } from '../../engine/contract/call-event.ts';
import { ReplyWaits, type ReplyWait } from '../../engine/contract/reply-waits.ts';

/** Calls whose end this process never stores (another one ended them) are forgotten when so many others came. */
const MAX_CALLS = 2_000;

/** The pauses before replies of any number of calls at once. */
export class ReplyTimes {
  readonly #calls = new Map<string, ReplyWaits>();

  /** The pause that ended with this event; undefined for events that end none. */
  note(event: CallEvent): ReplyWait | undefined {
    const { callId, type } = event;
    if (type === 'call.ended') this.#calls.delete(callId);
    // Only a conversation has pauses: no call is remembered before it, and none for what is done after it.
    else if (TELLING.has(type)) return this.#waits(callId).note(event);
    return undefined;
  }

  #waits(callId: string): ReplyWaits {
    let waits = this.#calls.get(callId);
    if (waits === undefined) {
      waits = new ReplyWaits();
      this.#calls.set(callId, waits);
      const [oldest] = this.#calls.keys();
      if (this.#calls.size > MAX_CALLS && oldest !== undefined) this.#calls.delete(oldest);
    }
    return waits;
  }
}

const TELLING: ReadonlySet<CallEvent['type']> = new Set([
  'turn.ended',
  'turn.transcribed',
  'turn.unrecognised',
  'utterance.started',
  'filler.said',
]);
