import { setTimeout as startTimer, clearTimeout as stopTimer } from 'node:timers';
import type { ProviderError } from '../../contract/errors.ts';
import type { Clock, TimerHandle } from '../../ports/clock.ts';

export type Timers = Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>;

export const REAL_TIMERS: Timers = {
  now: () => performance.now(),
  setTimeout: (fn, ms) => startTimer(fn, ms) as unknown as TimerHandle,
  clearTimeout: (handle) => stopTimer(handle as unknown as NodeJS.Timeout),
};

/** Made once: the stack of a new error costs more than the rest of a release. */
const OVER = new Error('the work is over');

/** The caller's signal and a deadline in one. */
export class Guard {
  readonly signal: AbortSignal;
  readonly #own = new AbortController();
  readonly #caller: AbortSignal;
  readonly timers: Timers;
  readonly #aborted: Promise<never>;
  #makeError: () => ProviderError;
  #timer: TimerHandle | undefined;

  constructor(timers: Timers, caller: AbortSignal, makeError: () => ProviderError) {
    caller.throwIfAborted();
    this.timers = timers;
    this.#caller = caller;
    this.#makeError = makeError;
    this.signal = AbortSignal.any([caller, this.#own.signal]);
    this.#aborted = new Promise((_, reject) => {
      this.signal.addEventListener('abort', () => reject(this.signal.reason as Error), { once: true });
    });
    this.#aborted.catch(() => undefined);
  }

  /** From now on, at most `ms`. */
  allow(ms: number, makeError?: () => ProviderError): void {
    this.pause();
    if (makeError !== undefined) this.#makeError = makeError;
    this.#timer = this.timers.setTimeout(() => this.#own.abort(this.#makeError()), ms);
  }

  pause(): void {
    if (this.#timer !== undefined) this.timers.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#aborted]);
  }

  throwIfAborted(): void {
    this.#caller.throwIfAborted();
    this.#own.signal.throwIfAborted();
  }

  async sleep(ms: number): Promise<void> {
    let timer: TimerHandle | undefined;
    const slept = new Promise<void>((resolve) => {
      timer = this.timers.setTimeout(resolve, ms);
    });
    try {
      await this.race(slept);
    } finally {
      if (timer !== undefined) this.timers.clearTimeout(timer);
    }
  }

  /**
   * Stops what is left of the work. Also after a good end: Node keeps a combined signal alive for as long as it is not
   * aborted and somebody listens to it, and the SDK never takes its listener back.
   */
  release(): void {
    this.pause();
    if (!this.signal.aborted) this.#own.abort(OVER);
  }
}
