/** Lets so many work at once; the others wait in line, in their order. */
export class Turnstile {
  #places: number;
  readonly #line: (() => void)[] = [];

  constructor(places: number) {
    this.#places = places;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#places > 0) this.#places -= 1;
    else await new Promise<void>((resolve) => this.#line.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#line.shift();
      // Who goes gives his place to the next.
      if (next === undefined) this.#places += 1;
      else next();
    }
  }
}
