import loadSpeex, { type SpeexModule } from '@echogarden/speex-resampler-wasm';
import { Decimator, decimates } from './decimator.ts';

export interface ResamplerRates {
  readonly fromHz: number;
  readonly toHz: number;
}

/** Speex's scale is 0…10; 8 keeps aliases more than 80 dB down for 2 ms of work a second of sound. */
const QUALITY = 8;
const SCRATCH_SAMPLES = 4096;

/** The one wasm instance and its scratch memory, shared by all resamplers: every call into it is synchronous. */
interface Speex {
  readonly module: SpeexModule;
  readonly input: number;
  readonly output: number;
  readonly inputLength: number;
  readonly outputLength: number;
}

let speex: Speex | undefined;
let loading: Promise<void> | undefined;

/** Loads the wasm code, once a process. Await it before the first `new Resampler`. */
export function loadResampler(): Promise<void> {
  loading ??= loadSpeex().then((module) => {
    speex = {
      module,
      input: module._malloc(2 * SCRATCH_SAMPLES),
      output: module._malloc(2 * SCRATCH_SAMPLES),
      inputLength: module._malloc(4),
      outputLength: module._malloc(4),
    };
  });
  return loading;
}

/**
 * Changes the rate of a mono 16-bit stream: downwards with our own filter where it can (decimator.ts: OpenAI's 24 kHz,
 * espeak-ng's 22.05), else with SpeexDSP's. Chunks may have any size; what comes out does not depend on how the stream was cut. The
 * filter's delay is taken out, so n samples become round(n·toHz/fromHz) once flushed. Equal rates pass through untouched.
 */
export class Resampler {
  readonly #speex: Speex;
  readonly #rates: ResamplerRates;
  readonly #decimator: Decimator | undefined;
  /** Pointer to Speex's state; 0 where it has nothing to do or was freed. */
  #state = 0;
  #freed = false;
  #consumed = 0;
  #produced = 0;

  /** Throws RangeError for rates outside 1…384000 Hz, Error when `loadResampler()` was not awaited. */
  constructor(rates: ResamplerRates) {
    for (const rateHz of [rates.fromHz, rates.toHz]) {
      if (!Number.isInteger(rateHz) || rateHz < 1 || rateHz > 384_000) {
        throw new RangeError(`a sample rate is a whole number of Hz, 1 to 384000, not ${rateHz}`);
      }
    }
    if (speex === undefined)
      throw new Error('the resampler is not loaded: await loadResampler() at start-up');
    this.#speex = speex;
    this.#rates = rates;
    if (decimates(rates.fromHz, rates.toHz)) this.#decimator = new Decimator(rates.fromHz, rates.toHz);
    else if (rates.fromHz !== rates.toHz) this.#state = this.#open();
  }

  /** The samples that can be had by now; the filter holds back up to 10 ms until the next push or flush. */
  push(samples: Int16Array): Int16Array {
    if (this.#freed) throw new Error('this resampler was freed: make a new one for a new stream');
    if (this.#decimator !== undefined) return this.#decimator.push(samples);
    if (this.#state === 0) return samples;
    this.#consumed += samples.length;
    const out = this.#process(samples);
    this.#produced += out.length;
    return out;
  }

  /** The stream's last samples. The resampler then starts afresh, as for a new stream. */
  flush(): Int16Array {
    if (this.#freed) return new Int16Array(0);
    if (this.#decimator !== undefined) return this.#decimator.flush();
    if (this.#state === 0) return new Int16Array(0);
    const { fromHz, toHz } = this.#rates;
    const due = Math.max(0, Math.round((this.#consumed * toHz) / fromHz) - this.#produced);
    const { module } = this.#speex;
    const zeros = module._speex_resampler_get_input_latency(this.#state) + Math.ceil(fromHz / toHz) + 1;
    const tail = this.#process(new Int16Array(zeros)).subarray(0, due);
    module._speex_resampler_destroy(this.#state);
    this.#state = this.#open();
    this.#consumed = 0;
    this.#produced = 0;
    return tail;
  }

  /** Gives the filter's memory back. Idempotent. */
  free(): void {
    if (this.#freed) return;
    this.#freed = true;
    if (this.#state !== 0) this.#speex.module._speex_resampler_destroy(this.#state);
    this.#state = 0;
  }

  #open(): number {
    const { module, inputLength } = this.#speex;
    const { fromHz, toHz } = this.#rates;
    const state = module._speex_resampler_init(1, fromHz, toHz, QUALITY, inputLength);
    if (state === 0) throw new Error(`Speex could not open a resampler from ${fromHz} to ${toHz} Hz`);
    module._speex_resampler_skip_zeros(state);
    return state;
  }

  #process(samples: Int16Array): Int16Array {
    const { module, input, output, inputLength, outputLength } = this.#speex;
    const { fromHz, toHz } = this.#rates;
    const out = new Int16Array(Math.ceil((samples.length * toHz) / fromHz) + 2);
    let made = 0;
    for (let at = 0; at < samples.length;) {
      const chunk = samples.subarray(at, at + SCRATCH_SAMPLES);
      module.HEAP16.set(chunk, input / 2);
      module.HEAPU32[inputLength / 4] = chunk.length;
      module.HEAPU32[outputLength / 4] = SCRATCH_SAMPLES;
      const code = module._speex_resampler_process_int(
        this.#state,
        0,
        input,
        inputLength,
        output,
        outputLength,
      );
      if (code !== 0) throw new Error(`Speex failed to resample ${fromHz} → ${toHz} Hz (code ${code})`);
      // Where the output was the narrower side, not all of the chunk is consumed: the rest goes in again.
      at += module.HEAPU32[inputLength / 4]!;
      const count = module.HEAPU32[outputLength / 4]!;
      out.set(module.HEAP16.subarray(output / 2, output / 2 + count), made);
      made += count;
    }
    return out.subarray(0, made);
  }
}
