import { SileroVad } from './silero-vad.ts';
import type { SileroWeights } from './silero-weights.ts';
import type { Vad, VadFrame } from './vad.ts';

const NONE: readonly VadFrame[] = [];
/** The inner detector's own window. */
const WINDOW_SAMPLES = 256;
/** Energies are compared over pieces of 4 ms: a click or a soft consonant is shorter than a window. */
const HOP_SAMPLES = 32;
/** So many windows without a voice close the gate (320 ms): pauses inside a sentence keep it open. */
const CLOSE_AFTER = 10;
/** A window below this has no voice in it. */
const NO_VOICE = 0.15;
/** 6 dB over the line's noise opens it … */
const OVER_NOISE = 4;
/** … and nothing below −62 dBFS does. */
const LEAST = 26 ** 2;
/** The noise follows the quiet windows' loudest hops, slowly up and fast down. */
const RISES = 0.05;
const FALLS = 0.3;
/** What stands out less is looked at all the same, every so many windows (0.5 s): a soft voice on a noisy line is one. */
const LOOK_EVERY = 16;
/** Windows that the inner detector is given again when the gate opens, so that it does not begin in mid-sound. */
const REPLAYED = 2;

/** The detector that calls listen with. */
export function gatedSilero(weights: SileroWeights): GatedVad {
  return new GatedVad(new SileroVad(weights));
}

/**
 * Spares a costly detector the silence of a line, which is most of a call: while nothing stands out of the line's own
 * noise, windows are called silent without asking it. Whatever stands out is asked about at once, with the two windows
 * before it. Same windows as the inner detector; its verdicts while the gate is open.
 */
export class GatedVad implements Vad {
  readonly #inner: Vad;
  readonly #window = new Int16Array(WINDOW_SAMPLES);
  /** The newest windows that the inner detector was not given, oldest first; so many of them count. */
  readonly #spared = Array.from({ length: REPLAYED }, () => new Int16Array(WINDOW_SAMPLES));
  #sparedCount = 0;
  #filled = 0;
  #endSample = 0;
  #quietWindows = 0;
  #noise: number | undefined;
  #lastIn = 0;
  #lastOut = 0;
  /** Windows of which the inner detector was asked, of all. */
  #asked = 0;
  #all = 0;

  /** `inner` belongs to the gate from now on and must be fresh; its windows are of 256 samples. */
  constructor(inner: Vad) {
    this.#inner = inner;
  }

  /** Share of the windows that the inner detector was asked about, 0…1. */
  get askedShare(): number {
    return this.#all === 0 ? 0 : this.#asked / this.#all;
  }

  push(samples: Int16Array): readonly VadFrame[] {
    let frames: VadFrame[] | undefined;
    for (let from = 0; from < samples.length;) {
      const count = Math.min(samples.length - from, WINDOW_SAMPLES - this.#filled);
      for (let i = 0; i < count; i++) this.#window[this.#filled + i] = samples[from + i]!;
      from += count;
      this.#filled += count;
      if (this.#filled === WINDOW_SAMPLES) (frames ??= []).push(this.#judge());
    }
    return frames ?? NONE;
  }

  reset(): void {
    this.#inner.reset();
    this.#sparedCount = 0;
    this.#filled = 0;
    this.#endSample = 0;
    this.#quietWindows = 0;
    this.#noise = undefined;
    this.#lastIn = 0;
    this.#lastOut = 0;
  }

  #judge(): VadFrame {
    this.#filled = 0;
    this.#endSample += WINDOW_SAMPLES;
    this.#all += 1;
    const loudest = this.#loudestHop();
    const probability = this.#isSpared(loudest) ? 0 : this.#ask();
    if (probability < NO_VOICE) {
      this.#quietWindows += 1;
      const noise = this.#noise ?? loudest;
      this.#noise = noise + (loudest - noise) * (loudest > noise ? RISES : FALLS);
    } else {
      this.#quietWindows = 0;
    }
    return { endSample: this.#endSample, probability };
  }

  #isSpared(loudest: number): boolean {
    if (this.#quietWindows < CLOSE_AFTER) return false;
    if (loudest > LEAST) {
      if (loudest > (this.#noise ?? 0) * OVER_NOISE || this.#quietWindows % LOOK_EVERY === 0) return false;
    }
    if (this.#sparedCount === REPLAYED) this.#spared.push(this.#spared.shift()!);
    else this.#sparedCount += 1;
    this.#spared[this.#sparedCount - 1]!.set(this.#window);
    return true;
  }

  #ask(): number {
    for (let i = 0; i < this.#sparedCount; i++) this.#inner.push(this.#spared[i]!);
    this.#asked += 1 + this.#sparedCount;
    this.#sparedCount = 0;
    return this.#inner.push(this.#window)[0]?.probability ?? 0;
  }

  /** Mean square of the loudest 4 ms; rumble and DC taken out (one-pole high-pass at 65 Hz). */
  #loudestHop(): number {
    const window = this.#window;
    let lastIn = this.#lastIn;
    let lastOut = this.#lastOut;
    let loudest = 0;
    for (let from = 0; from < WINDOW_SAMPLES; from += HOP_SAMPLES) {
      let sum = 0;
      for (let i = from; i < from + HOP_SAMPLES; i++) {
        const sample = window[i]!;
        lastOut = sample - lastIn + 0.95 * lastOut;
        lastIn = sample;
        sum += lastOut * lastOut;
      }
      if (sum > loudest) loudest = sum;
    }
    this.#lastIn = lastIn;
    this.#lastOut = lastOut;
    return loudest / HOP_SAMPLES;
  }
}
