import { RealFft } from './real-fft.ts';

/** What a search takes: this many samples heard … */
export const HEARD_SAMPLES = 1024;
/** … and what was sent from this much before them on, to their end. */
export const LAG_SAMPLES = 4800;
export const SENT_SAMPLES = LAG_SAMPLES + HEARD_SAMPLES;

const SIZE = 8192;
const BINS = SIZE / 2 + 1;
/** A spectrum is flattened by its own mean over this many bins on both sides: 100 Hz. */
const FLAT_BINS = 102;
/** Bands this far under the mean (30 dB) are not lifted up to it: there is only the line's noise. */
const FLAT_FLOOR = 1e-3;
/** Where less was sent than this share of the loudest stretch, nothing can have come back. */
const LEAST_SENT = 0.02;

export interface EchoLag {
  /** From a sample sent to the same sample heard. */
  readonly lagSamples: number;
  /** 0…1: the correlation of what was heard with what was sent that long ago, both flattened. */
  readonly likeness: number;
}

/**
 * How long ago that was sent which is heard now. Both sounds are flattened in frequency (else the pitch of any voice
 * is like the pitch of any other, and room and line hide the direct sound: the idea of GCC-PHAT, Knapp & Carter
 * 1976), then correlated at every lag. Four transforms of 8192 points; one scratch serves all calls.
 */
export class EchoLagSearch {
  readonly #fft = new RealFft(SIZE);
  readonly #signal = new Float64Array(SIZE);
  readonly #flatSent = new Float64Array(SIZE);
  readonly #sentRe = new Float64Array(BINS);
  readonly #sentIm = new Float64Array(BINS);
  readonly #heardRe = new Float64Array(BINS);
  readonly #heardIm = new Float64Array(BINS);
  readonly #power = new Float64Array(BINS);

  /** `sent`: SENT_SAMPLES, `heard`: HEARD_SAMPLES, both ending now. Undefined where either is silent. */
  find(sent: Float64Array, heard: Float64Array): EchoLag | undefined {
    const fft = this.#fft;
    this.#load(sent, this.#sentRe, this.#sentIm);
    this.#load(heard, this.#heardRe, this.#heardIm);
    fft.inverse(this.#sentRe, this.#sentIm, this.#flatSent);
    // Parseval: the bins but the first and the last stand for two.
    let heardEnergy = 0;
    for (let k = 0; k < BINS; k++) {
      heardEnergy += (this.#heardRe[k]! ** 2 + this.#heardIm[k]! ** 2) * (2 / SIZE);
      const [re, im] = [this.#sentRe[k]!, this.#sentIm[k]!];
      this.#sentRe[k] = re * this.#heardRe[k]! + im * this.#heardIm[k]!;
      this.#sentIm[k] = im * this.#heardRe[k]! - re * this.#heardIm[k]!;
    }
    fft.inverse(this.#sentRe, this.#sentIm, this.#signal);
    return this.#best(heardEnergy);
  }

  /** The likeliest lag of the correlation in `#signal`, where index i is the lag LAG_SAMPLES − i. */
  #best(heardEnergy: number): EchoLag | undefined {
    const sent = this.#flatSent;
    const energies = this.#sentRe;
    let energy = 0;
    let loudest = 0;
    for (let i = 0; i < HEARD_SAMPLES; i++) energy += sent[i]! ** 2;
    // One stretch of HEARD_SAMPLES a lag; there are more lags than bins, so their energies go into two arrays.
    const later = this.#sentIm;
    for (let i = 0; i <= LAG_SAMPLES; i++) {
      if (i < BINS) energies[i] = energy;
      else later[i - BINS] = energy;
      loudest = Math.max(loudest, energy);
      energy = Math.max(0, energy - sent[i]! ** 2 + (sent[i + HEARD_SAMPLES] ?? 0) ** 2);
    }
    if (!(loudest * heardEnergy > 0)) return undefined;
    let best = 0;
    let bestAt = 0;
    for (let i = 0; i <= LAG_SAMPLES; i++) {
      const sentEnergy = Math.max(i < BINS ? energies[i]! : later[i - BINS]!, LEAST_SENT * loudest);
      const likeness = this.#signal[i]! ** 2 / (sentEnergy * heardEnergy);
      if (likeness > best) {
        best = likeness;
        bestAt = i;
      }
    }
    return { lagSamples: LAG_SAMPLES - bestAt, likeness: Math.min(1, Math.sqrt(best)) };
  }

  /** Transforms and flattens. */
  #load(samples: Float64Array, re: Float64Array, im: Float64Array): void {
    this.#signal.fill(0);
    this.#signal.set(samples);
    this.#fft.forward(this.#signal, re, im);
    const power = this.#power;
    let total = 0;
    for (let k = 0; k < BINS; k++) total += power[k] = re[k]! ** 2 + im[k]! ** 2;
    const floor = (FLAT_FLOOR * total) / BINS + Number.MIN_VALUE;
    let around = 0;
    for (let k = 0; k < FLAT_BINS; k++) around += power[k]!;
    for (let k = 0; k < BINS; k++) {
      around += (power[k + FLAT_BINS] ?? 0) - (power[k - FLAT_BINS - 1] ?? 0);
      const scale = 1 / Math.sqrt(Math.max(around, 0) / (2 * FLAT_BINS + 1) + floor);
      re[k] = re[k]! * scale;
      im[k] = im[k]! * scale;
    }
  }
}
