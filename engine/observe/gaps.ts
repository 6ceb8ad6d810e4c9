/** One reply as the recording tells it; positions in ms from the answer. */
export interface MeasuredGap {
  /** The caller's last voiced sample before the reply. */
  readonly callerEndMs: number;
  /** The reply's first audible sample. */
  readonly replyStartMs: number;
  readonly gapMs: number;
}

export interface StereoRecording {
  readonly caller: Int16Array;
  readonly assistant: Int16Array;
  readonly rateHz: number;
}

const WINDOW_MS = 5;
/** The assistant's side is clean: −46 dBFS is a voice. */
const ASSISTANT_RMS = 164;
/** The assistant begins anew after at least this much silence of his own. */
const UTTERANCE_APART_MS = 700;
/** A caller's window counts as voice when it stands this far above the line's noise. */
const VOICE_ABOVE_NOISE = 3.2; // 10 dB
const LEAST_VOICE_RMS = 120;
/** Shorter sounds than this are clicks. */
const LEAST_VOICE_WINDOWS = 6;

/**
 * The gaps a caller heard, measured on the call's own recording by energy alone: no VAD, no timers, nothing that the
 * call itself knew. An utterance that answers nobody (the greeting, a reprompt) gives none.
 */
export function measureGaps({ caller, assistant, rateHz }: StereoRecording): readonly MeasuredGap[] {
  const window = Math.round((rateHz * WINDOW_MS) / 1000);
  const callerRms = windowRms(caller, window);
  const assistantRms = windowRms(assistant, window);
  const threshold = Math.max(LEAST_VOICE_RMS, noiseFloor(callerRms) * VOICE_ABOVE_NOISE);
  const voiced = withoutClicks(callerRms.map((rms) => rms > threshold));

  const gaps: MeasuredGap[] = [];
  let quietMs = UTTERANCE_APART_MS;
  let searched = 0;
  assistantRms.forEach((rms, at) => {
    if (rms <= ASSISTANT_RMS) {
      quietMs += WINDOW_MS;
      return;
    }
    if (quietMs >= UTTERANCE_APART_MS) {
      const last = voiced.lastIndexOf(true, at);
      if (last >= searched) {
        const callerEndMs = (last + 1) * WINDOW_MS;
        const replyStartMs = at * WINDOW_MS;
        gaps.push({ callerEndMs, replyStartMs, gapMs: Math.max(0, replyStartMs - callerEndMs) });
      }
    }
    quietMs = 0;
    searched = at;
  });
  return gaps;
}

function windowRms(samples: Int16Array, window: number): number[] {
  return Array.from({ length: Math.floor(samples.length / window) }, (_, at) => {
    let sum = 0;
    for (let i = at * window; i < (at + 1) * window; i += 1) sum += samples[i]! ** 2;
    return Math.sqrt(sum / window);
  });
}

/** The tenth percentile: most of a caller's side is him listening. */
function noiseFloor(rms: readonly number[]): number {
  return rms.toSorted((a, b) => a - b)[Math.floor(rms.length / 10)] ?? 0;
}

/** Keeps only runs that are long enough for a voice; a gap of one window inside a run does not end it. */
function withoutClicks(voiced: readonly boolean[]): boolean[] {
  const kept = voiced.map(() => false);
  let start: number | undefined;
  for (let at = 0; at <= voiced.length; at += 1) {
    const on = voiced[at] === true || (start !== undefined && voiced[at + 1] === true);
    if (on) start ??= at;
    else if (start !== undefined) {
      if (at - start >= LEAST_VOICE_WINDOWS) kept.fill(true, start, at);
      start = undefined;
    }
  }
  return kept;
}
