import OpenAI from 'openai';
import { setTimeout as startTimer, clearTimeout as stopTimer } from 'node:timers';
import { ProviderError } from '../../contract/errors.ts';
import type { Clock, TimerHandle } from '../../ports/clock.ts';
import { MAX_STT_MS, OPENAI_DEFAULTS, type OpenAiConfig, type OpenAiTimeouts } from './config.ts';
import { type OpenAiStage, retryAfterMs, timeoutError, toProviderError } from './errors.ts';

type Timers = Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>;

const REAL_TIMERS: Timers = {
  now: () => performance.now(),
  setTimeout: (fn, ms) => startTimer(fn, ms) as unknown as TimerHandle,
  clearTimeout: (handle) => stopTimer(handle as unknown as NodeJS.Timeout),
};

const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 2_000;

/**
 * The one client of the OpenAI API: key, address, timeouts, retries, errors. The SDK's own retries are off: they sleep
 * without listening to the signal, for as long as the server says.
 */
export class OpenAiClient {
  readonly timeouts: OpenAiTimeouts;
  readonly #sdk: OpenAI;
  readonly #apiKey: string;
  readonly #retries: number;
  readonly #timers: Timers;

  constructor(config: OpenAiConfig) {
    const timeouts = { ...OPENAI_DEFAULTS.timeouts, ...config.timeouts };
    this.timeouts = { ...timeouts, sttMs: Math.min(timeouts.sttMs, MAX_STT_MS) };
    this.#apiKey = config.apiKey;
    this.#retries = config.retries ?? OPENAI_DEFAULTS.retries;
    this.#timers = config.clock ?? REAL_TIMERS;
    this.#sdk = new OpenAI({
      apiKey: config.apiKey,
      baseURL: config.baseUrl ?? OPENAI_DEFAULTS.baseUrl,
      organization: null,
      project: null,
      adminAPIKey: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: 120_000,
      logLevel: 'off',
    });
  }

  /**
   * One whole answer within `limitMs`, tried again while that makes sense. `work` must give the signal to the SDK.
   * Rejects with ProviderError, or with the caller's reason when `signal` is aborted.
   */
  async once<T>(
    stage: OpenAiStage,
    limitMs: number,
    signal: AbortSignal,
    work: (sdk: OpenAI, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const guard = new Guard(this.#timers, signal, () => timeoutError(stage, limitMs));
    guard.allow(limitMs);
    try {
      return await this.#attempts(stage, limitMs, guard, (linked) => work(this.#sdk, linked));
    } finally {
      guard.release();
    }
  }

  /**
   * A streamed answer: `firstMs` until its first item (tried again until then), `idleMs` between two. Leaving the loop
   * ends the request. `open` must give the signal to the SDK.
   */
  async *stream<T>(
    stage: OpenAiStage,
    limits: { readonly firstMs: number; readonly idleMs: number },
    signal: AbortSignal,
    open: (sdk: OpenAI, signal: AbortSignal) => Promise<AsyncIterable<T>>,
  ): AsyncGenerator<T> {
    const guard = new Guard(this.#timers, signal, () => timeoutError(stage, limits.firstMs));
    guard.allow(limits.firstMs);
    try {
      const { items, first } = await this.#attempts(stage, limits.firstMs, guard, async (linked) => {
        const iterator = (await open(this.#sdk, linked))[Symbol.asyncIterator]();
        return { items: iterator, first: await iterator.next() };
      });
      let next = first;
      while (next.done !== true) {
        guard.pause();
        yield next.value;
        guard.allow(limits.idleMs, () => timeoutError(stage, limits.idleMs));
        next = await this.#failing(stage, guard, items.next());
      }
    } finally {
      // Frees the connection when the loop is left early.
      guard.release();
    }
  }

  async #attempts<T>(
    stage: OpenAiStage,
    limitMs: number,
    guard: Guard,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const startedMs = this.#timers.now();
    for (let attempt = 0; ; attempt++) {
      let raw: unknown;
      try {
        return await this.#failing(
          stage,
          guard,
          work(guard.signal).catch((error: unknown) => {
            raw = error;
            throw error;
          }),
        );
      } catch (error) {
        if (!(error instanceof ProviderError) || !error.retryable || guard.signal.aborted) throw error;
        if (attempt >= this.#retries) throw error;
        const jitter = 0.75 + Math.random() * 0.5;
        const waitMs =
          retryAfterMs(raw) ?? Math.min(FIRST_BACKOFF_MS * 2 ** attempt, MAX_BACKOFF_MS) * jitter;
        if (this.#timers.now() - startedMs + waitMs >= limitMs) throw error;
        await guard.sleep(waitMs);
      }
    }
  }

  /** Awaits work under the guard; every failure leaves as ProviderError or as the caller's reason. */
  async #failing<T>(stage: OpenAiStage, guard: Guard, work: Promise<T>): Promise<T> {
    try {
      const value = await guard.race(work);
      // The SDK ends an aborted stream in silence.
      guard.throwIfAborted();
      return value;
    } catch (error) {
      guard.throwIfAborted();
      throw toProviderError(stage, error, this.#apiKey);
    }
  }
}

/** The caller's signal and a deadline in one. */
class Guard {
  readonly signal: AbortSignal;
  readonly #own = new AbortController();
  readonly #caller: AbortSignal;
  readonly #timers: Timers;
  readonly #aborted: Promise<never>;
  #makeError: () => ProviderError;
  #timer: TimerHandle | undefined;

  constructor(timers: Timers, caller: AbortSignal, makeError: () => ProviderError) {
    caller.throwIfAborted();
    this.#timers = timers;
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
    this.#timer = this.#timers.setTimeout(() => this.#own.abort(this.#makeError()), ms);
  }

  pause(): void {
    if (this.#timer !== undefined) this.#timers.clearTimeout(this.#timer);
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
      timer = this.#timers.setTimeout(resolve, ms);
    });
    try {
      await this.race(slept);
    } finally {
      if (timer !== undefined) this.#timers.clearTimeout(timer);
    }
  }

  release(): void {
    this.pause();
    if (!this.signal.aborted) this.#own.abort(new Error('the work is over'));
  }
}
