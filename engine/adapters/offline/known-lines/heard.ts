import { BANDS, bandLevels, HOP_SAMPLES } from './band-levels.ts';
import { fingerprint, type Fingerprint } from './fingerprint.ts';

/** What came over the line, every 10 ms. */
export interface Heard {
  readonly frames: number;
  readonly levels: Float32Array;
  readonly loudness: Float32Array;
  /** The line's own noise in each band, dB. */
  readonly floor: Float32Array;
  /** 1 where somebody or something sounds above that noise. */
  readonly voiced: Uint8Array;
  /** 1 where packets are missing: digital silence that says nothing about the sound. */
  readonly missing: Uint8Array;
  readonly print: Fingerprint;
  /** The voice was too loud for the line: its peaks are cut off. */
  readonly clipped: boolean;
}

/** Share of the frames that are quieter than the noise estimate. */
const QUIET_SHARE = 0.15;
/** A quantile lies under the mean of noise by about this much. */
const QUANTILE_BIAS_DB = 2;
const ABOVE_NOISE_DB = 4;
/** In more noise than this nothing is recognised anyway. */
const LEAST_SNR_DB = 11;
const BELOW_PEAK_DB = 30;
/** A lost packet leaves a hole this far under everything else. */
const HOLE_DB = 12;
const HOLE_LOUDNESS_DB = 45;
/** The loudest value of μ-law is 32124. */
const RAIL = 31_000;
const CLIPPED_SHARE = 0.002;

export function* hear(samples: Int16Array, sliceFrames: number): Generator<undefined, Heard> {
  const { frames, levels, loudness } = yield* bandLevels(samples, HOP_SAMPLES, sliceFrames);
  const missing = Uint8Array.from(loudness, (db) => (db < HOLE_LOUDNESS_DB ? 1 : 0));
  const there = Array.from({ length: frames }, (_, frame) => frame).filter((frame) => missing[frame] === 0);
  const loud = Float32Array.from(there, (frame) => loudness[frame]!);
  const peak = quantile(loud, 0.95);
  // A piece cut out of the middle of speech has no quiet frames: what looks like its noise is speech.
  const quiet = quantile(loud, QUIET_SHARE) + QUANTILE_BIAS_DB;
  const noise = Math.min(quiet, peak - LEAST_SNR_DB);
  const floor = Float32Array.from(
    { length: BANDS },
    (_, band) =>
      quantile(
        Float32Array.from(there, (frame) => levels[frame * BANDS + band]!),
        QUIET_SHARE,
      ) +
      QUANTILE_BIAS_DB -
      (quiet - noise),
  );
  loudness.forEach((db, frame) => {
    if (db < noise - HOLE_DB) missing[frame] = 1;
  });
  const least = Math.max(noise + ABOVE_NOISE_DB, peak - BELOW_PEAK_DB);
  const voiced = Uint8Array.from(loudness, (db) => (db > least ? 1 : 0));
  yield undefined;
  return {
    frames,
    levels,
    loudness,
    floor,
    voiced,
    missing,
    print: fingerprint(levels, frames, 1, floor),
    clipped: isClipped(samples),
  };
}

function isClipped(samples: Int16Array): boolean {
  let atRail = 0;
  for (const sample of samples) if (sample > RAIL || sample < -RAIL) atRail += 1;
  return atRail > samples.length * CLIPPED_SHARE;
}

function quantile(values: Float32Array, share: number): number {
  return values.toSorted()[Math.floor(values.length * share)] ?? 0;
}
