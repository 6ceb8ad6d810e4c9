import type { OpsCallNews } from '../../api/types.ts';

export type MediaNews = Extract<OpsCallNews, { kind: 'media' }>;
export type MediaSample = NonNullable<MediaNews['numbers']>;

/** What a live call's stream has told of its sound: its latest minute, oldest first. */
export interface MediaHistory {
  /** The call is held by the process that answers us. */
  readonly here: boolean;
  /** Empty before the answer. */
  readonly samples: readonly MediaSample[];
}

/** Shown is a minute; a sample before it says what the first second brought. */
export const SHOWN_SEC = 60;
/** «Now» is so long: a second has too few packets for a share of them to mean something. */
const NOW_SEC = 10;
/** Packets that we send, one a beat. */
const BEATS_A_SECOND = 50;

/** The same news twice change nothing. */
export function hearMedia(history: MediaHistory | undefined, { here, numbers }: MediaNews): MediaHistory {
  const known = history?.samples ?? [];
  if (numbers === null) return { here, samples: [] };
  if (known.some(({ sent }) => sent >= numbers.sent)) return { here, samples: known };
  const from = numbers.sent - (SHOWN_SEC + 1) * BEATS_A_SECOND;
  return { here, samples: [...known.filter(({ sent }) => sent >= from), numbers] };
}

/** A value of one second. */
export interface Point {
  /** Seconds ago. */
  readonly agoSec: number;
  readonly value: number;
}

/** What a stretch of the call was like: from one sample to a later one. */
export type Measure = (from: MediaSample, to: MediaSample) => number;

export const lossShare: Measure = (from, to) => {
  // Fewer again where a packet came late, out of order.
  const lost = Math.max(0, to.lost - from.lost);
  return share(lost, lost + to.received - from.received);
};
export const lateShare: Measure = (from, to) => share(to.late - from.late, to.received - from.received);

export function pointsOf(samples: readonly MediaSample[], measure: Measure): readonly Point[] {
  const last = samples.at(-1);
  if (last === undefined) return [];
  return samples.slice(1).map((to, at) => ({
    agoSec: (last.sent - to.sent) / BEATS_A_SECOND,
    value: measure(samples[at]!, to),
  }));
}

/** Over the latest ten seconds, or as many as are known; undefined where there is nothing to compare. */
export function measureNow(samples: readonly MediaSample[], measure: Measure): number | undefined {
  const last = samples.at(-1);
  const first = samples.find(
    ({ sent }) => last !== undefined && last.sent - sent <= NOW_SEC * BEATS_A_SECOND,
  );
  return last === undefined || first === undefined || first === last ? undefined : measure(first, last);
}

/** For how long no packet of the caller has come. */
export function silentSec(samples: readonly MediaSample[]): number {
  const last = samples.at(-1);
  const since = samples.find(({ received }) => received === last?.received);
  return last === undefined || since === undefined ? 0 : (last.sent - since.sent) / BEATS_A_SECOND;
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : part / whole;
}
