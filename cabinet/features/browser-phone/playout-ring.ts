/** Sound starts, and starts again after a hole, with this much in hand. */
const CUSHION = 480;
/** More than this is delay; it is cut to the cushion. */
const LATE = 3_200;

/** The assistant's sound between messages and the loudspeaker's blocks. At 8 kHz: a cushion of 60 ms, 400 ms at most. */
export class PlayoutRing {
  readonly #samples = new Float32Array(8_192);
  #read = 0;
  #count = 0;
  #running = false;

  get queued(): number {
    return this.#count;
  }

  /** Any length; what is longer than the ring keeps its end. */
  push(samples: Float32Array): void {
    const size = this.#samples.length;
    const kept = samples.subarray(Math.max(0, samples.length - size));
    for (const sample of kept) {
      this.#samples[(this.#read + this.#count) % size] = sample;
      if (this.#count < size) this.#count += 1;
      else this.#read = (this.#read + 1) % size;
    }
    if (this.#count > LATE) this.#skip(this.#count - CUSHION);
  }

  /** Fills `block`; silence where there is nothing. */
  pull(block: Float32Array): void {
    if (!this.#running && this.#count < CUSHION) {
      block.fill(0);
      return;
    }
    this.#running = this.#count >= block.length;
    const ready = Math.min(block.length, this.#count);
    for (let at = 0; at < ready; at += 1)
      block[at] = this.#samples[(this.#read + at) % this.#samples.length]!;
    block.fill(0, ready);
    this.#skip(ready);
  }

  #skip(count: number): void {
    this.#read = (this.#read + count) % this.#samples.length;
    this.#count -= count;
  }
}
