import type { StereoRecording } from './gaps.ts';
import { assistantVoice, callerVoice, WINDOW_MS } from './voiced-windows.ts';

/** The caller spoke over the assistant, as the recording tells it; positions in ms from the answer. */
export interface MeasuredStop {
  /** The caller's first voiced sample. */
  readonly onsetMs: number;
  /** From it to the assistant's last audible sample before he was silent. */
  readonly stoppedAfterMs: number;
}

/** The assistant speaks: he was heard so shortly before. Between two words of his there is less. */
const STILL_SPEAKING_MS = 150;
/** He has stopped when he is silent for so long. */
const SILENT_MS = 300;
/** A new onset of the caller, and not his next syllable. */
const APART_MS = 400;

/** Every time that the caller began to speak over the assistant, and how soon the assistant was silent; by energy alone. */
export function measureStops({ caller, assistant, rateHz }: StereoRecording): readonly MeasuredStop[] {
  const voiced = callerVoice(caller, rateHz);
  const audible = assistantVoice(assistant, rateHz);
  const windows = (ms: number): number => ms / WINDOW_MS;
  const stops: MeasuredStop[] = [];
  let quiet = windows(APART_MS);
  voiced.forEach((is, at) => {
    if (!is) {
      quiet += 1;
      return;
    }
    const isOnset = quiet >= windows(APART_MS);
    quiet = 0;
    if (!isOnset || !audible.slice(Math.max(0, at - windows(STILL_SPEAKING_MS)), at + 1).includes(true))
      return;
    let last = at;
    for (let i = at; i < audible.length && i - last <= windows(SILENT_MS); i += 1)
      if (audible[i] === true) last = i + 1;
    stops.push({ onsetMs: at * WINDOW_MS, stoppedAfterMs: (last - at) * WINDOW_MS });
  });
  return stops;
}
