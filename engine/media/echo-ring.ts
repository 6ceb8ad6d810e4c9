/** Tilts speech level, so that its low voices do not decide alone. */
const PRE_EMPHASIS = 0.9;

/** The last samples of one direction, pre-emphasised, by position since the first one ever pushed. */
export class EchoRing {
  readonly #samples: Float32Array;
  readonly #mask: number;
  #position = 0;
  #last = 0;

  /** `size`: how many are kept, a power of two. */
  constructor(size: number) {
    this.#samples = new Float32Array(size);
    this.#mask = size - 1;
  }

  /** Samples pushed so far. */
  get position(): number {
    return this.#position;
  }

  push(frame: Int16Array): void {
    const samples = this.#samples;
    const mask = this.#mask;
    let at = this.#position;
    let last = this.#last;
    for (let i = 0; i < frame.length; i++) {
      const sample = frame[i]!;
      samples[at++ & mask] = sample - PRE_EMPHASIS * last;
      last = sample;
    }
    this.#position = at;
    this.#last = last;
  }

  /** As if `count` samples of silence had come, and silence had been before them too. */
  silence(count: number): void {
    this.#samples.fill(0);
    this.#position += count;
    this.#last = 0;
  }

  /** Fills `into` with the samples that end at `end`; what is not kept, or not here yet, is silence. */
  copy(end: number, into: Float64Array): void {
    const from = end - into.length;
    const oldest = Math.max(0, this.#position - this.#samples.length);
    for (let i = 0; i < into.length; i++) {
      const at = from + i;
      into[i] = at < oldest || at >= this.#position ? 0 : this.#samples[at & this.#mask]!;
    }
  }
}

/** Undoes the tilt: of what was made from a ring's samples, back to sound. Goes on from block to block. */
export class Deemphasis {
  #last = 0;

  next(sample: number): number {
    this.#last = sample + PRE_EMPHASIS * this.#last;
    // Denormal numbers are slow.
    if (Math.abs(this.#last) < 1e-6) this.#last = 0;
    return this.#last;
  }
}
