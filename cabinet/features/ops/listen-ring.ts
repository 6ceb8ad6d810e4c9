import { LISTEN_FRAME_SAMPLES, type ListenedFrame } from '../../../engine/contract/listening.ts';

/** Sound starts, and starts again after it ran out, with so many frames in hand: 240 ms. */
const CUSHION = 12;
/** Three seconds behind is no listening in any more: down to the cushion, and what is skipped is told. */
const LATE = 150;

/** What was heard so far. */
export interface HeardSoFar {
  /** Numbers of the first and of the latest frame that began to sound; undefined before the first. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Frames that began to sound. */
  readonly frames: number;
  /** Frames between the first and the latest that did not: dropped on the way, or skipped here. */
  readonly missed: number;
  /** How often the sound ran out. */
  readonly underruns: number;
  /** Where in the call the ear is: samples since the answer. */
  readonly position: number;
}

/** Frames between the network and the loudspeaker, in order, with a cushion against jitter. */
export class ListenRing {
  readonly #queue: ListenedFrame[] = [];
  /** Samples of the queue's first frame that have sounded. */
  #offset = 0;
  #running = false;
  #ended = false;
  #newest: number | undefined;
  #first: number | undefined;
  #last: number | undefined;
  #frames = 0;
  #underruns = 0;

  push(frames: readonly ListenedFrame[]): void {
    for (const frame of frames) {
      if (this.#newest !== undefined && frame.nth <= this.#newest) continue;
      this.#newest = frame.nth;
      this.#queue.push(frame);
    }
    if (this.#queue.length <= LATE) return;
    this.#queue.splice(0, this.#queue.length - CUSHION);
    this.#offset = 0;
  }

  /** Nothing more will come: the rest sounds without a cushion. */
  end(): void {
    this.#ended = true;
  }

  /** Everything has sounded. */
  get done(): boolean {
    return this.#ended && this.#queue.length === 0;
  }

  get heard(): HeardSoFar {
    const [first, last, frames] = [this.#first, this.#last, this.#frames];
    const missed = first === undefined || last === undefined ? 0 : last - first + 1 - frames;
    const next = this.#queue[0];
    const position =
      next === undefined
        ? ((last ?? -1) + 1) * LISTEN_FRAME_SAMPLES
        : next.nth * LISTEN_FRAME_SAMPLES + this.#offset;
    return { first, last, frames, missed, underruns: this.#underruns, position };
  }

  /** Fills both sides, −1…1; silence where there is nothing. */
  pull(left: Float32Array, right: Float32Array): void {
    let at = 0;
    if (this.#running || this.#ended || this.#queue.length >= CUSHION) {
      this.#running = true;
      while (at < left.length && this.#queue.length > 0) at = this.#copy(left, right, at);
    }
    if (at < left.length && this.#running) {
      this.#running = false;
      if (!this.#ended) this.#underruns += 1;
    }
    left.fill(0, at);
    right.fill(0, at);
  }

  #copy(left: Float32Array, right: Float32Array, from: number): number {
    const { nth, samples } = this.#queue[0]!;
    if (this.#offset === 0) {
      this.#first ??= nth;
      this.#last = nth;
      this.#frames += 1;
    }
    const count = Math.min(left.length - from, LISTEN_FRAME_SAMPLES - this.#offset);
    for (let n = 0; n < count; n += 1) {
      left[from + n] = samples[(this.#offset + n) * 2]! / 32_768;
      right[from + n] = samples[(this.#offset + n) * 2 + 1]! / 32_768;
    }
    this.#offset += count;
    if (this.#offset === LISTEN_FRAME_SAMPLES) {
      this.#queue.shift();
      this.#offset = 0;
    }
    return from + count;
  }
}
