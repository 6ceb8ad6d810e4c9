export const WIRE_RATE_HZ = 8_000;

/** Zero crossings of the kernel on either side: 24 keep what is above 4 kHz more than 50 dB down. */
const CROSSINGS = 24;
/** Of the Nyquist frequency: the filter's slope ends before it. */
const PASS = 0.9;
/** Kernel values for each step of the wire's clock. */
const STEPS = 256;

/** Brings sound from any rate above 8 kHz to 8 kHz: a windowed sinc, evaluated where an output sample falls. */
export class Downsampler {
  readonly #ratio: number;
  readonly #kernel: Float32Array;
  /** Input samples to either side of an output sample. */
  readonly #reach: number;
  #input: Float32Array;
  /** Position of the next output sample in #input. */
  #at: number;

  constructor(fromHz: number) {
    this.#ratio = fromHz / WIRE_RATE_HZ;
    this.#reach = Math.ceil((CROSSINGS / PASS) * this.#ratio);
    this.#kernel = kernel();
    this.#input = new Float32Array(this.#reach);
    this.#at = this.#reach;
  }

  /** What can be computed by now; the last few milliseconds wait for what comes next. */
  push(samples: Float32Array): Float32Array<ArrayBuffer> {
    const input = new Float32Array(this.#input.length + samples.length);
    input.set(this.#input);
    input.set(samples, this.#input.length);
    const last = input.length - this.#reach - 1;
    const output = new Float32Array(Math.max(0, Math.floor((last - this.#at) / this.#ratio) + 1));
    for (let n = 0; n < output.length; n += 1) output[n] = this.#sample(input, this.#at + n * this.#ratio);
    const next = this.#at + output.length * this.#ratio;
    const done = Math.max(0, Math.floor(next) - this.#reach);
    this.#input = input.slice(done);
    this.#at = next - done;
    return output;
  }

  #sample(input: Float32Array, at: number): number {
    let sum = 0;
    const scale = (PASS / this.#ratio) * STEPS;
    const from = Math.max(0, Math.ceil(at - this.#reach));
    const to = Math.min(input.length - 1, Math.floor(at + this.#reach));
    for (let i = from; i <= to; i += 1)
      sum += input[i]! * (this.#kernel[Math.round(Math.abs(i - at) * scale)] ?? 0);
    return (sum * PASS) / this.#ratio;
  }
}

/** sinc under a Blackman window, from its middle outwards, STEPS values a zero crossing. */
function kernel(): Float32Array {
  return Float32Array.from({ length: CROSSINGS * STEPS + 1 }, (_, step) => {
    const x = step / STEPS;
    const window =
      0.42 + 0.5 * Math.cos((Math.PI * x) / CROSSINGS) + 0.08 * Math.cos((2 * Math.PI * x) / CROSSINGS);
    return x === 0 ? 1 : (Math.sin(Math.PI * x) / (Math.PI * x)) * window;
  });
}
