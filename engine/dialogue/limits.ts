/** V5.2: a conversation lasts at most this long after the answer; then the line is hung up, whatever is being said. */
export const MAX_CALL_MS = 120_000;

/** The closing begins here at the latest: a sum-up and a goodbye take up to 12 s, and an operator up to 3 s to begin. */
export const CLOSING_STARTS_MS = 105_000;

/** V5.2: question/answer pairs of one conversation; the answer of the last pair is the closing. */
export const MAX_PAIRS = 12;

/** Pairs left after the one to be answered now; never negative. */
export function remainingPairs(pairs: number): number {
  return Math.max(0, MAX_PAIRS - pairs);
}
