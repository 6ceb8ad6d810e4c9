import { ProviderError } from '../../contract/errors.ts';

interface DrainLimits {
  /** The first chunk must be there this long after the loop began. */
  readonly firstChunkMs: number;
  /** The producer must be done this long after the loop began. */
  readonly totalMs: number;
  /** For the error's text: «espeak-ng». */
  readonly engine: string;
}

type State = { kind: 'open' } | { kind: 'ended' } | { kind: 'failed'; error: unknown };

/** Carries chunks from an event-driven producer to one `for await` loop. */
export class ChunkQueue<T> {
  readonly #chunks: T[] = [];
  #state: State = { kind: 'open' };
  #wake: () => void = () => {};
  #pushed = 0;

  /** How many chunks were ever pushed. */
  get pushed(): number {
    return this.#pushed;
  }

  push(chunk: T): void {
    if (this.#state.kind !== 'open') return;
    this.#pushed += 1;
    this.#chunks.push(chunk);
    this.#wake();
  }

  end(): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'ended' };
    this.#wake();
  }

  /** What was pushed before is still given out. The first failure counts. */
  fail(error: unknown): void {
    if (this.#state.kind === 'open') this.#state = { kind: 'failed', error };
    this.#wake();
  }

  /**
   * Yields what is pushed until `end`. Throws what `fail` was given, the signal's reason as soon as it aborts, or
   * ProviderError TTS_TIMEOUT. `onStop` is called once: when the signal aborts, a limit passes, or the loop is left.
   */
  async *drain(
    signal: AbortSignal,
    limits: DrainLimits,
    onStop: () => void,
  ): AsyncGenerator<T, void, undefined> {
    let stopped = false;
    const stop = (): void => {
      if (!stopped) onStop();
      stopped = true;
    };
    const abort = (): void => {
      this.#chunks.length = 0;
      this.#state = { kind: 'failed', error: signal.reason };
      stop();
      this.#wake();
    };
    const overdue = (limitMs: number): void => {
      if (this.#state.kind !== 'open') return;
      const message = `${limits.engine}: no sound after ${limitMs} ms; the machine may be overloaded`;
      this.fail(new ProviderError('TTS_TIMEOUT', message, { retryable: true }));
      stop();
    };
    const first = AbortSignal.timeout(limits.firstChunkMs);
    const total = AbortSignal.timeout(limits.totalMs);
    const onFirst = (): void => {
      if (this.#pushed === 0) overdue(limits.firstChunkMs);
    };
    const onTotal = (): void => overdue(limits.totalMs);
    first.addEventListener('abort', onFirst);
    total.addEventListener('abort', onTotal);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) yield chunk;
        else if (this.#state.kind === 'ended') return;
        else if (this.#state.kind === 'failed') throw this.#state.error;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      first.removeEventListener('abort', onFirst);
      total.removeEventListener('abort', onTotal);
      signal.removeEventListener('abort', abort);
      stop();
    }
  }
}

/** Lets at most `places` pieces of work run at once; the others wait in order. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** Resolves with the function that gives the place back (idempotent). Rejects with the signal's reason. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else if (!(await this.#wait(signal))) throw signal.reason;
    let held = true;
    return () => {
      if (held) this.#leave();
      held = false;
    };
  }

  /** Resolves to false when the signal aborts first. */
  #wait(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const enter = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        resolve(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(enter);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
