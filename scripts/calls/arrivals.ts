import { FRAME_MS } from '../../engine/ports/clock.ts';
import { FRAME_SAMPLES } from '../../engine/media/rtp-sender.ts';

/** When the packets of one stream came, against the even beat that they should keep. */
export class Arrivals {
  #transitsMs: number[] = [];
  #first: { readonly timestamp: number; readonly sequence: number } | undefined;
  #fastestMs = Infinity;
  #measured: { readonly from: number; to: number } | undefined;

  /** Counts anew; the stream's fastest packet stays known. */
  restart(): void {
    this.#transitsMs = [];
    this.#measured = undefined;
  }

  /** One packet; counted while `measuring`, always known for the stream's fastest. */
  add(
    packet: { readonly timestamp: number; readonly sequence: number },
    nowMs: number,
    measuring: boolean,
  ): void {
    this.#first ??= packet;
    // RFC 3550 §5.1: both wrap.
    const frame = ((packet.timestamp - this.#first.timestamp) >>> 0) / FRAME_SAMPLES;
    const transitMs = nowMs - frame * FRAME_MS;
    this.#fastestMs = Math.min(this.#fastestMs, transitMs);
    if (!measuring) return;
    this.#transitsMs.push(transitMs);
    if (this.#measured === undefined) this.#measured = { from: frame, to: frame };
    else this.#measured.to = Math.max(this.#measured.to, frame);
  }

  /** Of the measured packets: arrival − (the fastest packet's + n·20 ms). */
  latenessMs(): readonly number[] {
    return this.#transitsMs.map((transitMs) => transitMs - this.#fastestMs);
  }

  /** Packets between the first and the last measured one that did not come. */
  get lost(): number {
    if (this.#measured === undefined) return 0;
    return Math.max(0, this.#measured.to - this.#measured.from + 1 - this.#transitsMs.length);
  }
}
