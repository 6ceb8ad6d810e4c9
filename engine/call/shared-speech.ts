import type { Pcm } from '../ports/speech.ts';
import { orAbort, UNWANTED } from './patience.ts';

/**
 * One synthesis for all who ask for the same phrase at the same time: each hears all of it, those who come late too.
 * It begins with the first listener and stops when the last has left.
 */
export class SharedSpeech {
  readonly #start: (signal: AbortSignal) => AsyncIterable<Pcm>;
  readonly #onOver: (chunks: readonly Pcm[] | undefined) => void;
  readonly #work = new AbortController();
  readonly #chunks: Pcm[] = [];
  #listeners = 0;
  #over: { readonly error?: unknown } | undefined;
  #news = signalOfNews();

  /** `onOver`: all the chunks when it was said to its end; undefined when it broke or was left by all. Told once. */
  constructor(
    start: (signal: AbortSignal) => AsyncIterable<Pcm>,
    onOver: (chunks: readonly Pcm[] | undefined) => void,
  ) {
    this.#start = start;
    this.#onOver = onOver;
  }

  async *listen(signal: AbortSignal): AsyncGenerator<Pcm> {
    if (this.#listeners++ === 0) void this.#run();
    try {
      for (let at = 0; ;) {
        signal.throwIfAborted();
        const chunk = this.#chunks[at];
        if (chunk !== undefined) {
          at += 1;
          // A copy: nobody writes into another's sound.
          yield { samples: chunk.samples.slice(), rateHz: chunk.rateHz };
        } else if (this.#over === undefined) {
          await orAbort(this.#news.came, signal);
        } else {
          if ('error' in this.#over) throw this.#over.error;
          return;
        }
      }
    } finally {
      if (--this.#listeners === 0 && this.#over === undefined) {
        this.#end({}, undefined);
        this.#work.abort(UNWANTED);
      }
    }
  }

  async #run(): Promise<void> {
    try {
      for await (const { samples, rateHz } of this.#start(this.#work.signal)) {
        if (this.#over !== undefined) return;
        this.#chunks.push({ samples: samples.slice(), rateHz });
        this.#tell();
      }
      this.#end({}, this.#chunks);
    } catch (error) {
      this.#end({ error }, undefined);
    }
  }

  #end(how: { readonly error?: unknown }, chunks: readonly Pcm[] | undefined): void {
    if (this.#over !== undefined) return;
    this.#over = how;
    this.#onOver(chunks);
    this.#tell();
  }

  #tell(): void {
    const { tell } = this.#news;
    this.#news = signalOfNews();
    tell();
  }
}

function signalOfNews(): { readonly came: Promise<void>; readonly tell: () => void } {
  let tell: () => void = () => undefined;
  const came = new Promise<void>((resolve) => (tell = resolve));
  return { came, tell };
}
