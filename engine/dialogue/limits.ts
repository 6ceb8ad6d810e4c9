/** V5.2: a conversation lasts at most this long after the answer; then the line is hung up, whatever is being said. */
export const MAX_CALL_MS = 120_000;

/** The closing begins here at the latest: a sum-up and a goodbye take up to 12 s, and an operator up to 3 s to begin. */
export const CLOSING_STARTS_MS = 105_000;

/** V5.2: question/answer pairs of one conversation; the answer of the last pair is the closing. */
export const MAX_PAIRS = 12;

export type ConversationLimit = 'time' | 'pairs';

export interface ConversationProgress {
  /** Since the answer. */
  readonly elapsedMs: number;
  /** Caller's turns so far, the one to be answered now included. */
  readonly pairs: number;
}

/** Which limit says that the assistant's next words must be the closing; undefined while there is room. */
export function shouldClose({ elapsedMs, pairs }: ConversationProgress): ConversationLimit | undefined {
  if (elapsedMs >= CLOSING_STARTS_MS) return 'time';
  if (pairs >= MAX_PAIRS) return 'pairs';
  return undefined;
}

/** How long until the closing must begin, ms; 0 when it is due. For the conversation's timer. */
export function msUntilClosing(elapsedMs: number): number {
  return Math.max(0, CLOSING_STARTS_MS - elapsedMs);
}

/** How long until the line is hung up, ms; 0 when it is due. */
export function msUntilHangup(elapsedMs: number): number {
  return Math.max(0, MAX_CALL_MS - elapsedMs);
}

/** Pairs left after the one to be answered now; never negative. */
export function remainingPairs(pairs: number): number {
  return Math.max(0, MAX_PAIRS - pairs);
}
