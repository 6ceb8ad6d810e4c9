import { bandLevels, BANDS, frameCount } from './spectrum.ts';

/**
 * A sound as 32 bits every 10 ms. The low half says, for each pair of neighbouring bands, whether their difference
 * grew over the last 40 ms; the high half whether the lower band's level grew. Signs of differences survive gain,
 * equalisation, μ-law and noise (Haitsma & Kalker, «A Highly Robust Audio Fingerprinting System», ISMIR 2002).
 */
export interface Fingerprint {
  readonly bits: Uint32Array;
  /** For templates: the bits that stand far enough above noise to be trusted; all ones for input. */
  readonly trusted: Uint32Array;
  /** Loudness of each frame, dB. */
  readonly level: Float32Array;
}

/** Frames over which a change is looked at. */
const SPAN = 4;
const PAIRS = BANDS - 1;
/** A template's bit is trusted when its difference is at least this large … */
const CLEAR_DB = 3;
/** … and the louder of what it compares is at most this far below the loudest band of the recording. */
const AUDIBLE_DB = 34;

/** Fingerprint of a whole sound; long ones are made in slices by `fingerprintSlices`. */
export function fingerprint(samples: Int16Array): Fingerprint {
  const steps = fingerprintSlices(samples, Number.POSITIVE_INFINITY);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same, yielding after every `framesASlice` frames so that other work gets its turn. */
export function* fingerprintSlices(
  samples: Int16Array,
  framesASlice: number,
): Generator<undefined, Fingerprint> {
  const frames = frameCount(samples.length);
  const levels = new Float32Array(frames * BANDS);
  for (let first = 0; first < frames; first += framesASlice) {
    bandLevels(samples, levels, first, Math.min(frames, first + framesASlice));
    yield undefined;
  }
  const level = Float32Array.from({ length: frames }, (_, frame) => loudness(levels, frame));
  const loudest = levels.reduce((most, db) => Math.max(most, db), Number.NEGATIVE_INFINITY);
  const bits = new Uint32Array(frames);
  const trusted = new Uint32Array(frames);
  for (let frame = SPAN; frame < frames; frame += 1) {
    let word = 0;
    let trust = 0;
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const now = frame * BANDS + pair;
      const before = now - SPAN * BANDS;
      const here = levels[now]!;
      const above = levels[now + 1]!;
      const was = levels[before]!;
      const wasAbove = levels[before + 1]!;
      const turn = here - above - (was - wasAbove);
      const growth = here - was;
      if (turn > 0) word |= 1 << pair;
      if (growth > 0) word |= 1 << (pair + PAIRS);
      const heard = Math.max(here, was) > loudest - AUDIBLE_DB;
      if (heard && Math.abs(growth) > CLEAR_DB) trust |= 1 << (pair + PAIRS);
      if ((heard || Math.max(above, wasAbove) > loudest - AUDIBLE_DB) && Math.abs(turn) > CLEAR_DB)
        trust |= 1 << pair;
    }
    bits[frame] = word >>> 0;
    trusted[frame] = trust >>> 0;
  }
  return { bits, trusted, level };
}

/** Number of ones in a 32-bit word. */
export function popcount(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  n = (n + (n >>> 4)) & 0x0f0f0f0f;
  return Math.imul(n, 0x01010101) >>> 24;
}

function loudness(levels: Float32Array, frame: number): number {
  let power = 0;
  for (let band = 0; band < BANDS; band += 1) power += 10 ** (levels[frame * BANDS + band]! / 10);
  return 10 * Math.log10(power);
}
