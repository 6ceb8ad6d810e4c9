const SAMPLES_PER_MS = 8;

/** All optional; the defaults are tuned on telephone speech (8 kHz μ-law). */
export interface TurnDetectorOptions {
  /** Voice begins at this probability … */
  readonly startProbability?: number;
  /** … and goes on down to this one. */
  readonly endProbability?: number;
  /** Voice that adds up to less than this never starts a turn. */
  readonly minSpeechMs?: number;
  /** Quiet for this long: speech.paused. At most endSilenceMs, and at most 1000. */
  readonly pauseMs?: number;
  /** Quiet for this long, counted from the last window with voice: turn.ended. */
  readonly endSilenceMs?: number;
  /** A longer turn is cut in two. */
  readonly maxTurnMs?: number;
}

/** The same in samples of 8 kHz. */
export interface TurnLimits {
  readonly startProbability: number;
  readonly endProbability: number;
  readonly minSpeechSamples: number;
  readonly pauseSamples: number;
  readonly endSilenceSamples: number;
  readonly maxTurnSamples: number;
}

/** Fills in the defaults and checks. Throws RangeError with what is wrong. */
export function turnOptions(options: TurnDetectorOptions): TurnLimits {
  const { startProbability = 0.5, endProbability = 0.35 } = options;
  const { minSpeechMs = 120, endSilenceMs = 600, maxTurnMs = 30_000 } = options;
  const pauseMs = Math.min(options.pauseMs ?? 200, endSilenceMs);
  require(0 < endProbability &&
    endProbability <= startProbability &&
    startProbability <
      1, `0 < endProbability (${endProbability}) ≤ startProbability (${startProbability}) < 1`);
  require(minSpeechMs > 0, `minSpeechMs (${minSpeechMs}) must be positive`);
  require(pauseMs > 0 && pauseMs <= 1000, `pauseMs (${pauseMs}) must be in 1…1000`);
  require(maxTurnMs >
    minSpeechMs + endSilenceMs, `maxTurnMs (${maxTurnMs}) must exceed minSpeechMs + endSilenceMs`);
  return {
    startProbability,
    endProbability,
    minSpeechSamples: minSpeechMs * SAMPLES_PER_MS,
    pauseSamples: pauseMs * SAMPLES_PER_MS,
    endSilenceSamples: endSilenceMs * SAMPLES_PER_MS,
    maxTurnSamples: maxTurnMs * SAMPLES_PER_MS,
  };
}

function require(holds: boolean, condition: string): void {
  if (!holds) throw new RangeError(`Turn detector options: ${condition}`);
}
