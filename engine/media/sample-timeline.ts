/** What stands in one stretch of the sender's time. */
export interface Run {
  /** `voice`: samples that arrived. `silence`: the sender said that there is nothing. `gap`: not known. */
  readonly kind: 'voice' | 'silence' | 'gap';
  /** Index in the array that was read into. */
  readonly offset: number;
  readonly length: number;
}

interface Segment {
  readonly start: number;
  readonly end: number;
  /** Absent for silence. */
  readonly samples: Int16Array | undefined;
}

/**
 * Samples laid out on the sender's clock, in whatever order they came: segments sorted by their start. Where two
 * overlap the earlier one is heard. Holds a bounded number of segments.
 */
export class SampleTimeline {
  readonly #maxSegments: number;
  #segments: Segment[] = [];

  constructor(maxSegments: number) {
    this.#maxSegments = maxSegments;
  }

  get isEmpty(): boolean {
    return this.#segments.length === 0;
  }

  /** Places samples at time `start`. False when the timeline is full. */
  insertVoice(start: number, samples: Int16Array): boolean {
    return this.#insert({ start, end: start + samples.length, samples });
  }

  /** Notes that the sender has nothing from `start` to `end`. False when the timeline is full. */
  insertSilence(start: number, end: number): boolean {
    return this.#insert({ start, end, samples: undefined });
  }

  /** Copies what is known from time `from` on into `out` (zeros elsewhere); the runs cover all of `out`, in order. */
  read(from: number, out: Int16Array): Run[] {
    const runs: Run[] = [];
    const end = from + out.length;
    let at = from;
    for (const segment of this.#segments) {
      if (segment.start >= end) break;
      if (segment.end <= at) continue;
      if (segment.start > at) {
        out.fill(0, at - from, segment.start - from);
        runs.push({ kind: 'gap', offset: at - from, length: segment.start - at });
        at = segment.start;
      }
      const until = Math.min(segment.end, end);
      const { samples } = segment;
      const whole = at === segment.start && until === segment.end;
      if (samples === undefined) out.fill(0, at - from, until - from);
      else out.set(whole ? samples : samples.subarray(at - segment.start, until - segment.start), at - from);
      const kind = segment.samples === undefined ? 'silence' : 'voice';
      runs.push({ kind, offset: at - from, length: until - at });
      at = until;
    }
    if (at < end) {
      out.fill(0, at - from);
      runs.push({ kind: 'gap', offset: at - from, length: end - at });
    }
    return runs;
  }

  /** Forgets what ends at or before `time`. */
  discardBefore(time: number): void {
    const keepFrom = this.#segments.findIndex((segment) => segment.end > time);
    if (keepFrom === -1) this.#segments = [];
    else if (keepFrom > 0) this.#segments.splice(0, keepFrom);
  }

  clear(): void {
    this.#segments = [];
  }

  #insert(segment: Segment): boolean {
    if (segment.end <= segment.start) return true;
    if (this.#segments.length >= this.#maxSegments) return false;
    let at = this.#segments.length;
    while (at > 0 && this.#segments[at - 1]!.start > segment.start) at -= 1;
    this.#segments.splice(at, 0, segment);
    return true;
  }
}
