/** The smoothed deviation of packet spacing (RFC 3550 §6.4.1 and A.8). */
export class InterarrivalJitter {
  readonly #ticksPerMs: number;
  /** Of the last packet; NaN: there was none. */
  #transitMs = NaN;
  #jitterMs = 0;

  constructor(clockHz: number) {
    this.#ticksPerMs = clockHz / 1000;
  }

  get jitterMs(): number {
    return this.#jitterMs;
  }

  /** `timestamp`: extended over wraps. */
  add(arrivalMs: number, timestamp: number): void {
    const transitMs = arrivalMs - timestamp / this.#ticksPerMs;
    if (!Number.isNaN(this.#transitMs)) {
      this.#jitterMs += (Math.abs(transitMs - this.#transitMs) - this.#jitterMs) / 16;
    }
    this.#transitMs = transitMs;
  }

  /** A new source has a new time scale: the next packet is not compared with the last. */
  restart(): void {
    this.#transitMs = NaN;
  }
}
