/** RTP sequence numbers are 16 bits wide, timestamps 32 (RFC 3550 §5.1). */
export const SEQUENCE_MODULUS = 2 ** 16;
export const TIMESTAMP_MODULUS = 2 ** 32;

/**
 * Turns a counter that wraps into one that does not (RFC 3550 A.1): each value becomes the number congruent to
 * it that lies nearest to the highest seen. Right while values stay within half the modulus of the highest.
 * Values older than the first become negative rather than wrong.
 */
export class CounterExtender {
  readonly #modulus: number;
  #highest: number | undefined;

  constructor(modulus: number) {
    this.#modulus = modulus;
  }

  /** The highest extended value so far; undefined before the first. */
  get highest(): number | undefined {
    return this.#highest;
  }

  /** The extended value, without remembering it. */
  peek(value: number): number {
    if (this.#highest === undefined) return value;
    return this.#highest + wrappedDistance(this.#highest, value, this.#modulus);
  }

  /** The extended value; the highest becomes the reference for the next. */
  extend(value: number): number {
    const extended = this.peek(value);
    if (this.#highest === undefined || extended > this.#highest) this.#highest = extended;
    return extended;
  }
}

/** The signed distance from `from` to `to` on a circle of `modulus`, a power of two: −modulus/2 ≤ d < modulus/2. */
export function wrappedDistance(from: number, to: number, modulus: number): number {
  const distance = to - from;
  // Exact, as the modulus is a power of two; the remainder of a division costs ten times as much.
  const forward = distance - Math.floor(distance / modulus) * modulus;
  return forward < modulus / 2 ? forward : forward - modulus;
}
