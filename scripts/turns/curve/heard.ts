import { gatedSilero } from '../../../engine/media/gated-vad.ts';
import type { SileroWeights } from '../../../engine/media/silero-weights.ts';
import type { Vad, VadFrame } from '../../../engine/media/vad.ts';
import { onLine, soundStart, type Line, type LineFrame } from '../lines.ts';

const BEFORE_MS = 1000;
/** Longer than any decision takes. */
const AFTER_MS = 2000;

/** A turn as it came out of the line, with what the voice detector made of it. */
export interface HeardTurn {
  readonly frames: readonly LineFrame[];
  /** Of the voice detector: it hears the same whoever decides, and is by far the costliest part. */
  readonly windows: readonly VadFrame[];
  /** Where the recording's first sample is among the frames' samples. */
  readonly from: number;
}

/** Sends a recording over a line. `seed`: how the detector's windows fall into it. */
export function onTheLine(pcm: Int16Array, line: Line, seed: number): Omit<HeardTurn, 'windows'> {
  return { frames: line(onLine(pcm, BEFORE_MS, AFTER_MS, seed)), from: soundStart(BEFORE_MS, seed) };
}

/** The same, with the voice detector's verdicts. */
export function hearOnce(pcm: Int16Array, line: Line, weights: SileroWeights, seed: number): HeardTurn {
  const sent = onTheLine(pcm, line, seed);
  const vad = gatedSilero(weights);
  return { ...sent, windows: sent.frames.flatMap(({ samples }) => vad.push(samples)) };
}

/** Tells again what was heard. */
export function heardAgain(windows: readonly VadFrame[]): Vad {
  let pushed = 0;
  let told = 0;
  return {
    push(samples) {
      pushed += samples.length;
      const first = told;
      while (told < windows.length && windows[told]!.endSample <= pushed) told += 1;
      return windows.slice(first, told);
    },
    reset() {
      pushed = 0;
      told = 0;
    },
  };
}
