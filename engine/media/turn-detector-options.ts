const SAMPLES_PER_MS = 8;

/** All optional; the defaults are tuned on telephone speech (8 kHz μ-law). */
export interface TurnDetectorOptions {
  /** Voice begins at this probability … */
  readonly startProbability?: number;
  /** … and goes on down to this one. */
  readonly endProbability?: number;
  /** Sound of this length with voice in it starts a turn … */
  readonly startMs?: number;
  /** … and a turn that comes to less than this is dropped. */
  readonly minSpeechMs?: number;
  /** Pitched sound that adds up to this much in a turn: speech.sustained. */
  readonly sustainMs?: number;
  /** Quiet for this long, and no voice heard by the detector: speech.paused. At most endSilenceMs, and at most 1000. */
  readonly pauseMs?: number;
  /** Quiet for this long, counted from the last voiced sample: turn.ended. `awaitEnd` changes it for a turn. */
  readonly endSilenceMs?: number;
  /** A longer turn is cut in two. */
  readonly maxTurnMs?: number;
}

/** The same in samples of 8 kHz. */
export interface TurnLimits {
  readonly startProbability: number;
  readonly endProbability: number;
  readonly startSamples: number;
  readonly minSpeechSamples: number;
  readonly sustainSamples: number;
  readonly pauseSamples: number;
  readonly endSilenceSamples: number;
  readonly maxTurnSamples: number;
}

/** Fills in the defaults and checks. Throws RangeError with what is wrong. */
export function turnOptions(options: TurnDetectorOptions): TurnLimits {
  const { startProbability = 0.5, endProbability = 0.35 } = options;
  const { startMs = 96, minSpeechMs = 120, sustainMs = 250 } = options;
  const { endSilenceMs = 600, maxTurnMs = 30_000 } = options;
  const pauseMs = Math.min(options.pauseMs ?? 64, endSilenceMs);
  require(0 < endProbability &&
    endProbability <= startProbability &&
    startProbability <
      1, `0 < endProbability (${endProbability}) ≤ startProbability (${startProbability}) < 1`);
  require(startMs > 0, `startMs (${startMs}) must be positive`);
  require(sustainMs > 0, `sustainMs (${sustainMs}) must be positive`);
  require(minSpeechMs > 0, `minSpeechMs (${minSpeechMs}) must be positive`);
  require(pauseMs > 0 && pauseMs <= 1000, `pauseMs (${pauseMs}) must be in 1…1000`);
  require(maxTurnMs >
    minSpeechMs + endSilenceMs, `maxTurnMs (${maxTurnMs}) must exceed minSpeechMs + endSilenceMs`);
  return {
    startProbability,
    endProbability,
    startSamples: startMs * SAMPLES_PER_MS,
    minSpeechSamples: minSpeechMs * SAMPLES_PER_MS,
    sustainSamples: sustainMs * SAMPLES_PER_MS,
    pauseSamples: pauseMs * SAMPLES_PER_MS,
    endSilenceSamples: endSilenceMs * SAMPLES_PER_MS,
    maxTurnSamples: maxTurnMs * SAMPLES_PER_MS,
  };
}

function require(holds: boolean, condition: string): void {
  if (!holds) throw new RangeError(`Turn detector options: ${condition}`);
}
