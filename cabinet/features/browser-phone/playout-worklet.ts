import { decodeMuLaw } from './mu-law.ts';
import { PlayoutRing } from './playout-ring.ts';
import { scope } from '../../ui/worklet-scope.ts';

/** Plays μ-law frames that are posted to it, in a context of 8 kHz. */
class PlayoutProcessor extends scope.AudioWorkletProcessor {
  readonly #ring = new PlayoutRing();

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<Uint8Array>) => this.#ring.push(decodeMuLaw(data));
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const block = outputs[0]?.[0];
    if (block !== undefined) this.#ring.pull(block);
    return true;
  }
}

scope.registerProcessor('halo-playout', PlayoutProcessor);
