import OpenAI from 'openai';
import { ProviderError } from '../../contract/errors.ts';
import { backoffMs } from './backoff.ts';
import {
  MAX_STT_MS,
  OPENAI_DEFAULTS,
  type OpenAiConfig,
  type OpenAiDetour,
  type OpenAiTimeouts,
} from './config.ts';
import { httpFactsOf, type OpenAiStage, timeoutError, toProviderError } from './errors.ts';
import { Guard, REAL_TIMERS, type Timers } from './guard.ts';
import { race } from './race.ts';
import { Transport } from './transport.ts';

/** A request by the SDK; it must give the SDK the signal. */
export type Ask<T> = (sdk: OpenAI, signal: AbortSignal) => Promise<T>;

const WARM_UP_MS = 5_000;

/**
 * The one client of the OpenAI API: key, address, connections, timeouts, retries, errors. The SDK's own retries are
 * off: they sleep without listening to the signal, for as long as the server says.
 *
 * `asks` are ways to the same answer: the second is begun when the first is late (`hedgeMs`), or, where there is
 * another model to ask, when it fails; the first answer wins, the loser is aborted.
 */
export class OpenAiClient {
  readonly timeouts: OpenAiTimeouts;
  /** After how long a stage is late; 0: never. */
  readonly hedgeMs: number;
  readonly #sdk: OpenAI;
  readonly #transport = new Transport();
  readonly #apiKey: string;
  readonly #retries: number;
  readonly #timers: Timers;
  readonly #onDetour: (detour: OpenAiDetour) => void;

  constructor(config: OpenAiConfig) {
    const timeouts = { ...OPENAI_DEFAULTS.timeouts, ...config.timeouts };
    this.timeouts = { ...timeouts, sttMs: Math.min(timeouts.sttMs, MAX_STT_MS) };
    this.hedgeMs = config.hedgeMs ?? OPENAI_DEFAULTS.hedgeMs;
    this.#apiKey = config.apiKey;
    this.#retries = config.retries ?? OPENAI_DEFAULTS.retries;
    this.#timers = config.clock ?? REAL_TIMERS;
    this.#onDetour = config.onDetour ?? (() => undefined);
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
      fetch: this.#transport.fetch,
    });
  }

  /** Opens connections for a call that is to come; see Transport.warmUp. */
  warmUp(connections: number, signal: AbortSignal = AbortSignal.timeout(WARM_UP_MS)): Promise<number> {
    const url = `${this.#sdk.baseURL.replace(/\/$/, '')}/models`;
    return this.#transport.warmUp(url, { authorization: `Bearer ${this.#apiKey}` }, connections, signal);
  }

  close(): void {
    this.#transport.close();
  }

  /**
   * One whole answer within `limitMs`, tried again while that makes sense. Rejects with ProviderError, or with the
   * caller's reason when `signal` is aborted.
   */
  async once<T>(stage: OpenAiStage, limitMs: number, signal: AbortSignal, ...asks: Ask<T>[]): Promise<T> {
    const guard = new Guard(this.#timers, signal, () => timeoutError(stage, limitMs));
    guard.allow(limitMs);
    try {
      return await this.#attempts(stage, limitMs, guard, asks);
    } finally {
      guard.release();
    }
  }

  /**
   * A streamed answer: `firstMs` until its first item (tried again until then), `idleMs` between two. Leaving the loop
   * ends the request.
   */
  async *stream<T>(
    stage: OpenAiStage,
    limits: { readonly firstMs: number; readonly idleMs: number },
    signal: AbortSignal,
    ...asks: Ask<AsyncIterable<T>>[]
  ): AsyncGenerator<T> {
    const guard = new Guard(this.#timers, signal, () => timeoutError(stage, limits.firstMs));
    guard.allow(limits.firstMs);
    try {
      const openings = asks.map((open) => async (sdk: OpenAI, linked: AbortSignal) => {
        const items = (await open(sdk, linked))[Symbol.asyncIterator]();
        return { items, first: await items.next() };
      });
      const { items, first } = await this.#attempts(stage, limits.firstMs, guard, openings);
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

  async #attempts<T>(stage: OpenAiStage, limitMs: number, guard: Guard, asks: Ask<T>[]): Promise<T> {
    const startedMs = this.#timers.now();
    const lanes = asks.map(
      (ask) => (signal: AbortSignal) => this.#failing(stage, guard, ask(this.#sdk, signal)),
    );
    for (let attempt = 0; ; attempt++) {
      try {
        return await race(lanes, guard.signal, {
          timers: this.#timers,
          lateMs: this.hedgeMs,
          // The same model would answer the same: only another one is worth asking at once.
          movesOn: (error) => stage === 'OPERATOR' && anotherModelMay(error),
          onNext: (why) =>
            this.#onDetour(
              why === 'late'
                ? { kind: 'late', stage, afterMs: this.hedgeMs }
                : { kind: 'fallback', stage, error: why },
            ),
        });
      } catch (error) {
        if (!(error instanceof ProviderError) || !error.retryable || guard.signal.aborted) throw error;
        if (attempt >= this.#retries) throw error;
        const waitMs = httpFactsOf(error)?.retryAfterMs ?? backoffMs(attempt, Math.random());
        if (this.#timers.now() - startedMs + waitMs >= limitMs) throw error;
        this.#onDetour({ kind: 'retry', stage, error, afterMs: waitMs });
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

/** The model is not there, has no room, or fails: not the key, and not the request. */
function anotherModelMay(error: ProviderError): boolean {
  const status = httpFactsOf(error)?.status;
  if (status === undefined) return error.code === 'OPERATOR_FAILED';
  return status === 404 || status === 408 || status === 429 || status >= 500;
}
