import type { CallEvent } from '../../engine/contract/call-event.ts';
import { foldCall, type CallView } from '../../engine/contract/fold-call.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { errorFields, type Log } from '../log.ts';

/** One look costs a primary key probe for each call that is watched; the reader is behind by half of it, on average. */
const LOOK_EVERY_MS = 150;
/** From the engine's word that something happened to the row in the database, with some to spare. */
const HINT_MS = 20;
/** What the engine told of and is not there by then was not stored. */
const HOPE_MS = 1_000;

/** What has happened since a follower last looked. */
export interface JournalNews {
  /** In order, without gaps. Empty: nothing for `idleMs`, or nothing after `afterSeq` yet. */
  readonly events: readonly CallEvent[];
  /** The fold of the whole journal up to now; undefined before the first event is read. */
  readonly view: CallView | undefined;
}

export interface FollowOptions {
  /** The first event wanted is the one after this. */
  readonly afterSeq: number;
  /** After so long without an event, empty news come. */
  readonly idleMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

export interface JournalHubOptions {
  /** The events of these calls after these numbers, each call's in order. */
  readonly read: (after: ReadonlyMap<CallId, number>) => Promise<readonly CallEvent[]>;
  readonly log: Log;
  readonly everyMs?: number;
}

/** A call that somebody follows: its journal so far, read once for all who do. */
interface Watched {
  events: CallEvent[];
  view: CallView | undefined;
  followers: number;
  /** The engine has told of the event with this number: it is in the journal by now, or almost. */
  toldSeq: number;
  hopeUntilMs: number;
  readonly wake: Set<() => void>;
}

/**
 * Reads the journals of the calls that somebody follows, for all of them in one question, as long as there is somebody:
 * the journal in PostgreSQL is what every process has in common, so it does not matter who holds the call. `poke` makes
 * a look come sooner where the process knows by itself that something has happened.
 * It keeps no queue for anybody: a follower that is slow asks later, and gets what there is.
 */
export class JournalHub {
  readonly #options: JournalHubOptions;
  readonly #watched = new Map<CallId, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #looking = false;
  /** Asked for while a look was under way: the next one comes after so long. */
  #soonMs = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(options: JournalHubOptions) {
    this.#options = options;
  }

  /** Calls followed now. */
  get watchedCalls(): number {
    return this.#watched.size;
  }

  get followers(): number {
    return [...this.#watched.values()].reduce((sum, one) => sum + one.followers, 0);
  }

  /**
   * A call's events as they come. Ends when the signal aborts, when the hub is closed, and when the database cannot be
   * read: come again with the last number then. Frees everything when it is left.
   */
  async *follow(callId: CallId, options: FollowOptions): AsyncGenerator<JournalNews, void> {
    const { idleMs, signal } = options;
    if (this.#closed || signal.aborted) return;
    const watched = this.#enter(callId);
    let seq = options.afterSeq;
    let read = 0;
    try {
      while (this.#stillServes(callId, watched, signal)) {
        await this.#change(watched, read, idleMs, signal);
        if (!this.#stillServes(callId, watched, signal)) return;
        read = watched.events.length;
        // None where he was told all of it before, by another process perhaps: that is news too.
        const events = watched.events.slice(seq);
        seq = Math.max(seq, read);
        yield { events, view: watched.view };
      }
    } finally {
      this.#leave(callId, watched);
    }
  }

  /** The event with this number has happened, and is being stored: look soon, until it is there. */
  poke(callId: CallId, seq: number): void {
    const watched = this.#watched.get(callId);
    if (watched === undefined) return;
    watched.toldSeq = Math.max(watched.toldSeq, seq);
    watched.hopeUntilMs = performance.now() + HOPE_MS;
    this.#lookIn(HINT_MS);
  }

  /** Ends every follower. Idempotent. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#dismiss();
  }

  #stillServes(callId: CallId, watched: Watched, signal: AbortSignal): boolean {
    return !this.#closed && !signal.aborted && this.#watched.get(callId) === watched;
  }

  #enter(callId: CallId): Watched {
    let watched = this.#watched.get(callId);
    if (watched === undefined) {
      watched = { events: [], view: undefined, followers: 0, toldSeq: 0, hopeUntilMs: 0, wake: new Set() };
      this.#watched.set(callId, watched);
      this.#lookIn(0);
    }
    watched.followers += 1;
    return watched;
  }

  #leave(callId: CallId, watched: Watched): void {
    watched.followers -= 1;
    if (watched.followers > 0) return;
    if (this.#watched.get(callId) === watched) this.#watched.delete(callId);
    if (this.#watched.size > 0) return;
    clearTimeout(this.#timer);
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  /** Resolves when there is more than `read`, after `idleMs`, or when the follower is to leave. */
  #change(watched: Watched, read: number, idleMs: number, signal: AbortSignal): Promise<void> {
    if (watched.events.length > read) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        watched.wake.delete(done);
        resolve();
      };
      const timer = setTimeout(done, idleMs);
      signal.addEventListener('abort', done, { once: true });
      watched.wake.add(done);
    });
  }

  #lookIn(ms: number): void {
    if (this.#looking) this.#soonMs = Math.min(this.#soonMs, ms);
    const dueMs = performance.now() + ms;
    if (this.#closed || this.#looking || dueMs >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#looking = true;
    try {
      const cursors = new Map([...this.#watched].map(([callId, { events }]) => [callId, events.length]));
      for (const event of await this.#options.read(cursors)) this.#hear(event);
    } catch (error) {
      this.#options.log.warn(
        errorFields(error),
        'the journal cannot be read: those who follow calls are sent away',
      );
      this.#dismiss();
    } finally {
      this.#looking = false;
    }
    const everyMs = this.#hopes() ? HINT_MS : (this.#options.everyMs ?? LOOK_EVERY_MS);
    const nextMs = Math.min(this.#soonMs, everyMs);
    this.#soonMs = Number.POSITIVE_INFINITY;
    if (this.#watched.size > 0) this.#lookIn(nextMs);
  }

  /** Whether something is told of that was not there yet. */
  #hopes(): boolean {
    const nowMs = performance.now();
    return [...this.#watched.values()].some(
      ({ toldSeq, events, hopeUntilMs }) => toldSeq > events.length && nowMs < hopeUntilMs,
    );
  }

  #hear(event: CallEvent): void {
    const watched = this.#watched.get(event.callId);
    // The journal has no gaps: event number n stands at n − 1. Whoever entered meanwhile is read from his beginning.
    if (watched === undefined || event.seq !== watched.events.length + 1) return;
    watched.events.push(event);
    watched.view = foldCall(watched.view, event);
    for (const wake of watched.wake) wake();
  }

  /** Everybody finds his call no longer watched, and leaves. */
  #dismiss(): void {
    const all = [...this.#watched.values()];
    this.#watched.clear();
    for (const { wake } of all) for (const one of wake) one();
  }
}
