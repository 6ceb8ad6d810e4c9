import { BANDS } from './band-levels.ts';

/** The band levels are compared over this many frames of 10 ms. */
const SPAN_FRAMES = 4;
/** A heard change smaller than this may be noise: its bit says nothing. */
const CLEAR_DB = 2;

/**
 * 31 bits every 10 ms: which bands grew, and which grew more than their upper neighbour. Signs of changes survive
 * gain, equalisation, μ-law and noise (Haitsma & Kalker, «A Highly Robust Audio Fingerprinting System», ISMIR 2002).
 */
export interface Fingerprint {
  readonly bits: Int32Array;
  /** The bits that were clear enough to mean something. */
  readonly clear: Int32Array;
}

/** Makes the fingerprint of `frames` frames; `stride` of them make 10 ms. Levels under `floor` count as the floor. */
export function fingerprint(
  levels: Float32Array,
  frames: number,
  stride: number,
  floor: Float32Array,
): Fingerprint {
  const count = Math.ceil(frames / stride);
  const bits = new Int32Array(count);
  const clear = new Int32Array(count);
  const half = (SPAN_FRAMES / 2) * stride;
  for (let n = 0; n < count; n += 1) {
    const before = Math.max(0, n * stride - half) * BANDS;
    const after = Math.min(frames - 1, n * stride + half) * BANDS;
    let word = 0;
    let mask = 0;
    let lower = 0;
    for (let band = 0; band < BANDS; band += 1) {
      const least = floor[band]!;
      const growth = Math.max(levels[after + band]!, least) - Math.max(levels[before + band]!, least);
      if (growth > 0) word |= 1 << band;
      if (Math.abs(growth) > CLEAR_DB) mask |= 1 << band;
      if (band > 0) {
        if (growth > lower) word |= 1 << (band + BANDS - 1);
        if (Math.abs(growth - lower) > CLEAR_DB) mask |= 1 << (band + BANDS - 1);
      }
      lower = growth;
    }
    bits[n] = word;
    clear[n] = mask;
  }
  return { bits, clear };
}

/** Number of ones in a 32-bit word. */
export function popcount(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  n = (n + (n >>> 4)) & 0x0f0f0f0f;
  return Math.imul(n, 0x01010101) >>> 24;
}
