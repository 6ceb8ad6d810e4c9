/** Listening in to a live call: both of its sides, as its recording will have them. */

export const LISTEN_RATE_HZ = 8000;
/** Of one side; 20 ms. */
export const LISTEN_FRAME_SAMPLES = 160;
export const LISTEN_FRAME_MS = (LISTEN_FRAME_SAMPLES / LISTEN_RATE_HZ) * 1000;

export interface ListenedFrame {
  /** Counted from the answer, from 0: where one is missing, the listener was too slow for it. */
  readonly nth: number;
  /** 16 bits, left the caller, right the assistant, by turns: 320 numbers. Listeners share it; nobody writes to it. */
  readonly samples: Int16Array;
}

/** One listener's place at a call. */
export interface CallListening {
  /** Frames that were thrown away because he did not take them in time. */
  readonly dropped: number;
  /**
   * What has been heard since he last asked, in order; waits while there is nothing, before the answer too. Undefined:
   * the call is over, or he has left. One question at a time.
   */
  take(): Promise<readonly ListenedFrame[] | undefined>;
  /** He leaves. Idempotent. */
  stop(): void;
}

/** On the wire a frame is its number (32 bits) and its samples, all little-endian; the next follows at once. */
export const LISTEN_RECORD_BYTES = 4 + LISTEN_FRAME_SAMPLES * 2 * 2;
/** The number of a record that is no frame: there is nothing to hear yet, and the line is alive. */
const NO_FRAME = 0xffff_ffff;

export function listenBytes(frames: readonly ListenedFrame[]): Uint8Array {
  const bytes = new Uint8Array(frames.length * LISTEN_RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  frames.forEach(({ nth, samples }, index) => {
    const at = index * LISTEN_RECORD_BYTES;
    view.setUint32(at, nth, true);
    samples.forEach((sample, n) => view.setInt16(at + 4 + n * 2, sample, true));
  });
  return bytes;
}

/** What is sent while nobody has answered. */
export function listenBeat(): Uint8Array {
  return listenBytes([{ nth: NO_FRAME, samples: new Int16Array(LISTEN_FRAME_SAMPLES * 2) }]);
}

/** Takes frames out of a stream of records, however it is cut. */
export class ListenReader {
  #rest = new Uint8Array(0);

  push(bytes: Uint8Array): readonly ListenedFrame[] {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const whole = all.length - (all.length % LISTEN_RECORD_BYTES);
    this.#rest = all.slice(whole);
    const view = new DataView(all.buffer);
    const frames: ListenedFrame[] = [];
    for (let at = 0; at < whole; at += LISTEN_RECORD_BYTES) {
      const nth = view.getUint32(at, true);
      if (nth === NO_FRAME) continue;
      const samples = Int16Array.from({ length: LISTEN_FRAME_SAMPLES * 2 }, (_, n) =>
        view.getInt16(at + 4 + n * 2, true),
      );
      frames.push({ nth, samples });
    }
    return frames;
  }
}
