/** Of the sides of a recording, which windows hold a voice: by energy alone. */
export const WINDOW_MS = 5;

/** The assistant's side is clean: −46 dBFS is a voice. */
const ASSISTANT_RMS = 164;
/** A caller's window counts as voice when it stands this far above the line's noise. */
const VOICE_ABOVE_NOISE = 3.2; // 10 dB
const LEAST_VOICE_RMS = 120;
/** Shorter sounds than this are clicks. */
const LEAST_VOICE_WINDOWS = 6;

export function assistantVoice(samples: Int16Array, rateHz: number): readonly boolean[] {
  return windowRms(samples, windowSize(rateHz)).map((rms) => rms > ASSISTANT_RMS);
}

/** Above the line's own noise, without clicks. */
export function callerVoice(samples: Int16Array, rateHz: number): readonly boolean[] {
  const rms = windowRms(samples, windowSize(rateHz));
  const threshold = Math.max(LEAST_VOICE_RMS, noiseFloor(rms) * VOICE_ABOVE_NOISE);
  return withoutClicks(rms.map((level) => level > threshold));
}

function windowSize(rateHz: number): number {
  return Math.round((rateHz * WINDOW_MS) / 1000);
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
