import { SEQUENCE_MODULUS } from './sequence.ts';

/** A locked source must have been silent this long before another may take its place. */
const SILENT_MS = 200;

/**
 * Holds on to one synchronisation source. The first packet locks it; another SSRC is foreign while the locked one
 * speaks. Once that has been silent for 200 ms, a newcomer takes over with its second packet in a row (the
 * probation of RFC 3550 A.1: MIN_SEQUENTIAL = 2), so one stray packet cannot cut the call's sound.
 */
export class SourceLock {
  #ssrc: number | undefined;
  #heardAtMs = 0;
  #candidate: { readonly ssrc: number; readonly awaited: number } | undefined;

  /** `locked`: of our source; `new`: the lock has just moved to it; `foreign`: not to be listened to. */
  admit(ssrc: number, sequence: number, nowMs: number): 'locked' | 'new' | 'foreign' {
    if (ssrc === this.#ssrc) {
      this.#candidate = undefined;
      this.#heardAtMs = nowMs;
      return 'locked';
    }
    if (this.#ssrc !== undefined) {
      const silent = nowMs - this.#heardAtMs >= SILENT_MS;
      const confirmed = this.#candidate?.ssrc === ssrc && this.#candidate.awaited === sequence;
      if (!silent || !confirmed) {
        this.#candidate = silent ? { ssrc, awaited: (sequence + 1) % SEQUENCE_MODULUS } : undefined;
        return 'foreign';
      }
    }
    this.#ssrc = ssrc;
    this.#candidate = undefined;
    this.#heardAtMs = nowMs;
    return 'new';
  }
}
