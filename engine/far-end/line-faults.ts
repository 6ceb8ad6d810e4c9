import type { LineFaults } from '../contract/call-plan.ts';
import { seededRandom } from './random.ts';

/** A packet as the network delivers it. */
export interface Delivery {
  readonly bytes: Uint8Array;
  readonly delayMs: number;
}

/** A network and a telephone that are not perfect. Pure: says what arrives and when; sends nothing itself. */
export class FaultyLine {
  readonly #faults: LineFaults;
  readonly #random: () => number;
  #speechPower = 0;

  constructor(faults: LineFaults) {
    this.#faults = faults;
    this.#random = seededRandom(faults.seed ?? 1);
  }

  /** The frame with noise under it, at `noiseSnrDb` below the running level of the voice. A new array. */
  colour(samples: Int16Array): Int16Array {
    const { noiseSnrDb } = this.#faults;
    if (noiseSnrDb === undefined) return samples;
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // Only voice counts as the signal: a pause must not lower the noise.
    if (power > 100 ** 2) this.#speechPower = this.#speechPower === 0 ? power : this.#speechPower * 0.9 + power * 0.1;
    const level = Math.sqrt((this.#speechPower === 0 ? 1000 ** 2 : this.#speechPower) / 10 ** (noiseSnrDb / 10));
    return samples.map((sample) => Math.max(-32_768, Math.min(32_767, sample + this.#gaussian() * level)));
  }

  /** What becomes of one packet: nothing, one delivery, or two. */
  carry(bytes: Uint8Array): readonly Delivery[] {
    const { loss = 0, jitterMs = 0, duplicates = 0 } = this.#faults;
    if (this.#random() < loss) return [];
    const once = { bytes, delayMs: this.#random() * jitterMs };
    return this.#random() < duplicates ? [once, { bytes, delayMs: this.#random() * (jitterMs + 20) }] : [once];
  }

  /** Box–Muller. */
  #gaussian(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random()));
    return radius * Math.cos(2 * Math.PI * this.#random());
  }
}
