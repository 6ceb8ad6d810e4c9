import type { CallEvent, CallEventDraft } from '../contract/call-event.ts';
import type { CallId } from '../contract/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** After this long without the journal the events are given up; the sweeper of another process ends the call. */
const GIVE_UP_AFTER_MS = 10 * 60_000;

export interface JournalWriterDeps {
  readonly callId: CallId;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Hears each event at once, before it is stored. */
  readonly onEvent: (event: CallEvent) => void;
  /** An event could not be stored in spite of all retries. */
  readonly onLost: (event: CallEvent, error: unknown) => void;
}

/**
 * Numbers one call's events and stores them in order, one after another. A store that refuses is asked again with
 * growing pauses; the call itself never waits for it.
 */
export class JournalWriter {
  readonly #deps: JournalWriterDeps;
  #seq: number;
  #stored: Promise<void> = Promise.resolve();

  /** `lastSeq`: the number of the last event that is stored already (1: `call.created`). */
  constructor(deps: JournalWriterDeps, lastSeq: number) {
    this.#deps = deps;
    this.#seq = lastSeq;
  }

  write(draft: CallEventDraft): void {
    this.#seq += 1;
    const { callId, clock, onEvent } = this.#deps;
    const event: CallEvent = { ...draft, callId, seq: this.#seq, at: clock.wallTime().toISOString() };
    this.#stored = this.#stored.then(() => this.#store(event));
    onEvent(event);
  }

  /** Resolves when everything written so far is stored or given up. Never rejects. */
  flushed(): Promise<void> {
    return this.#stored;
  }

  async #store(event: CallEvent): Promise<void> {
    const { journal, clock, onLost } = this.#deps;
    const giveUpAtMs = clock.now() + GIVE_UP_AFTER_MS;
    for (let pauseMs = FIRST_RETRY_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_RETRY_MS)) {
      try {
        await journal.append(event);
        return;
      } catch (error) {
        if (clock.now() + pauseMs > giveUpAtMs) {
          onLost(event, error);
          return;
        }
        await new Promise<void>((resolve) => clock.setTimeout(resolve, pauseMs));
      }
    }
  }
}
