/** One look is a sum over the calls that have not ended, whatever process holds them. */
const LOOK_EVERY_MS = 150;

/**
 * Tells those who watch all calls that something has happened in one: the database is what every process has in common,
 * so it does not matter who holds the call. It is asked once for all who watch, and only while there are any.
 */
export class LivePulse {
  readonly #mark: () => Promise<string>;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #last: string | undefined;

  /** `mark`: another word whenever anything has happened in a live call. */
  constructor(mark: () => Promise<string>) {
    this.#mark = mark;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Returns what ends it; idempotent. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#lookLater();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) clearTimeout(this.#timer);
    };
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    try {
      const mark = await this.#mark();
      if (mark !== this.#last) for (const listener of this.#listeners) listener();
      this.#last = mark;
    } catch {
      // Whoever reads the list finds that out, too, and says so.
      this.#last = undefined;
    }
    if (this.#listeners.size > 0) this.#lookLater();
  }
}
