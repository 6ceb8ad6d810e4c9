/** Energies are measured over hops of 32 samples, 4 ms: the grain of every edge found here. */
export const HOP_SAMPLES = 32;
/** Power of two; 4.1 s: more than any edge search looks back. */
const KEPT_HOPS = 1024;

/** Where a voice begins or ends against the line's noise. */
interface EdgeLevel {
  /** Mean square of the noise around the voice. */
  readonly noise: number;
  /** The loudest smoothed hop of the turn so far, mean square. */
  readonly peak: number;
}

/** 3 dB over the noise counts as voice … */
const OVER_NOISE = 2;
/** … and 36 dB under the turn's own peak, or an RMS of 12 of 32768, counts as silence. */
const UNDER_PEAK = 10 ** -3.6;
const LEAST = 12 ** 2;
/** Closures inside a word are this short, where one looks on from its end … */
const BRIDGED_HOPS = 6;
/** … and back from its vowel to the first consonant: «Что», «Спасибо». */
const BRIDGED_BACK_HOPS = 16;

/**
 * Short-time energy of the last seconds of a call, addressed by sample position. Rumble and DC offset are taken
 * out first (one-pole high-pass at 65 Hz).
 */
export class EnergyTrack {
  readonly #hops = new Float32Array(KEPT_HOPS);
  #complete = 0;
  #sum = 0;
  #inHop = 0;
  #lastIn = 0;
  #lastOut = 0;

  push(samples: Int16Array): void {
    let lastIn = this.#lastIn;
    let lastOut = this.#lastOut;
    let sum = this.#sum;
    let inHop = this.#inHop;
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i]!;
      lastOut = sample - lastIn + 0.95 * lastOut;
      lastIn = sample;
      sum += lastOut * lastOut;
      if (++inHop === HOP_SAMPLES) {
        this.#hops[this.#complete++ & (KEPT_HOPS - 1)] = sum / HOP_SAMPLES;
        sum = inHop = 0;
      }
    }
    this.#sum = sum;
    this.#inHop = inHop;
    this.#lastIn = lastIn;
    this.#lastOut = lastOut;
  }

  /** The loudest smoothed hop between two sample positions; 0 where none is known. */
  peak(fromSample: number, toSample: number): number {
    let peak = 0;
    const [from, to] = this.#range(fromSample, toSample);
    for (let hop = from; hop < to; hop++) peak = Math.max(peak, this.#smooth(hop));
    return peak;
  }

  /** The energy that `quantile` (0…1) of the hops between two positions stay under; undefined of under 10 hops. */
  quantile(fromSample: number, toSample: number, quantile: number): number | undefined {
    const [from, to] = this.#range(fromSample, toSample);
    if (to - from < 10) return undefined;
    const values = new Float32Array(to - from);
    for (let hop = from; hop < to; hop++) values[hop - from] = this.#hop(hop);
    values.sort();
    return values[Math.floor(quantile * (values.length - 1))];
  }

  /**
   * The sample after the last voiced one. The voice is known to have been heard in the window that ended at
   * `heardSample`; it may have ended earlier (the detector lingers) or go on a little (a soft last consonant).
   */
  endNear(heardSample: number, level: EdgeLevel, earliest: number, latest: number): number {
    const threshold = thresholdOf(level);
    const heard = Math.floor(heardSample / HOP_SAMPLES);
    const [from, to] = this.#range(earliest, latest);
    const after = this.#walk(heard, 1, to, threshold, BRIDGED_HOPS);
    if (after !== undefined) return (after + 1) * HOP_SAMPLES;
    for (let hop = heard - 1; hop >= from; hop--) {
      if (this.#smooth(hop) > threshold) return (hop + 1) * HOP_SAMPLES;
    }
    return heardSample;
  }

  /** The first voiced sample; the voice was first heard in the window that began at `heardSample`. */
  startNear(heardSample: number, level: EdgeLevel, earliest: number, latest: number): number {
    const threshold = thresholdOf(level);
    const heard = Math.floor(heardSample / HOP_SAMPLES);
    const [from, to] = this.#range(earliest, latest);
    const before = this.#walk(heard - 1, -1, from - 1, threshold, BRIDGED_BACK_HOPS);
    if (before !== undefined) return before * HOP_SAMPLES;
    for (let hop = heard; hop < to; hop++) {
      if (this.#smooth(hop) > threshold) return hop * HOP_SAMPLES;
    }
    return heardSample;
  }

  /** The last hop above the threshold that is reached from `hop` without a gap worth the name. */
  #walk(hop: number, step: 1 | -1, stop: number, threshold: number, bridged: number): number | undefined {
    let last: number | undefined;
    let gap = 0;
    for (; (stop - hop) * step > 0 && gap <= bridged; hop += step) {
      if (this.#smooth(hop) > threshold) {
        last = hop;
        gap = 0;
      } else gap++;
    }
    return last;
  }

  #range(fromSample: number, toSample: number): [number, number] {
    const from = Math.max(Math.ceil(fromSample / HOP_SAMPLES), this.#complete - KEPT_HOPS + 1, 0);
    return [from, Math.max(from, Math.min(Math.floor(toSample / HOP_SAMPLES), this.#complete))];
  }

  #hop(hop: number): number {
    return this.#hops[hop & (KEPT_HOPS - 1)]!;
  }

  /** Mean of a hop and its neighbours, 20 ms: pitch periods of the deepest voice, and a steady measure of noise. */
  #smooth(hop: number): number {
    const from = Math.max(hop - 2, 0);
    const to = Math.min(hop + 3, this.#complete);
    let sum = 0;
    for (let near = from; near < to; near++) sum += this.#hop(near);
    return sum / 5;
  }
}

function thresholdOf({ noise, peak }: EdgeLevel): number {
  return Math.max(noise * OVER_NOISE, peak * UNDER_PEAK, LEAST);
}
