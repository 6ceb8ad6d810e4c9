import type { Clock, TimerHandle } from '../../ports/clock.ts';
import { AriError, type Ari, type AriConnection, type AriEvent, type ConnectAri } from './ari.ts';
import type { AriSource } from './ari-address.ts';
import { orAbort } from './or-abort.ts';

export interface AriLinkDeps {
  readonly clock: Clock;
  readonly source: AriSource;
  readonly connect: ConnectAri;
  readonly application: string;
  /** 0…1, for the jitter of the delays. */
  readonly random: () => number;
  readonly onUp: (ari: Ari) => void;
  /** `reason` is for people, in Russian. Told when a connection is lost, not for each attempt. */
  readonly onDown: (reason: string) => void;
  readonly onEvent: (event: AriEvent) => void;
  /** What goes wrong, for the log. */
  readonly onTrouble: (message: string) => void;
}

export type LinkState =
  | { readonly kind: 'up'; readonly ari: Ari }
  | { readonly kind: 'down'; readonly reason: string; readonly sinceMs: number };

export const LOST_REASON = 'связь с Asterisk потеряна';

const FIRST_DELAY_MS = 250;
/** So that calls are possible again within seconds of Asterisk's return. */
const LONGEST_DELAY_MS = 5_000;
/** A connection that lived shorter than this does not count as success. */
const STABLE_MS = 10_000;
const PING_EVERY_MS = 3_000;
/** The source may have to start a server first. */
const SOURCE_PATIENCE_MS = 60_000;

/**
 * Keeps the connection to Asterisk: connects, watches whether the other side still lives (also when it is merely
 * stopped, or the network is gone without a word), and after a loss connects anew, for ever, with growing delays.
 */
export class AriLink {
  readonly #deps: AriLinkDeps;
  readonly #giveUp = new AbortController();
  #connection: AriConnection | undefined;
  #state: LinkState;
  #timer: TimerHandle | undefined;
  #failures = 0;
  #upSinceMs = 0;
  #closed = false;
  #lastTrouble = '';

  /** Begins at once. */
  constructor(deps: AriLinkDeps) {
    this.#deps = deps;
    this.#state = { kind: 'down', reason: 'Asterisk ещё не подключён', sinceMs: deps.clock.now() };
    void this.#connect();
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Idempotent. `onDown` is not told. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#giveUp.abort();
    this.#stopTimer();
    this.#connection?.close();
    this.#connection = undefined;
    this.#state = { kind: 'down', reason: 'телефония выключена', sinceMs: this.#deps.clock.now() };
  }

  async #connect(): Promise<void> {
    const { clock, source, connect, application } = this.#deps;
    try {
      const address = await within(clock, SOURCE_PATIENCE_MS, this.#giveUp.signal, source);
      // A listener of its own for each connection: an old one can no longer be mistaken for this.
      let connection: AriConnection | undefined = undefined;
      let lostWhy: string | undefined;
      connection = await connect({
        address,
        application,
        clock,
        signal: this.#giveUp.signal,
        listener: {
          event: (event) => this.#hear(event),
          closed: (why) => {
            if (connection === undefined) lostWhy = why;
            else this.#lost(connection, why);
          },
        },
      });
      if (this.#closed) {
        connection.close();
        return;
      }
      this.#connection = connection;
      this.#up(connection);
      if (lostWhy !== undefined) this.#lost(connection, lostWhy);
    } catch (error) {
      if (this.#closed) return;
      this.#failed(error);
    }
  }

  /** One call's failing must not take the others with it: an error thrown here would reach the event socket. */
  #hear(event: AriEvent): void {
    if (this.#closed) return;
    try {
      this.#deps.onEvent(event);
    } catch (error) {
      this.#deps.onTrouble(
        `handling ${event.type}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #up(connection: AriConnection): void {
    const { clock, onUp } = this.#deps;
    this.#state = { kind: 'up', ari: connection };
    this.#upSinceMs = clock.now();
    this.#lastTrouble = '';
    this.#after(PING_EVERY_MS, () => void this.#watch(connection));
    onUp(connection);
  }

  async #watch(connection: AriConnection): Promise<void> {
    try {
      await connection.ping();
      if (this.#connection === connection) this.#after(PING_EVERY_MS, () => void this.#watch(connection));
    } catch (error) {
      this.#lost(connection, error instanceof Error ? error.message : String(error));
    }
  }

  #lost(connection: AriConnection, why: string): void {
    if (this.#connection !== connection) return;
    const { clock, onDown } = this.#deps;
    this.#connection = undefined;
    this.#stopTimer();
    connection.close();
    if (clock.now() - this.#upSinceMs >= STABLE_MS) this.#failures = 0;
    this.#trouble(`the connection to Asterisk is lost: ${why}`);
    this.#state = { kind: 'down', reason: LOST_REASON, sinceMs: clock.now() };
    onDown(LOST_REASON);
    this.#retry();
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#trouble(`no connection to Asterisk: ${message}`);
    const { state } = this;
    if (state.kind === 'down') this.#state = { ...state, reason: reasonOf(error, message) };
    this.#retry();
  }

  #retry(): void {
    const longestMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    // Between a half and the whole: several engines must not knock in step.
    this.#after(longestMs * (0.5 + this.#deps.random() / 2), () => void this.#connect());
  }

  #after(ms: number, then: () => void): void {
    if (this.#closed) return;
    this.#stopTimer();
    this.#timer = this.#deps.clock.setTimeout(then, ms);
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** An outage of hours is one line, not thousands. */
  #trouble(message: string): void {
    if (message === this.#lastTrouble) return;
    this.#lastTrouble = message;
    this.#deps.onTrouble(message);
  }
}

/** People read Russian; what a library says in English goes to the log only. */
function reasonOf(error: unknown, message: string): string {
  if (/[а-яё]/i.test(message)) return message;
  return error instanceof AriError && error.kind === 'refused'
    ? 'Asterisk не принимает подключение по ARI'
    : 'Asterisk не отвечает';
}

async function within<T>(
  clock: Clock,
  patienceMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const patience = new AbortController();
  const timer = clock.setTimeout(
    () => patience.abort(new Error('Asterisk не запустился вовремя')),
    patienceMs,
  );
  const signal = AbortSignal.any([outer, patience.signal]);
  try {
    signal.throwIfAborted();
    return await orAbort(work(signal), signal);
  } finally {
    clock.clearTimeout(timer);
  }
}
