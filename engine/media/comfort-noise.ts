import { BLOCK_SAMPLES } from './echo-canceller.ts';

/** Mean square: below it a line counts as silent. */
const LEAST = 12 ** 2;

/**
 * The line's noise in an echo's stead: out of dead silence a voice is recognised later. The same in every run
 * (Numerical Recipes' generator).
 */
export class ComfortNoise {
  #random = 1;

  /** 20 ms at a third of this mean square, white; nothing on a silent line. */
  frame(power: number): { residual?: Int16Array } {
    if (power < LEAST) return {};
    const rms = Math.sqrt(power);
    const residual = new Int16Array(BLOCK_SAMPLES);
    for (let i = 0; i < residual.length; i++) {
      this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) | 0;
      residual[i] = Math.max(-32_768, Math.min(32_767, Math.round((this.#random / 2 ** 31) * rms)));
    }
    return { residual };
  }
}
