/** Whether to ask again. */
export type PollVerdict = 'continue' | 'stop';

export interface PollTimers {
  set(callback: () => void, delayMs: number): unknown;
  clear(handle: unknown): void;
}

export interface PollOptions<T> {
  readonly load: (signal: AbortSignal) => Promise<T>;
  readonly onValue: (value: T) => PollVerdict;
  readonly onError: (error: unknown) => PollVerdict;
  /** From one answer to the next question. */
  readonly everyMs: number;
  /** Failures double the wait up to this. */
  readonly slowestMs: number;
  readonly timers?: PollTimers;
}

const windowTimers: PollTimers = {
  set: (callback, delayMs) => setTimeout(callback, delayMs),
  clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

/**
 * Asks again and again, one question at a time: the next is sent `everyMs` after the last answer came. Failures
 * never end it unless `onError` says so. `stop` aborts the question under way, and nothing is heard of it after.
 */
export class Poller<T> {
  readonly #options: PollOptions<T>;
  readonly #timers: PollTimers;
  #run: AbortController | undefined;
  #timer: unknown;
  #failures = 0;

  constructor(options: PollOptions<T>) {
    this.#options = options;
    this.#timers = options.timers ?? windowTimers;
  }

  get running(): boolean {
    return this.#run !== undefined;
  }

  /** Asks at once. Does nothing when it runs already. */
  start(): void {
    if (this.#run !== undefined) return;
    this.#failures = 0;
    this.#run = new AbortController();
    void this.#ask(this.#run);
  }

  /** Idempotent. */
  stop(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#timers.clear(this.#timer);
  }

  async #ask(run: AbortController): Promise<void> {
    let verdict: PollVerdict;
    try {
      const value = await this.#options.load(run.signal);
      if (run.signal.aborted) return;
      this.#failures = 0;
      verdict = this.#options.onValue(value);
    } catch (error) {
      if (run.signal.aborted) return;
      this.#failures += 1;
      verdict = this.#options.onError(error);
    }
    if (this.#run !== run) return;
    if (verdict === 'stop') {
      this.stop();
      return;
    }
    this.#timer = this.#timers.set(() => void this.#ask(run), this.#waitMs());
  }

  #waitMs(): number {
    const { everyMs, slowestMs } = this.#options;
    return Math.min(slowestMs, everyMs * 2 ** Math.min(this.#failures, 16));
  }
}
