/** Five seconds of beats. */
const WINDOW_BEATS = 250;

/** Shared by all calls: it holds nothing between two questions. */
const scratch = new Float64Array(WINDOW_BEATS);

export interface DelaySpread {
  /** The transit of a fast packet: the 10th percentile, so that one odd packet does not set the scale. */
  readonly fast: number;
  /** 95 % are no slower. */
  readonly most: number;
  /** All but the one or two slowest are no slower. */
  readonly nearlyAll: number;
}

/** Transit times of the last seconds, in samples and relative to nothing: only their differences mean something. */
export class DelayWindow {
  readonly #transits = new Float64Array(WINDOW_BEATS);
  #count = 0;
  #next = 0;

  add(transitSamples: number): void {
    this.#transits[this.#next] = transitSamples;
    this.#next = (this.#next + 1) % WINDOW_BEATS;
    this.#count = Math.min(this.#count + 1, WINDOW_BEATS);
  }

  clear(): void {
    this.#count = 0;
    this.#next = 0;
  }

  /** Undefined before the first packet. */
  spread(): DelaySpread | undefined {
    if (this.#count === 0) return undefined;
    const sorted = scratch.subarray(0, this.#count);
    for (let i = 0; i < this.#count; i++) sorted[i] = this.#transits[i]!;
    sorted.sort();
    return { fast: at(sorted, 0.1), most: at(sorted, 0.95), nearlyAll: at(sorted, 0.995) };
  }
}

function at(sorted: Float64Array, share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}
