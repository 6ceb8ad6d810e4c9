import type { CallEvent, CallEventOf, CallEventType } from '../contract/call-event.ts';
import type { CallView } from '../contract/fold-call.ts';
import type { CallerLine } from '../far-end/caller-voices.ts';
import { parseWav } from '../media/wav.ts';
import { measureGaps, type StereoRecording } from '../observe/gaps.ts';

/** One reply: the gap as the call noted it and as its recording tells it, ms. */
export interface ReplyGap {
  readonly journalMs: number;
  readonly measuredMs: number | undefined;
}

/** What a held call's journal and recording say of it, each by itself. */
export interface CallFacts {
  readonly recording: StereoRecording | undefined;
  readonly recordingMs: number;
  /** Every gap on the recording, ms. */
  readonly gapsMs: readonly number[];
  /** Every reply the journal measured, with the recording's word on it. */
  readonly replies: readonly ReplyGap[];
  /** What the caller was understood to say, a turn each. */
  readonly heard: readonly string[];
  readonly unrecognised: number;
  /** Utterances that the caller broke off: he had not finished when he was answered, or had more to say. */
  readonly brokenOff: number;
  /** Utterances of the assistant that began before another one had ended. */
  readonly overlappingUtterances: number;
  /** Both sides are voiced, ms in all. */
  readonly doubleTalkMs: number;
}

/** A reply's beginning by energy and by the journal differ by less than this. */
const SAME_REPLY_MS = 300;
const WINDOW_MS = 20;
/** −41 dBFS on either side is a voice, or 10 dB above a noisy line. */
const VOICED_RMS = 300;
const VOICE_ABOVE_NOISE = 3.2;

export function callFacts(
  view: CallView,
  events: readonly CallEvent[],
  wav: Uint8Array | undefined,
): CallFacts {
  const recording = wav === undefined ? undefined : stereo(wav);
  const gaps = recording === undefined ? [] : measureGaps(recording);
  const measuredAt = (startMs: number) =>
    gaps.find((gap) => Math.abs(gap.replyStartMs - startMs) < SAME_REPLY_MS)?.gapMs;
  return {
    recording,
    recordingMs: recording === undefined ? 0 : (recording.caller.length / recording.rateHz) * 1000,
    gapsMs: gaps.map(({ gapMs }) => gapMs),
    replies: only(events, 'utterance.started').flatMap(({ gapMs, startMs }) =>
      gapMs === undefined ? [] : [{ journalMs: gapMs, measuredMs: measuredAt(startMs) }],
    ),
    heard: only(events, 'turn.transcribed').map(({ text }) => text),
    unrecognised: only(events, 'turn.unrecognised').length,
    brokenOff: only(events, 'utterance.finished').filter(({ complete }) => !complete).length,
    overlappingUtterances: overlaps(view),
    doubleTalkMs: recording === undefined ? 0 : doubleTalk(recording),
  };
}

/** The events of one type. */
export function only<T extends CallEventType>(
  events: readonly CallEvent[],
  type: T,
): readonly CallEventOf<T>[] {
  return events.filter((event): event is CallEventOf<T> => event.type === type);
}

/** Turns that were understood to be anything but a whole line: cut in two, or with a word missing. */
export function partLines(heard: readonly string[], lines: readonly CallerLine[]): readonly string[] {
  const whole = new Set(lines.map(({ text }) => text));
  return heard.filter((text) => !whole.has(text));
}

function stereo(wav: Uint8Array): StereoRecording {
  const { rateHz, samples } = parseWav(wav);
  const [caller, assistant] = samples;
  if (caller === undefined || assistant === undefined) throw new Error('a call is recorded in stereo');
  return { caller, assistant, rateHz };
}

function overlaps({ transcript }: CallView): number {
  const said = transcript.filter((line) => line.speaker === 'assistant');
  return said.slice(1).filter((line, at) => line.startMs < (said[at]!.endMs ?? Infinity)).length;
}

function doubleTalk({ caller, assistant, rateHz }: StereoRecording): number {
  const size = (rateHz * WINDOW_MS) / 1000;
  const [callerVoiced, assistantVoiced] = [voiced(caller, size), voiced(assistant, size)];
  return callerVoiced.filter((is, at) => is && assistantVoiced[at] === true).length * WINDOW_MS;
}

/** Which windows hold a voice. The tenth percentile is the line's noise: most of a side is somebody listening. */
function voiced(side: Int16Array, size: number): readonly boolean[] {
  const rms = Array.from({ length: Math.floor(side.length / size) }, (_, at) =>
    Math.sqrt(
      side.subarray(at * size, (at + 1) * size).reduce((sum, sample) => sum + sample * sample, 0) / size,
    ),
  );
  const noise = rms.toSorted((a, b) => a - b)[Math.floor(rms.length / 10)] ?? 0;
  return rms.map((level) => level > Math.max(VOICED_RMS, noise * VOICE_ABOVE_NOISE));
}
