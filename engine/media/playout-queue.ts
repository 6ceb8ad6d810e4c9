import { newSamples } from './slab.ts';

export interface PlacedMark<T> {
  readonly mark: T;
  /** Index in the pulled frame of the sample the mark stands before; the frame's length when it stands after. */
  readonly offset: number;
}

export interface PlayoutFrame<T> {
  /** To be read only: frames of silence are one and the same. */
  readonly samples: Int16Array;
  readonly marks: readonly PlacedMark<T>[];
  /** True when at least one sample came from the queue. */
  readonly voiced: boolean;
}

/** What is played while nothing is queued, 20 ms of it. */
const NOTHING: PlayoutFrame<never> = { samples: new Int16Array(160), marks: [], voiced: false };

/** Long enough not to click, short enough to be silence. */
const FADE_SAMPLES = 40;

const SAMPLES_PER_MS = 8;

/**
 * What the assistant has still to say: 8 kHz samples in order, with marks between them («sentence 2 starts
 * here») that come out when their place is reached. Where nothing is queued, zeros are played.
 */
export class PlayoutQueue<T> {
  #chunks: Int16Array[] = [];
  /** Samples of the first chunk that were pulled already. */
  #taken = 0;
  #queued = 0;
  /** Positions count all samples ever pulled. */
  #position = 0;
  #marks: { readonly mark: T; readonly position: number }[] = [];

  /** How long the queue lasts. */
  get queuedMs(): number {
    return this.#queued / SAMPLES_PER_MS;
  }

  /** Appends samples. They are kept, not copied: do not write to them afterwards. */
  pushSamples(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#chunks.push(samples);
    this.#queued += samples.length;
  }

  /** Puts a mark after everything queued so far. */
  pushMark(mark: T): void {
    this.#marks.push({ mark, position: this.#position + this.#queued });
  }

  /** The next `count` samples, faded to nothing in 5 ms, while they stay queued: what is heard when playing stops. */
  fadeOut(count: number): Int16Array {
    const samples = new Int16Array(count);
    let filled = 0;
    for (const [at, chunk] of this.#chunks.entries()) {
      const from = at === 0 ? this.#taken : 0;
      const part = chunk.subarray(from, from + FADE_SAMPLES - filled);
      samples.set(part, filled);
      filled += part.length;
      if (filled >= FADE_SAMPLES) break;
    }
    for (let i = 0; i < FADE_SAMPLES; i++)
      samples[i] = Math.round(samples[i]! * (1 - (i + 1) / FADE_SAMPLES));
    return samples;
  }

  /** Takes the next `count` samples; zeros stand where the queue has run out. */
  pull(count: number): PlayoutFrame<T> {
    if (this.#queued === 0 && this.#marks.length === 0 && count === NOTHING.samples.length) return NOTHING;
    const samples = newSamples(count);
    const from = this.#position;
    const filled = this.#take(samples);
    // A mark at the frame's very end belongs to the next frame, unless there is nothing left to come.
    const reached = this.#queued === 0 ? this.#position : this.#position - 1;
    const marks: PlacedMark<T>[] = [];
    while (this.#marks.length > 0 && this.#marks[0]!.position <= reached) {
      const { mark, position } = this.#marks.shift()!;
      marks.push({ mark, offset: position - from });
    }
    return { samples, marks, voiced: filled > 0 };
  }

  /**
   * Drops what was not pulled yet, with its marks (in order). With `fadeMs` the first moments of it stay and are
   * faded to nothing, so that an interruption does not click; they do not count as dropped.
   */
  flush({ fadeMs = 0 }: { readonly fadeMs?: number } = {}): {
    readonly droppedSamples: number;
    readonly marks: readonly T[];
  } {
    const tail = new Int16Array(Math.min(this.#queued, Math.round(fadeMs * SAMPLES_PER_MS)));
    const position = this.#position;
    this.#take(tail);
    for (let i = 0; i < tail.length; i++) tail[i] = Math.round(tail[i]! * (1 - (i + 1) / tail.length));

    const droppedSamples = this.#queued;
    const marks = this.#marks.map(({ mark }) => mark);
    this.#chunks = [];
    this.#marks = [];
    this.#taken = 0;
    this.#queued = 0;
    this.#position = position;
    this.pushSamples(tail);
    return { droppedSamples, marks };
  }

  /** Moves as many samples as there are into `target`; returns how many. */
  #take(target: Int16Array): number {
    let filled = 0;
    while (filled < target.length && this.#chunks.length > 0) {
      const chunk = this.#chunks[0]!;
      const count = Math.min(chunk.length - this.#taken, target.length - filled);
      target.set(chunk.subarray(this.#taken, this.#taken + count), filled);
      filled += count;
      this.#taken += count;
      if (this.#taken === chunk.length) {
        this.#chunks.shift();
        this.#taken = 0;
      }
    }
    this.#queued -= filled;
    this.#position += filled;
    return filled;
  }
}
