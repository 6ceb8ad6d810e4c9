import { newSamples } from './slab.ts';
import {
  BAND_ROWS,
  javascriptKernel,
  layMatrix,
  wasmKernel,
  type Kernel,
  type Matrix,
} from './silero-kernel.ts';

/** 48 kHz to 8 kHz at the most. */
const MOST = 6;
/** 22.05 kHz to 8 kHz take 5 bands, 11.025 take 10; more matrices would not stay in the cache. */
const MOST_BANDS = 10;
/** The filter reaches so many output samples back and ahead: 3.25 ms at 8 kHz. */
const REACH = 26;
/** Kaiser's window for 80 dB (Oppenheim, Schafer: Discrete-Time Signal Processing, 7.5.3). */
const BETA = 7.857;
/** Samples are 16 bits wide. */
const MOST_SAMPLE = 32_768;
/** Input samples taken into the kernel's memory at once. */
const SCRATCH_SAMPLES = 4_096;

/** `inputs` samples become `outputs`, without a common divisor: 441 to 160 for 22.05 to 8 kHz. */
interface Ratio {
  readonly inputs: number;
  readonly outputs: number;
}

/** One ratio's filter in the kernel's memory: the same for every stream. */
interface Filter {
  readonly ratio: Ratio;
  /** Inputs that an output reads before and after its own moment. */
  readonly reach: number;
  readonly kernel: Kernel;
  /** Bands of 32 outputs over the inputs they read; after the last one, the first comes again. */
  readonly bands: readonly Matrix[];
  /** Index in the kernel's integers. */
  readonly input: number;
  /** Index in its floats. */
  readonly output: number;
}

const filters = new Map<string, Filter>();

/** Whether `Decimator` does this change of rate. */
export function decimates(fromHz: number, toHz: number): boolean {
  return fromHz > toHz && fromHz <= MOST * toHz && bandsOf(ratioOf(fromHz, toHz)) <= MOST_BANDS;
}

/**
 * Lowers the rate of a mono stream. A windowed sinc: flat up to 0.9 of half the new rate, aliases from 1.1 of it on 80 dB
 * down, linear phase. 32 outputs are one dense layer over their inputs (each row the filter, moved on to the output's
 * moment), so the VAD's SIMD kernel does the work: a thirtieth of SpeexDSP's at its quality 8.
 * What comes out does not depend on how the stream was cut: every output is the same sums in the same order.
 */
export class Decimator {
  readonly #filter: Filter;
  /** Inputs from the first that the next output's band reads … */
  #held = new Int16Array();
  /** … which is the stream's input of this number. */
  #heldFrom = 0;
  #consumed = 0;
  #produced = 0;

  /** Rates that `decimates`. */
  constructor(fromHz: number, toHz: number) {
    this.#filter = filterOf(ratioOf(fromHz, toHz));
    this.#begin();
  }

  /** The samples that can be had by now: 26 of the new rate (3.25 ms at 8 kHz) are held back. */
  push(samples: Int16Array): Int16Array {
    this.#consumed += samples.length;
    const before = this.#produced;
    const out = newSamples(this.#ready(this.#consumed) - before);
    for (let at = 0; at < samples.length; at += SCRATCH_SAMPLES)
      this.#take(samples.subarray(at, at + SCRATCH_SAMPLES), out.subarray(this.#produced - before));
    return out;
  }

  /** The stream's last samples: round(n · outputs / inputs) in all. Starts afresh, as for a new stream. */
  flush(): Int16Array {
    const { ratio, reach } = this.#filter;
    const due = Math.round((this.#consumed * ratio.outputs) / ratio.inputs) - this.#produced;
    const tail = this.push(new Int16Array(reach)).subarray(0, due);
    this.#begin();
    return tail;
  }

  /** Before a stream there is silence. */
  #begin(): void {
    this.#held = new Int16Array(this.#filter.reach);
    this.#heldFrom = -this.#filter.reach;
    this.#consumed = 0;
    this.#produced = 0;
  }

  /** Outputs whose inputs are all there once so many have come. */
  #ready(inputs: number): number {
    const { ratio, reach } = this.#filter;
    return Math.max(0, Math.ceil(((inputs - reach) * ratio.outputs) / ratio.inputs));
  }

  #take(samples: Int16Array, out: Int16Array): void {
    const { kernel, bands, input, output } = this.#filter;
    const { floats, ints } = kernel;
    const held = this.#held.length;
    const first = this.#produced;
    const count = this.#ready(this.#heldFrom + held + samples.length) - first;
    ints.set(this.#held, input);
    ints.set(samples, input + held);
    for (let done = 0; done < count;) {
      const start = this.#bandStart(first + done);
      // Rows past the last one ready read what is not there yet: they are left.
      const matrix = bands[Math.floor(start / BAND_ROWS) % bands.length]!;
      kernel.dense(matrix, input + this.#readFrom(start) - this.#heldFrom, 1, output, -Infinity);
      const skipped = first + done - start;
      const rows = Math.min(BAND_ROWS - skipped, count - done);
      for (let row = 0; row < rows; row++)
        out[done + row] = clamped(Math.round(floats[output + skipped + row]!));
      done += rows;
    }
    this.#produced += count;
    const from = this.#readFrom(this.#bandStart(this.#produced));
    this.#held = ints.slice(input + from - this.#heldFrom, input + held + samples.length);
    this.#heldFrom = from;
  }

  /** The first output of the band that output `nth` is in. A whole divisor's one band may begin anywhere. */
  #bandStart(nth: number): number {
    return this.#filter.ratio.outputs === 1 ? nth : nth - (nth % BAND_ROWS);
  }

  /** The first input that a band reads. */
  #readFrom(start: number): number {
    const { ratio, reach } = this.#filter;
    return Math.floor((start * ratio.inputs) / ratio.outputs) - reach;
  }
}

