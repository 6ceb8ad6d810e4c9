import type { Summary } from './statistics.ts';

const STEP_MS = 0.1;
/** Later than this is not told apart. */
const LONGEST_MS = 5_000;

/** Millions of times in little room: counted by tenths of a millisecond, rounded up. */
export class TimeCounts {
  readonly #counts = new Uint32Array(LONGEST_MS / STEP_MS + 1);
  #count = 0;
  #maxMs = 0;

  add(ms: number): void {
    const at = Math.ceil(Math.max(0, ms) / STEP_MS - 1e-6);
    this.#counts[Math.min(this.#counts.length - 1, at)]! += 1;
    this.#count += 1;
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  summary(): Summary {
    const at = (share: number) => this.#percentile(share);
    const max = this.#count === 0 ? undefined : this.#maxMs;
    return { count: this.#count, p50: at(0.5), p95: at(0.95), p99: at(0.99), max };
  }

  /** Nearest rank, as `percentile` of statistics.ts. */
  #percentile(share: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(this.#count * share));
    let seen = 0;
    const at = this.#counts.findIndex((count) => (seen += count) >= rank);
    return Math.min(at * STEP_MS, this.#maxMs);
  }
}
