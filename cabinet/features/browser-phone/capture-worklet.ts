import { Downsampler } from './downsampler.ts';
import { encodeMuLaw } from './mu-law.ts';
import { scope } from '../../ui/worklet-scope.ts';

const FRAME_SAMPLES = 160;

/** The microphone as μ-law frames of 20 ms: posts `{frame, level}`, the level as the frame's RMS. */
class CaptureProcessor extends scope.AudioWorkletProcessor {
  readonly #downsampler = new Downsampler(scope.sampleRate);
  readonly #frame = new Float32Array(FRAME_SAMPLES);
  #filled = 0;

  process(inputs: Float32Array[][]): boolean {
    const samples = inputs[0]?.[0];
    if (samples === undefined) return true;
    for (const sample of this.#downsampler.push(samples)) {
      this.#frame[this.#filled] = sample;
      this.#filled += 1;
      if (this.#filled === FRAME_SAMPLES) this.#post();
    }
    return true;
  }

  #post(): void {
    this.#filled = 0;
    const power = this.#frame.reduce((sum, sample) => sum + sample * sample, 0) / FRAME_SAMPLES;
    const frame = encodeMuLaw(this.#frame);
    this.port.postMessage({ frame, level: Math.sqrt(power) }, [frame.buffer]);
  }
}

scope.registerProcessor('halo-capture', CaptureProcessor);
