import { newSamples } from './slab.ts';
import {
  BAND_ROWS,
  javascriptKernel,
  layMatrix,
  wasmKernel,
  type Kernel,
  type Matrix,
} from './silero-kernel.ts';

/** 24, 16, 48 kHz and the like to 8 kHz. */
const MOST = 6;
/** The filter reaches so many output samples back and ahead: 3.25 ms at 8 kHz. */
const REACH = 26;
/** Kaiser's window for 80 dB (Oppenheim, Schafer: Discrete-Time Signal Processing, 7.5.3). */
const BETA = 7.857;
/** Samples are 16 bits wide. */
const MOST_SAMPLE = 32_768;
/** Input samples taken into the kernel's memory at once. */
const SCRATCH_SAMPLES = 4_096;

/** One factor's filter in the kernel's memory: the same 32 outputs for every stream. */
interface Filter {
  readonly kernel: Kernel;
  /** A band of 32 outputs over the inputs it reads. */
  readonly matrix: Matrix;
  /** Index in the kernel's integers. */
  readonly input: number;
  /** Index in its floats. */
  readonly output: number;
}

const filters = new Map<number, Filter>();

/** Whether `Decimator` does this change of rate. */
export function decimates(fromHz: number, toHz: number): boolean {
  const factor = fromHz / toHz;
  return Number.isInteger(factor) && factor >= 2 && factor <= MOST;
}

/**
 * Divides the rate of a mono stream by a whole number. A windowed sinc: flat up to 0.9 of half the new rate, aliases
 * from 1.1 of it on 80 dB down, linear phase. 32 outputs are one dense layer over their inputs (each row the filter,
 * moved on by the factor), so the VAD's SIMD kernel does the work: a tenth of SpeexDSP's at its quality 8.
 * What comes out does not depend on how the stream was cut: every output is the same sums in the same order.
 */
export class Decimator {
  readonly #factor: number;
  readonly #reach: number;
  readonly #filter: Filter;
  /** Inputs from the first that the next output reads. */
  #held: Int16Array;
  #consumed = 0;
  #produced = 0;

  /** `factor`: 2 to 6. */
  constructor(factor: number) {
    this.#factor = factor;
    this.#reach = REACH * factor;
    this.#filter = filterOf(factor);
    // Before a stream there is silence.
    this.#held = new Int16Array(this.#reach);
  }

  /** The samples that can be had by now: 3.25 ms are held back. */
  push(samples: Int16Array): Int16Array {
    this.#consumed += samples.length;
    const out = newSamples(this.#ready(samples.length));
    let made = 0;
    for (let at = 0; at < samples.length; at += SCRATCH_SAMPLES)
      made += this.#take(samples.subarray(at, at + SCRATCH_SAMPLES), out.subarray(made));
    this.#produced += made;
    return out;
  }

  /** The stream's last samples: round(n / factor) in all. Starts afresh, as for a new stream. */
  flush(): Int16Array {
    const due = Math.round(this.#consumed / this.#factor) - this.#produced;
    const tail = this.push(new Int16Array(this.#reach)).subarray(0, due);
    this.#held = new Int16Array(this.#reach);
    this.#consumed = 0;
    this.#produced = 0;
    return tail;
  }

  /** Outputs whose inputs are all there once `more` have come. */
  #ready(more: number): number {
    const spare = this.#held.length + more - (2 * this.#reach + 1);
    return spare < 0 ? 0 : Math.floor(spare / this.#factor) + 1;
  }

  #take(samples: Int16Array, out: Int16Array): number {
    const { kernel, matrix, input, output } = this.#filter;
    const { floats, ints } = kernel;
    const count = this.#ready(samples.length);
    ints.set(this.#held, input);
    ints.set(samples, input + this.#held.length);
    for (let done = 0; done < count; done += BAND_ROWS) {
      // Rows past the last one ready read what is not there yet: they are left.
      kernel.dense(matrix, input + done * this.#factor, 1, output, -Infinity);
      const rows = Math.min(BAND_ROWS, count - done);
      for (let row = 0; row < rows; row++)
        out[done + row] = Math.max(-32_768, Math.min(32_767, Math.round(floats[output + row]!)));
    }
    const from = input + count * this.#factor;
    this.#held = ints.slice(from, input + this.#held.length + samples.length);
    return count;
  }
}

function filterOf(factor: number): Filter {
  const known = filters.get(factor);
  if (known !== undefined) return known;
  const reach = REACH * factor;
  const cols = (BAND_ROWS - 1) * factor + 2 * reach + 1;
  const pairs = Math.ceil(cols / 2);
  const scale = BAND_ROWS * pairs;
  const bias = scale + BAND_ROWS;
  const output = bias + BAND_ROWS;
  const inputFloats = output + BAND_ROWS;
  // The last band may read a band's width past the end.
  const floats = inputFloats + Math.ceil((2 * reach + SCRATCH_SAMPLES + 2 * pairs) / 2);
  const kernel = wasmKernel(floats) ?? javascriptKernel(floats);
  const matrix = { rows: BAND_ROWS, pairs, weights: 0, scale, bias };
  const taps = tapsOf(factor);
  layMatrix(kernel, matrix, cols, MOST_SAMPLE, (row, col) => taps[col - row * factor] ?? 0);
  const filter = { kernel, matrix, input: 2 * inputFloats, output };
  filters.set(factor, filter);
  return filter;
}

/** The impulse response, its middle the moment itself; their sum is 1. */
function tapsOf(factor: number): readonly number[] {
  const reach = REACH * factor;
  const taps = Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const t = i - reach;
    const x = t / factor;
    const sinc = t === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return sinc * besselI0(BETA * Math.sqrt(1 - (t / reach) ** 2));
  });
  const sum = taps.reduce((all, tap) => all + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** The modified Bessel function of the first kind, of order 0, by its series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
