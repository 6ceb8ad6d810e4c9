import { UNWANTED } from './patience.ts';

/**
 * Runs a stream ahead of its reader: what it gives is kept until somebody takes it. `abandon` stops the work behind
 * it; a reader who has come by then gets nothing more.
 */
export class Ahead<T> {
  readonly #work = new AbortController();
  readonly #items: T[] = [];
  #over: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  /** Begins at once. */
  constructor(start: (signal: AbortSignal) => AsyncIterable<T>) {
    void this.#run(start);
  }

  /** It has failed already: a new attempt may do better. */
  get isVain(): boolean {
    return this.#over !== undefined && 'error' in this.#over;
  }

  abandon(): void {
    this.#work.abort(UNWANTED);
    this.#wake();
  }

  /** What came already, then the rest as it comes. Throws what the stream throws. For one reader. */
  async *take(): AsyncGenerator<T> {
    for (let at = 0; ;) {
      if (this.#work.signal.aborted) return;
      const item = this.#items[at];
      if (item !== undefined) {
        at += 1;
        yield item;
      } else if (this.#over === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      } else {
        if ('error' in this.#over) throw this.#over.error;
        return;
      }
    }
  }

  async #run(start: (signal: AbortSignal) => AsyncIterable<T>): Promise<void> {
    const { signal } = this.#work;
    try {
      for await (const item of start(signal)) {
        if (signal.aborted) return;
        this.#items.push(item);
        this.#wake();
      }
      this.#over = {};
    } catch (error) {
      this.#over = { error };
    }
    this.#wake();
  }
}
