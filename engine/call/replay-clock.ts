interface Timer {
  readonly id: number;
  readonly delayMs: number;
  readonly dueMs: number;
  readonly fn: () => void;
}

/** Time that passes only as a record says. Timers do not run by themselves: in life they were late by a little, and how late is in the record. */
export class ReplayClock {
  #nowMs = 0;
  #lastId = 0;
  #timers: readonly Timer[] = [];

  readonly now = (): number => this.#nowMs;

  readonly setTimeout = (fn: () => void, delayMs: number): number => {
    this.#lastId += 1;
    const timer: Timer = { id: this.#lastId, delayMs, dueMs: this.#nowMs + delayMs, fn };
    this.#timers = [...this.#timers, timer].sort((a, b) => a.dueMs - b.dueMs || a.id - b.id);
    return timer.id;
  };

  readonly clearTimeout = (id: number): void => {
    this.#timers = this.#timers.filter((timer) => timer.id !== id);
  };

  /** It is so late. */
  set(ms: number): void {
    this.#nowMs = Math.max(this.#nowMs, ms);
  }

  /** Runs the earliest timer that was due before `ms`, at its own time. False when there is none. */
  runOverdue(ms: number): boolean {
    const timer = this.#timers[0];
    if (timer === undefined || timer.dueMs >= ms) return false;
    this.set(timer.dueMs);
    this.#run(timer);
    return true;
  }

  /** Runs the earliest timer of this delay, if it is due by now. False when there is none. */
  runOf(delayMs: number): boolean {
    const timer = this.#timers.find(
      (one) => one.delayMs === delayMs && one.dueMs <= this.#nowMs + ROUNDING_MS,
    );
    if (timer === undefined) return false;
    this.#run(timer);
    return true;
  }

  #run(timer: Timer): void {
    this.clearTimeout(timer.id);
    timer.fn();
  }
}

/** The record has microseconds; node's timers may be early by a fraction of a millisecond. */
const ROUNDING_MS = 2;