function clamped(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, sample));
}

function ratioOf(fromHz: number, toHz: number): Ratio {
  const common = divisor(fromHz, toHz);
  return { inputs: fromHz / common, outputs: toHz / common };
}

/** Bands until an output falls upon an input again, at a band's beginning. */
function bandsOf({ outputs }: Ratio): number {
  return outputs / divisor(outputs, BAND_ROWS);
}

/** The greatest common divisor. */
function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function filterOf(ratio: Ratio): Filter {
  const key = `${ratio.inputs}:${ratio.outputs}`;
  const known = filters.get(key);
  if (known !== undefined) return known;
  const { inputs, outputs } = ratio;
  const reach = Math.ceil((REACH * inputs) / outputs);
  const count = bandsOf(ratio);
  const cols = Math.max(...Array.from({ length: count }, (_, band) => colsOf(ratio, reach, band)));
  const pairs = Math.ceil(cols / 2);
  const weights = BAND_ROWS * pairs;
  const size = weights + 2 * BAND_ROWS;
  const bands = Array.from({ length: count }, (_, band): Matrix => {
    const at = band * size;
    const [scale, bias] = [at + weights, at + weights + BAND_ROWS];
    return { rows: BAND_ROWS, pairs, weights: 2 * at, scale, bias };
  });
  const output = count * size;
  const inputFloats = output + BAND_ROWS;
  // What is held reaches from the beginning of a band; the last band may read a band's width past the end.
  const floats = inputFloats + Math.ceil((SCRATCH_SAMPLES + 4 * pairs) / 2);
  const kernel = wasmKernel(floats) ?? javascriptKernel(floats);
  bands.forEach((matrix, band) => {
    const taps = Array.from({ length: BAND_ROWS }, (_, row) =>
      tapsOf(ratio, reach, cols, band * BAND_ROWS, row),
    );
    layMatrix(kernel, matrix, cols, MOST_SAMPLE, (row, col) => taps[row]![col]!);
  });
  const filter = { ratio, reach, kernel, bands, input: 2 * inputFloats, output };
  filters.set(key, filter);
  return filter;
}

/** Inputs that a band reads. */
function colsOf({ inputs, outputs }: Ratio, reach: number, band: number): number {
  const input = (output: number): number => Math.floor((output * inputs) / outputs);
  return input((band + 1) * BAND_ROWS - 1) - input(band * BAND_ROWS) + 2 * reach + 1;
}

/** What the output `start + row` takes of each input that the band from `start` on reads; their sum is 1. */
function tapsOf(
  { inputs, outputs }: Ratio,
  reach: number,
  cols: number,
  start: number,
  row: number,
): readonly number[] {
  const factor = inputs / outputs;
  const first = Math.floor((start * inputs) / outputs) - reach;
  const moment = ((start + row) * inputs) / outputs;
  const taps = Array.from({ length: cols }, (_, col) => {
    const x = (first + col - moment) / factor;
    if (Math.abs(x) > REACH) return 0;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return sinc * besselI0(BETA * Math.sqrt(1 - (x / REACH) ** 2));
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
