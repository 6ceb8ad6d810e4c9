import type { LineFaults } from '../contract/call-plan.ts';
import { throughALaw } from './a-law-trip.ts';
import { seededRandom } from './random.ts';

/** A packet as the network delivers it. */
export interface Delivery {
  readonly bytes: Uint8Array;
  readonly delayMs: number;
}

/** Behind the next packet, before the one after it. */
const OVERTAKEN_MS = 30;

/** A network and a telephone that are not perfect. Pure: says what arrives and when; sends nothing itself. */
export class FaultyLine {
  readonly #faults: LineFaults;
  readonly #random: () => number;
  readonly #noiseRms: number;

  /** `voiceRms`: how loud the person's voice is (`voiceRms(pcm)`); the noise is measured by it. */
  constructor(faults: LineFaults, voiceRms: number) {
    this.#faults = faults;
    this.#random = seededRandom(faults.seed ?? 1);
    this.#noiseRms = faults.noiseSnrDb === undefined ? 0 : voiceRms / 10 ** (faults.noiseSnrDb / 20);
  }

  /** The frame with steady white noise under it, `noiseSnrDb` below the voice, and as the line's other codec leaves it. */
  colour(samples: Int16Array): Int16Array {
    const noisy = this.#noisy(samples);
    return this.#faults.codec === 'pcma' ? throughALaw(noisy) : noisy;
  }

  #noisy(samples: Int16Array): Int16Array {
    if (this.#noiseRms === 0) return samples;
    return samples.map((sample) =>
      Math.max(-32_768, Math.min(32_767, sample + this.#gaussian() * this.#noiseRms)),
    );
  }

  /** What becomes of one packet: nothing, one delivery, or two. */
  carry(bytes: Uint8Array): readonly Delivery[] {
    const { loss = 0, jitterMs = 0, duplicates = 0, reorder = 0 } = this.#faults;
    if (this.#random() < loss) return [];
    const overtaken = reorder > 0 && this.#random() < reorder;
    const once = { bytes, delayMs: this.#random() * jitterMs + (overtaken ? OVERTAKEN_MS : 0) };
    return this.#random() < duplicates
      ? [once, { bytes, delayMs: this.#random() * (jitterMs + 20) }]
      : [once];
  }

  /** Box–Muller. */
  #gaussian(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random()));
    return radius * Math.cos(2 * Math.PI * this.#random());
  }
}

/** Level of the voice in recordings: of what is louder than their pauses. */
export function voiceRms(recordings: readonly Int16Array[]): number {
  const PAUSE = 100;
  let sum = 0;
  let count = 0;
  for (const pcm of recordings) {
    for (const sample of pcm) {
      if (sample > -PAUSE && sample < PAUSE) continue;
      sum += sample * sample;
      count += 1;
    }
  }
  return count === 0 ? 1000 : Math.sqrt(sum / count);
}
