import type { ListenedFrame } from '../../../engine/contract/listening.ts';
import { scope } from '../../ui/worklet-scope.ts';
import { ListenRing, type HeardSoFar } from './listen-ring.ts';

/** What is posted to it: frames as they come, and that no more will. */
export type ToLoudspeaker = readonly ListenedFrame[] | 'end';

/** What it posts ten times a second. */
export interface LoudspeakerReport {
  readonly heard: HeardSoFar;
  /** RMS of either side since the last report. */
  readonly levels: { readonly caller: number; readonly assistant: number };
  /** Everything has sounded: this is the last report. */
  readonly done: boolean;
}

/** Blocks have 128 samples: 96 ms at 8 kHz. */
const REPORT_EVERY_BLOCKS = 6;

/** Plays a call's frames, in a stereo context of 8 kHz. */
class ListenProcessor extends scope.AudioWorkletProcessor {
  readonly #ring = new ListenRing();
  #blocks = 0;
  #samples = 0;
  readonly #power = { caller: 0, assistant: 0 };

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToLoudspeaker>) => {
      if (data === 'end') this.#ring.end();
      else this.#ring.push(data);
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const [left, right] = outputs[0] ?? [];
    if (left === undefined || right === undefined) return true;
    this.#ring.pull(left, right);
    this.#power.caller += power(left);
    this.#power.assistant += power(right);
    this.#samples += left.length;
    this.#blocks += 1;
    const { done } = this.#ring;
    if (done || this.#blocks % REPORT_EVERY_BLOCKS === 0) this.#report(done);
    return !done;
  }

  #report(done: boolean): void {
    const rms = (sum: number): number => Math.sqrt(sum / this.#samples);
    const levels = { caller: rms(this.#power.caller), assistant: rms(this.#power.assistant) };
    this.port.postMessage({ heard: this.#ring.heard, levels, done } satisfies LoudspeakerReport);
    this.#power.caller = 0;
    this.#power.assistant = 0;
    this.#samples = 0;
  }
}

function power(samples: Float32Array): number {
  return samples.reduce((sum, one) => sum + one * one, 0);
}

scope.registerProcessor('halo-listen', ListenProcessor);
