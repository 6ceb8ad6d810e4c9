/** +0.15 dB a frame of 20 ms: a louder line is believed after some seconds, a voice is not. */
const RISE = 10 ** 0.015;

/** The line's noise: the softest frame of late, mean square; a voice's pauses are enough. */
export class NoiseFloor {
  readonly #least: number;
  #floor = Infinity;
  #smooth = 0;

  /** `least`: what even a quiet line has. */
  constructor(least: number) {
    this.#least = least;
  }

  get floor(): number {
    return this.#floor;
  }

  /** Takes a frame's power; gives the floor with it. */
  next(power: number): number {
    // Some frames together: one soft frame between two pitch periods is no floor.
    this.#smooth = this.#floor === Infinity ? power : 0.7 * this.#smooth + 0.3 * power;
    this.#floor = Math.max(this.#least, Math.min(this.#floor * RISE, this.#smooth));
    return this.#floor;
  }
}
