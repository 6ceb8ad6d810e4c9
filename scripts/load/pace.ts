/** An order this late is still in time; a longer pause is not made up for. */
const LATE_MS = 250;

/** Orders no oftener than so many a second. */
export class Pace {
  readonly #betweenMs: number;
  #dueMs: number | undefined;

  constructor(perSecond: number) {
    this.#betweenMs = 1000 / perSecond;
  }

  /** True where one may be ordered now: then it counts as ordered. `nowMs` never goes back. */
  take(nowMs: number): boolean {
    const dueMs = this.#dueMs ?? nowMs;
    if (nowMs < dueMs) return false;
    // By deadline while it keeps up, so that a late look does not slow the rate down.
    this.#dueMs = (nowMs - dueMs > LATE_MS ? nowMs : dueMs) + this.#betweenMs;
    return true;
  }
}
