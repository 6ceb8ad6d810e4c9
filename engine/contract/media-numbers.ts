/**
 * How the sound of a live call fares, as its media path sees it: the RTP between us and whoever holds the line. Counted
 * since the answer unless it says otherwise.
 */
export interface MediaNumbers {
  /** The caller's packets, each once. */
  readonly received: number;
  /** Numbers that never came (RFC 3550 A.3); fewer again when they come out of order. */
  readonly lost: number;
  /** Came after their moment had been played. */
  readonly late: number;
  readonly reordered: number;
  readonly duplicate: number;
  /** Packets from somebody who is not in this call, or of another stream: dropped unheard. */
  readonly strangers: number;
  readonly concealedFrames: number;
  /** RFC 3550 §6.4.1. */
  readonly jitterMs: number;
  /** What the jitter buffer now adds to a fast packet. */
  readonly bufferMs: number;
  /** Our own packets: one a beat of 20 ms, so that this is the call's clock, too. */
  readonly sent: number;
  readonly lateness: BeatLateness;
  /** The far end's sound comes from this machine: no network is between us. */
  readonly loopback: boolean;
}

/**
 * How long after their deadlines the beats of this one call began, ms; in each beat one of our packets leaves. Of the
 * latest ten seconds where nothing else is said.
 */
export interface BeatLateness {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly lastSecondMaxMs: number;
  /** Of the whole call. */
  readonly worstMs: number;
}
