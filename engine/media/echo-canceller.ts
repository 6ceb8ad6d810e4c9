import { RealFft } from './real-fft.ts';

/** One frame: 20 ms at 8 kHz. */
export const BLOCK_SAMPLES = 160;
/** What was sent that can be heard in a block: the block's own length and the filter's. */
export const SPAN_SAMPLES = 512;
/** 44 ms: a hybrid whole, of a room the direct sound and the early reflections. */
const FILTER_SAMPLES = SPAN_SAMPLES - BLOCK_SAMPLES;
const BINS = SPAN_SAMPLES / 2 + 1;
/** 16 bands of 13 bins, 203 Hz, from 203 Hz to 3.5 kHz. */
export const BANDS = 16;
const BAND_BINS = 13;
const FIRST_BIN = 13;

/** A path is as uncertain as this at first: its power gain a bin. */
const FIRST_UNCERTAINTY = 0.2;
/** A path holds from one frame to the next but for this little. */
const FORGET = 0.9985 ** 2;
/** How fast the estimate of all that is not echo follows. */
const NEAR_MEMORY = 0.6;
/** Scratch of all cancellers: no block is worked on for longer than a call of `cancel`. */
const fft = new RealFft(SPAN_SAMPLES);
const signal = new Float64Array(SPAN_SAMPLES);
const BLOCK_SHARE = BLOCK_SAMPLES / SPAN_SAMPLES;

/**
 * Learns the echo's path and takes the echo out: a frequency-domain Kalman filter (Enzner & Vary, «Frequency-domain
 * adaptive Kalman filter for acoustic echo control in hands-free telephones», Signal Processing 86, 2006; Yang,
 * Enzner, Yang 2017). It learns fast while only the echo is heard and stands still while the caller speaks,
 * without being told which. Overlap-save over one partition; four transforms of 512 points a block on average.
 */
export class EchoCanceller {
  /** What is left of the last block … */
  readonly residual = new Float64Array(BLOCK_SAMPLES);
  /** … and what was taken out of it. */
  readonly echo = new Float64Array(BLOCK_SAMPLES);
  /** Powers by band: of the residual, and of what was sent that long ago. */
  readonly left = new Float64Array(BANDS);
  readonly sent = new Float64Array(BANDS);
  readonly #sentRe = new Float64Array(BINS);
  readonly #sentIm = new Float64Array(BINS);
  readonly #pathRe = new Float64Array(BINS);
  readonly #pathIm = new Float64Array(BINS);
  readonly #errorRe = new Float64Array(BINS);
  readonly #errorIm = new Float64Array(BINS);
  readonly #uncertainty = new Float64Array(BINS).fill(FIRST_UNCERTAINTY);
  readonly #near = new Float64Array(BINS);

  #shortened = false;

  /** `knowing`: one that has learnt a path already. */
  constructor(knowing?: EchoCanceller) {
    if (knowing === undefined) return;
    this.#pathRe.set(knowing.#pathRe);
    this.#pathIm.set(knowing.#pathIm);
    this.#uncertainty.set(knowing.#uncertainty);
  }

  /** `sent`: SPAN_SAMPLES, the last BLOCK_SAMPLES of them what a filter of one tap would need; `heard`: a block. */
  cancel(sent: Float64Array, heard: Float64Array): void {
    const [sentRe, sentIm, pathRe, pathIm] = [this.#sentRe, this.#sentIm, this.#pathRe, this.#pathIm];
    const [errorRe, errorIm] = [this.#errorRe, this.#errorIm];
    fft.forward(sent, sentRe, sentIm);
    for (let k = 0; k < BINS; k++) {
      errorRe[k] = sentRe[k]! * pathRe[k]! - sentIm[k]! * pathIm[k]!;
      errorIm[k] = sentRe[k]! * pathIm[k]! + sentIm[k]! * pathRe[k]!;
    }
    fft.inverse(errorRe, errorIm, signal);
    signal.fill(0, 0, FILTER_SAMPLES);
    for (let i = 0; i < BLOCK_SAMPLES; i++) {
      const echo = signal[FILTER_SAMPLES + i]!;
      this.echo[i] = echo;
      signal[FILTER_SAMPLES + i] = this.residual[i] = heard[i]! - echo;
    }
    fft.forward(signal, errorRe, errorIm);
    sumBands(errorRe, errorIm, this.left);
    sumBands(sentRe, sentIm, this.sent);
    this.#learn();
  }

  #learn(): void {
    const [sentRe, sentIm, pathRe, pathIm] = [this.#sentRe, this.#sentIm, this.#pathRe, this.#pathIm];
    const [errorRe, errorIm] = [this.#errorRe, this.#errorIm];
    for (let k = 0; k < BINS; k++) {
      const error = errorRe[k]! ** 2 + errorIm[k]! ** 2;
      const near = (this.#near[k] = NEAR_MEMORY * this.#near[k]! + (1 - NEAR_MEMORY) * error);
      const sent = sentRe[k]! ** 2 + sentIm[k]! ** 2;
      const uncertainty = this.#uncertainty[k]!;
      const gain = uncertainty / (sent * uncertainty + near / BLOCK_SHARE + 1);
      const [stepRe, stepIm] = [gain * sentRe[k]!, -gain * sentIm[k]!];
      const path = pathRe[k]! ** 2 + pathIm[k]! ** 2;
      this.#uncertainty[k] =
        FORGET * (1 - BLOCK_SHARE * gain * sent) * uncertainty + (1 - FORGET) * (path + 1e-6);
      sentRe[k] = stepRe * errorRe[k]! - stepIm * errorIm[k]!;
      sentIm[k] = stepRe * errorIm[k]! + stepIm * errorRe[k]!;
    }
    // The filter is FILTER_SAMPLES long: the part of the step that is not goes out. Every second time will do.
    this.#shortened = !this.#shortened;
    if (this.#shortened) {
      fft.inverse(sentRe, sentIm, signal);
      signal.fill(0, FILTER_SAMPLES);
      fft.forward(signal, sentRe, sentIm);
    }
    for (let k = 0; k < BINS; k++) {
      pathRe[k] = pathRe[k]! + sentRe[k]!;
      pathIm[k] = pathIm[k]! + sentIm[k]!;
    }
  }
}

function sumBands(re: Float64Array, im: Float64Array, into: Float64Array): void {
  for (let band = 0, bin = FIRST_BIN; band < BANDS; band++) {
    let power = 0;
    for (const end = bin + BAND_BINS; bin < end; bin++) power += re[bin]! * re[bin]! + im[bin]! * im[bin]!;
    into[band] = power;
  }
}
