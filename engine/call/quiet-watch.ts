import type { MediaMeaning } from './call-events.ts';

const SAMPLES_PER_MS = 8;
/** A filler that begins now is heard before the caller has waited 1.5 s: its own first sound is not at once. */
const TELL_AFTER_MS = 1_320;
const TELL_AGAIN_MS = 1_000;

/** Knows how long nobody has been heard on the line, and tells when it is too long. Pure: positions are samples. */
export class QuietWatch {
  #caller = 0;
  #assistant = 0;
  #told = 0;

  /** The caller was heard until there; may be set back (his pause is noticed late). */
  callerUntil(sample: number): void {
    this.#caller = sample;
  }

  assistantUntil(sample: number): void {
    this.#assistant = sample;
  }

  /** What there is to tell at this moment. */
  at(sample: number): MediaMeaning | undefined {
    const quietMs = (sample - Math.max(this.#caller, this.#assistant)) / SAMPLES_PER_MS;
    if (quietMs < TELL_AFTER_MS) this.#told = 0;
    if (quietMs < TELL_AFTER_MS + this.#told * TELL_AGAIN_MS) return undefined;
    this.#told += 1;
    return { type: 'line.quiet', quietMs };
  }
}
