import { FRAME_MS } from '../ports/clock.ts';

/** A frame of a telephone whose clock is not ours, and how long after our tick it is due. */
export interface DriftedFrame {
  readonly frame: number;
  readonly delayMs: number;
}

/**
 * The beat of a clock that runs `ppm` parts per million faster than ours, or slower: its frame n is due at
 * n·20 ms / (1 + ppm·10⁻⁶). Now and then two of its frames fall into one tick of ours, or none. Pure.
 */
export class DriftingBeat {
  readonly #periodMs: number;
  #next = 0;

  constructor(ppm: number) {
    this.#periodMs = FRAME_MS / (1 + ppm * 1e-6);
  }

  /** The frames due from our tick number `tick` on and before the next one. */
  frames(tick: number): readonly DriftedFrame[] {
    const frames: DriftedFrame[] = [];
    const fromMs = tick * FRAME_MS;
    while (this.#next * this.#periodMs < fromMs + FRAME_MS) {
      frames.push({ frame: this.#next, delayMs: Math.max(0, this.#next * this.#periodMs - fromMs) });
      this.#next += 1;
    }
    return frames;
  }
}
