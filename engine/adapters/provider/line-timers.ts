import type { Clock, TimerHandle } from '../../ports/clock.ts';

/** What a line waits for, by name: each at most once at a time. */
export class LineTimers<Name extends string> {
  readonly #clock: Clock;
  readonly #running = new Map<Name, TimerHandle>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets the timer of this name, unless it runs already. */
  after(name: Name, ms: number, then: () => void): void {
    if (this.#running.has(name)) return;
    const timer = this.#clock.setTimeout(() => {
      this.#running.delete(name);
      then();
    }, ms);
    this.#running.set(name, timer);
  }

  cancel(name: Name): void {
    const timer = this.#running.get(name);
    if (timer !== undefined) this.#clock.clearTimeout(timer);
    this.#running.delete(name);
  }

  cancelAll(): void {
    for (const name of [...this.#running.keys()]) this.cancel(name);
  }
}
