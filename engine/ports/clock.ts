/** Time as the engine sees it. Actors, stages and tests get one; nobody calls Date.now or setTimeout directly. */
export interface Clock {
  /** Monotonic milliseconds, fractional, from an arbitrary start. */
  now(): number;
  /** Wall time, for what people read. */
  wallTime(): Date;
  /** Calls `fn` once, `delayMs` from now. */
  setTimeout(fn: () => void, delayMs: number): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
}

export type TimerHandle = { readonly __timer: unique symbol };

/** Media are cut into frames of this length (RFC 3551 §4.2: the default packetisation of audio). */
export const FRAME_MS = 20;

/**
 * The beat of every call's media: frame n is due at start + n·20 ms, by deadline and never by interval, so
 * that a late tick does not push the later ones. One timer serves all calls of the process.
 */
export interface FrameTicker {
  /**
   * Calls `onFrame(n, lateMs)` for n = 0, 1, 2 … `lateMs` is how long after its deadline frame n was run.
   * After a stall each missed frame is still run, in order. `afterwards` follows each `onFrame`, when no other
   * subscriber's frame is due: for work that may wait, so that no call's packet waits for another call's work. Returns a
   * function that stops both.
   */
  start(onFrame: (frame: number, lateMs: number) => void, afterwards?: () => void): () => void;
}
