/** Why there is no seat: too many of the same key, or too many in all. */
export type SeatRefusal = 'key-full' | 'house-full';

/** Counts who is being served: at most so many of a key and so many in all. */
export class Seats {
  readonly #perKey: number;
  readonly #inAll: number;
  readonly #taken = new Map<string, number>();
  #count = 0;

  constructor(limits: { readonly perKey: number; readonly inAll: number }) {
    this.#perKey = limits.perKey;
    this.#inAll = limits.inAll;
  }

  get count(): number {
    return this.#count;
  }

  /** Returns what gives the seat back (idempotent), or why there is none. */
  take(key: string): (() => void) | SeatRefusal {
    const ofKey = this.#taken.get(key) ?? 0;
    if (ofKey >= this.#perKey) return 'key-full';
    if (this.#count >= this.#inAll) return 'house-full';
    this.#taken.set(key, ofKey + 1);
    this.#count += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#count -= 1;
      const left = (this.#taken.get(key) ?? 1) - 1;
      if (left === 0) this.#taken.delete(key);
      else this.#taken.set(key, left);
    };
  }
}
