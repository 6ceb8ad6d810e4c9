/** A server that lived this long did not die of its settings. */
const HEALTHY_MS = 60_000;
const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/** Delays the next start of a server that fails or dies soon, twice as long each time. */
export class Backoff {
  readonly #now: () => number;
  #quickEnds = 0;
  #startedAt = -Infinity;
  #notBefore = -Infinity;
  #last: Error | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Undefined: start it. Else why not yet, for people. */
  waiting(): Error | undefined {
    const leftMs = this.#notBefore - this.#now();
    if (leftMs <= 0) return undefined;
    const why = this.#last?.message ?? 'Asterisk завершается вскоре после запуска';
    return new Error(`${why}; следующая попытка через ${Math.ceil(leftMs / 1000)} с`);
  }

  failed(error: Error): void {
    this.#delay(error);
  }

  started(): void {
    this.#startedAt = this.#now();
    this.#last = undefined;
  }

  ended(): void {
    if (this.#now() - this.#startedAt >= HEALTHY_MS) this.#quickEnds = 0;
    else this.#delay(undefined);
  }

  #delay(error: Error | undefined): void {
    this.#last = error;
    // The first one may be an accident: it is started again at once.
    if (this.#quickEnds > 0 || error !== undefined) {
      this.#notBefore = this.#now() + Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.#quickEnds, 10));
    }
    this.#quickEnds += 1;
  }
}
