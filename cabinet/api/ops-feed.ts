import { ApiError } from './api-error.ts';
import type { OpsApi } from './ops.ts';
import { SseReader, type SseMessage } from './sse-reader.ts';

export interface OpsFeedOptions {
  readonly api: OpsApi;
  /** Asked anew at each attempt: it says from where to go on. */
  readonly path: () => string;
  readonly onMessage: (message: SseMessage) => void;
  /** What is wrong with the connection; undefined: nothing, any more. It goes on by itself but for 401 and 404. */
  readonly onTrouble: (error: ApiError | undefined) => void;
}

/** From one failure to the next attempt; the last stays. */
const WAITS_MS = [300, 1_000, 2_000, 5_000];
/** The server says something every ten seconds, or it is dead. */
const SILENCE_MS = 25_000;

/** Follows a stream of the ops routes for as long as it is wanted. `over` ends it. */
export class OpsFeed {
  readonly #options: OpsFeedOptions;
  readonly #leaving = new AbortController();

  constructor(options: OpsFeedOptions) {
    this.#options = options;
  }

  /** Idempotent; nothing is heard after. */
  stop(): void {
    this.#leaving.abort();
  }

  #hasStopped(): boolean {
    return this.#leaving.signal.aborted;
  }

  async run(): Promise<void> {
    const { signal } = this.#leaving;
    for (let failures = 0; ;) {
      const outcome = await this.#once();
      if (outcome === 'over') return;
      failures = outcome === 'heard' ? 0 : failures + 1;
      await pause(WAITS_MS[Math.min(failures, WAITS_MS.length - 1)] ?? 0, signal);
    }
  }

  async #once(): Promise<'over' | 'heard' | 'failed'> {
    if (this.#hasStopped()) return 'over';
    const { api, path, onMessage, onTrouble } = this.#options;
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const signal = AbortSignal.any([this.#leaving.signal, silence.signal]);
    let heard = false;
    try {
      const reader = new SseReader();
      const body = await api.open(path(), signal);
      onTrouble(undefined);
      const pieces = body
        .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
        .getReader();
      for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        for (const message of reader.push(piece.value)) {
          if (this.#hasStopped()) return 'over';
          heard = true;
          if (message.name === 'over') return 'over';
          onMessage(message);
        }
      }
    } catch (cause) {
      if (this.#hasStopped()) return 'over';
      if (cause instanceof ApiError) {
        onTrouble(cause);
        if (cause.status === 401 || cause.isGone) return 'over';
      }
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
    return heard ? 'heard' : 'failed';
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
