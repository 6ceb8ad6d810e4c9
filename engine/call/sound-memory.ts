import type { Pcm } from '../ports/speech.ts';

/** Longer than the longest turn with the line sound around it. */
const KEPT_SEC = 40;

/**
 * The caller's last 40 seconds, addressed by the recording's clock, so that a turn can be cut out of it. Kept
 * by the second: a short call needs little memory, and a long one writes over its oldest second.
 */
export class SoundMemory {
  readonly #rateHz: number;
  /** Whole seconds, the newest last; only that one may be unfinished. */
  readonly #seconds: Int16Array[] = [];
  #position = 0;

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
  }

  push(samples: Int16Array): void {
    for (let from = 0; from < samples.length;) {
      const at = this.#position % this.#rateHz;
      if (at === 0) this.#seconds.push(this.#nextSecond());
      const count = Math.min(samples.length - from, this.#rateHz - at);
      const part = count === samples.length ? samples : samples.subarray(from, from + count);
      this.#seconds.at(-1)!.set(part, at);
      this.#position += count;
      from += count;
    }
  }

  /** The sound from `startMs` to `endMs`, clipped to what is kept. A copy. */
  cut(startMs: number, endMs: number): Pcm {
    const toSample = (ms: number) => Math.round((ms * this.#rateHz) / 1000);
    const oldest = Math.max(0, this.#position - KEPT_SEC * this.#rateHz);
    const firstSecond = Math.ceil(this.#position / this.#rateHz) - this.#seconds.length;
    const start = Math.min(Math.max(toSample(startMs), oldest), this.#position);
    const end = Math.min(Math.max(toSample(endMs), start), this.#position);
    const samples = new Int16Array(end - start);
    for (let at = start; at < end;) {
      const within = at % this.#rateHz;
      const count = Math.min(end - at, this.#rateHz - within);
      const second = this.#seconds[Math.floor(at / this.#rateHz) - firstSecond]!;
      samples.set(second.subarray(within, within + count), at - start);
      at += count;
    }
    return { samples, rateHz: this.#rateHz };
  }

  #nextSecond(): Int16Array {
    return this.#seconds.length > KEPT_SEC ? this.#seconds.shift()! : new Int16Array(this.#rateHz);
  }
}
