import { assistantVoice, callerVoice, WINDOW_MS } from './voiced-windows.ts';

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

/** The assistant begins anew after at least this much silence of his own. */
const UTTERANCE_APART_MS = 700;

/**
 * The gaps a caller heard, measured on the call's own recording by energy alone: no VAD, no timers, nothing that the
 * call itself knew. An utterance that answers nobody (the greeting, a reprompt) gives none.
 */
export function measureGaps({ caller, assistant, rateHz }: StereoRecording): readonly MeasuredGap[] {
  const voiced = callerVoice(caller, rateHz);
  const audible = assistantVoice(assistant, rateHz);

  const gaps: MeasuredGap[] = [];
  let quietMs = UTTERANCE_APART_MS;
  let searched = 0;
  audible.forEach((is, at) => {
    if (!is) {
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
