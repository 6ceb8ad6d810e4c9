import type { PollTimers } from './poller.ts';
import type { LiveEvent } from './types.ts';

/** As much of EventSource as is used. */
export interface EventSourceLike {
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface LiveEventsOptions {
  readonly sessionId: string;
  /** Each once, in order, however often the connection breaks. */
  readonly onEvent: (event: LiveEvent) => void;
  /** The server's wall time, ms: at the beginning, and every ten seconds of silence. */
  readonly onClock: (serverNowMs: number) => void;
  /** Nothing more will come; the connection is closed. */
  readonly onOver: () => void;
  readonly onConnected: () => void;
  /** So many attempts in a row have failed; the next one is under way by itself. */
  readonly onBroken: (failures: number) => void;
  readonly open?: (url: string) => EventSourceLike;
  readonly timers?: PollTimers;
}

/** From one failure to the next attempt; the last stays. */
const WAITS_MS = [300, 1_000, 2_000, 4_000, 8_000, 15_000];
/** An attempt that has brought nothing by then has failed. */
const HELLO_TIMEOUT_MS = 8_000;
/** The server beats every 10 s: a connection this silent is dead, whatever the network says. */
const SILENCE_MS = 25_000;

const windowTimers: PollTimers = {
  set: (callback, delayMs) => setTimeout(callback, delayMs),
  clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

/**
 * Follows a demo over Server-Sent Events. Connects again by itself: an EventSource gives up for good at an error's
 * status, and only its own reconnection sends Last-Event-ID, so the last number goes into the address instead.
 */
export class LiveEvents {
  readonly #options: LiveEventsOptions;
  readonly #timers: PollTimers;
  #source: EventSourceLike | undefined;
  #timer: unknown;
  #running = false;
  #lastSeq = 0;
  #failures = 0;

  constructor(options: LiveEventsOptions) {
    this.#options = options;
    this.#timers = options.timers ?? windowTimers;
  }

  /** Does nothing when it runs already. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  /** Idempotent; nothing is heard after. */
  stop(): void {
    this.#running = false;
    this.#drop();
  }

  /** Tries at once where it waits for the next attempt: the network is back. */
  hurry(): void {
    if (!this.#running || this.#source !== undefined) return;
    this.#timers.clear(this.#timer);
    this.#connect();
  }

  #connect(): void {
    const { sessionId, open = (url: string): EventSourceLike => new EventSource(url) } = this.#options;
    const source = open(`/demo/session/${encodeURIComponent(sessionId)}/events?after_seq=${this.#lastSeq}`);
    this.#source = source;
    this.#watch(HELLO_TIMEOUT_MS);
    const on = (type: string, act: (event: MessageEvent<string>) => void): void =>
      source.addEventListener(type, (event) => {
        if (this.#source === source) act(event);
      });
    on('hello', (event) => {
      this.#hearClock(event);
      this.#options.onConnected();
    });
    on('beat', (event) => {
      this.#failures = 0;
      this.#hearClock(event);
    });
    on('message', (event) => this.#hear(event));
    on('over', () => {
      this.stop();
      this.#options.onOver();
    });
    on('error', () => this.#fail());
  }

  #hear(event: MessageEvent<string>): void {
    this.#watch(SILENCE_MS);
    // Only now, and not at its hello: a server that cannot read its journal greets, and hangs up.
    this.#failures = 0;
    const seq = Number(event.lastEventId);
    if (!Number.isSafeInteger(seq) || seq <= this.#lastSeq) return;
    const meaning = parse(event.data);
    this.#lastSeq = seq;
    if (meaning !== undefined) this.#options.onEvent(meaning as LiveEvent);
  }

  #hearClock(event: MessageEvent<string>): void {
    this.#watch(SILENCE_MS);
    const { now = '' }: { readonly now?: string } = parse(event.data) ?? {};
    const nowMs = Date.parse(now);
    if (Number.isFinite(nowMs)) this.#options.onClock(nowMs);
  }

  #fail(): void {
    this.#drop();
    const waitMs = WAITS_MS[Math.min(this.#failures, WAITS_MS.length - 1)] ?? 0;
    this.#failures += 1;
    this.#timer = this.#timers.set(() => this.#connect(), waitMs);
    this.#options.onBroken(this.#failures);
  }

  #watch(ms: number): void {
    this.#timers.clear(this.#timer);
    this.#timer = this.#timers.set(() => this.#fail(), ms);
  }

  #drop(): void {
    this.#timers.clear(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
