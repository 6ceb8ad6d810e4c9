import { muLawDecode } from '../../media/g711.ts';
import { FRAME_SAMPLES } from '../../media/rtp-sender.ts';

/** One μ-law byte a sample. */
export const FRAME_BYTES = FRAME_SAMPLES;
/** Sound starts with this much in hand, so that a message which is a little late leaves no hole. */
const CUSHION_FRAMES = 2;
/** More than this beside the longest message is delay that nobody asked for: pauses are shortened to get rid of it. */
const EASY_FRAMES = 10;
/** More than this beside the longest message is late: the oldest is dropped, words or not. */
const LATE_FRAMES = 100;
/** Peak of a frame that nobody will miss, of 32 768. */
const QUIET_PEAK = 300;

/**
 * The caller's sound between a stream of messages of any size and a beat of 20 ms frames. What comes in bursts goes out
 * evenly; what has piled up behind a stalled connection is caught up with in the caller's pauses, and cut when it
 * is more than can be caught up with: the queue is bounded by the longest message and two seconds.
 */
export class FrameQueue {
  #frames: Uint8Array[] = [];
  #rest = new Uint8Array(FRAME_BYTES);
  #restBytes = 0;
  #longestFrames = 1;
  #running = false;
  #dropped = 0;

  /** Frames that were left out: pauses cut short, and sound that came too late. */
  get dropped(): number {
    return this.#dropped;
  }

  get queuedFrames(): number {
    return this.#frames.length;
  }

  /** True when `pull` gives nothing until more comes. */
  get idle(): boolean {
    return this.#frames.length < (this.#running ? 1 : CUSHION_FRAMES);
  }

  /** Takes μ-law bytes; they are copied. */
  push(bytes: Uint8Array): void {
    this.#longestFrames = Math.max(this.#longestFrames, Math.ceil(bytes.length / FRAME_BYTES));
    for (let at = 0; at < bytes.length;) {
      const count = Math.min(FRAME_BYTES - this.#restBytes, bytes.length - at);
      this.#rest.set(bytes.subarray(at, at + count), this.#restBytes);
      this.#restBytes += count;
      at += count;
      if (this.#restBytes === FRAME_BYTES) this.#complete();
    }
    const surplus = this.#frames.length - this.#longestFrames - LATE_FRAMES;
    if (surplus > 0) {
      this.#frames.splice(0, surplus);
      this.#dropped += surplus;
    }
  }

  /** The next frame; undefined while there is nothing to be said or too little in hand. */
  pull(): Uint8Array | undefined {
    if (this.idle) {
      this.#running = false;
      return undefined;
    }
    while (this.#frames.length > this.#longestFrames + EASY_FRAMES && isQuiet(this.#frames[0]!)) {
      this.#frames.shift();
      this.#dropped += 1;
    }
    this.#running = true;
    return this.#frames.shift();
  }

  clear(): void {
    this.#frames = [];
    this.#restBytes = 0;
    this.#running = false;
  }

  #complete(): void {
    this.#frames.push(this.#rest);
    this.#rest = new Uint8Array(FRAME_BYTES);
    this.#restBytes = 0;
  }
}

function isQuiet(frame: Uint8Array): boolean {
  return muLawDecode(frame).every((sample) => Math.abs(sample) <= QUIET_PEAK);
}
