import type { BeatLateness } from '../contract/media-numbers.ts';

const BEATS_A_SECOND = 50;
const REMEMBERED = 10 * BEATS_A_SECOND;

/**
 * How late the beats of one call are. A beat costs it one number written into a ring; what that means is worked out for
 * whoever asks.
 */
export class Pacing {
  readonly #lateMs = new Float32Array(REMEMBERED);
  #beats = 0;
  #worstMs = 0;

  beat(lateMs: number): void {
    this.#lateMs[this.#beats % REMEMBERED] = lateMs;
    this.#beats += 1;
    if (lateMs > this.#worstMs) this.#worstMs = lateMs;
  }

  lateness(): BeatLateness {
    const known = Math.min(this.#beats, REMEMBERED);
    const ordered = this.#lateMs.slice(0, known).sort();
    let lastSecondMaxMs = 0;
    for (let beat = Math.max(0, this.#beats - BEATS_A_SECOND); beat < this.#beats; beat += 1)
      lastSecondMaxMs = Math.max(lastSecondMaxMs, this.#lateMs[beat % REMEMBERED]!);
    const rank = (share: number): number => ordered[Math.ceil(share * known) - 1] ?? 0;
    return {
      p50Ms: rank(0.5),
      p99Ms: rank(0.99),
      maxMs: rank(1),
      lastSecondMaxMs,
      worstMs: this.#worstMs,
    };
  }
}
