import type { Pcm } from '../ports/speech.ts';

/** Longer than the longest turn with the line sound around it. */
const KEPT_SEC = 40;

/** The caller's last 40 seconds, addressed by the recording's clock, so that a turn can be cut out of it. */
export class SoundMemory {
  readonly #rateHz: number;
  readonly #ring: Int16Array;
  #position = 0;

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
    this.#ring = new Int16Array(rateHz * KEPT_SEC);
  }

  push(samples: Int16Array): void {
    const at = this.#position % this.#ring.length;
    const untilEnd = Math.min(samples.length, this.#ring.length - at);
    this.#ring.set(samples.subarray(0, untilEnd), at);
    this.#ring.set(samples.subarray(untilEnd), 0);
    this.#position += samples.length;
  }

  /** The sound from `startMs` to `endMs`, clipped to what is kept. A copy. */
  cut(startMs: number, endMs: number): Pcm {
    const toSample = (ms: number) => Math.round((ms * this.#rateHz) / 1000);
    const oldest = Math.max(0, this.#position - this.#ring.length);
    const start = Math.min(Math.max(toSample(startMs), oldest), this.#position);
    const end = Math.min(Math.max(toSample(endMs), start), this.#position);
    const samples = new Int16Array(end - start);
    const at = start % this.#ring.length;
    const untilEnd = Math.min(samples.length, this.#ring.length - at);
    samples.set(this.#ring.subarray(at, at + untilEnd), 0);
    samples.set(this.#ring.subarray(0, samples.length - untilEnd), untilEnd);
    return { samples, rateHz: this.#rateHz };
  }
}
