import type { CallEventDraft, LineOutcome, ProviderStage, UtteranceKind } from '../contract/call-event.ts';
import type { SpokenLanguage } from '../contract/languages.ts';
import type { Recognition } from '../ports/speech.ts';
import type { ReceiverStats } from '../media/rtp-receiver.ts';
import type { MediaAddress } from '../ports/media-transport.ts';
import type { SavedRecording } from '../ports/recordings.ts';

/** A stretch of the caller's speech on the recording's clock. */
export interface TurnSpan {
  readonly turn: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** From the first turn's beginning to the last one's end; it answers to the last one's number. Throws on none. */
export function joinSpans(spans: readonly TurnSpan[]): TurnSpan {
  const first = spans[0];
  const last = spans.at(-1);
  if (first === undefined || last === undefined)
    throw new RangeError('nothing to recognise: no turn is pending');
  return { turn: last.turn, startMs: first.startMs, endMs: last.endMs };
}

/** What the telephony adapter tells, with the moment it was told (clock.now, ms). */
export type LineMeaning =
  | { readonly type: 'line.ringing' }
  | { readonly type: 'line.answered'; readonly remote: MediaAddress; readonly atMs: number }
  | { readonly type: 'line.dtmf'; readonly digit: string }
  | {
      readonly type: 'line.ended';
      readonly outcome: LineOutcome;
      readonly reason: string;
      readonly cause?: string;
      readonly atMs: number;
    };

/** What the media path hears of the caller. Frames never come here: only what they mean. */
export type HearingMeaning =
  | { readonly type: 'speech.started'; readonly turn: number; readonly startMs: number }
  /** He has paused, and may have finished: what ended so far is `endMs`. Not for the journal. */
  | ({ readonly type: 'speech.paused' } & TurnSpan)
  | { readonly type: 'speech.resumed'; readonly turn: number; readonly pausedMs: number }
  /** It is a voice, and has spoken long enough for it not to be a cough or «угу»: he takes the floor. */
  | { readonly type: 'speech.sustained'; readonly turn: number }
  | ({ readonly type: 'turn.ended' } & TurnSpan)
  /** What sounded like speech was none (a click, a knock). */
  | { readonly type: 'turn.dropped'; readonly turn: number }
  /** Nobody has been heard for a while, neither the caller nor we; told again each second. Not for the journal. */
  | { readonly type: 'line.quiet'; readonly quietMs: number };

/** What the media path reports of the assistant's own voice, as it leaves for the caller. */
export type PlayoutMeaning =
  | {
      readonly type: 'utterance.started';
      readonly utterance: number;
      readonly kind: UtteranceKind;
      readonly startMs: number;
      readonly replyTo?: number;
      readonly gapMs?: number;
    }
  | { readonly type: 'utterance.sentence'; readonly utterance: number; readonly text: string }
  | {
      readonly type: 'utterance.finished';
      readonly utterance: number;
      readonly endMs: number;
      readonly text: string;
      readonly complete: boolean;
    }
  /** It was being heard and fell silent in the middle, because the caller made a sound … */
  | { readonly type: 'utterance.held'; readonly utterance: number; readonly atMs: number }
  /** … that was nothing: it goes on. */
  | { readonly type: 'utterance.resumed'; readonly utterance: number; readonly atMs: number }
  | {
      readonly type: 'filler.said';
      readonly startMs: number;
      readonly endMs: number;
      readonly text: string;
      readonly complete: boolean;
      readonly replyTo?: number;
      readonly gapMs?: number;
    };

/** What the media path is asked for by the call actor. */
export type MediaOrder =
  /** The caller's open turn ends as it is. */
  | { readonly type: 'endTurn' }
  /** This turn ends after so much silence. */
  | { readonly type: 'awaitEnd'; readonly turn: number; readonly silenceMs: number }
  /** Fall silent at once; nothing is lost. */
  | { readonly type: 'hold' }
  | { readonly type: 'release' }
  /** Whatever is being said stops for good. */
  | { readonly type: 'hush' }
  /** Something short has to be heard where nothing is. */
  | {
      readonly type: 'fill';
      readonly language: SpokenLanguage;
      readonly nth: number;
      readonly replyTo: TurnSpan | undefined;
    };

export type MediaMeaning = HearingMeaning | PlayoutMeaning;

export interface StageFailure {
  readonly stage: ProviderStage;
  readonly code: string;
  readonly message: string;
}

/** An error as the journal names it: its own code where it has one. */
export function failureOf(stage: ProviderStage, error: unknown): StageFailure {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'STAGE_FAILED';
  return { stage, code, message: error instanceof Error ? error.message : String(error) };
}

/** Everything the call actor hears. */
export type CallMachineEvent =
  | LineMeaning
  | MediaMeaning
  /** Nothing of the utterance could be said. */
  | ({ readonly type: 'utterance.failed'; readonly utterance: number } & StageFailure)
  /** A stage failed, and the utterance goes on by other means (a fixed phrase, what was queued already). */
  | ({ readonly type: 'stage.failed' } & StageFailure)
  /** What was recognised of a turn that may go on. */
  | { readonly type: 'words.foreseen'; readonly turn: number; readonly text: string }
  /** We hang up: the conversation is over, or somebody asked for it. */
  | { readonly type: 'hangup' }
  /** The recording region is done: nothing more can happen in this call. */
  | { readonly type: 'recording.closed' };

/** What recognition gives back to the call actor. */
export interface Recognised {
  readonly recognition: Recognition;
  readonly span: TurnSpan;
  readonly tookMs: number;
}

/** What is left of a call's sound when it is over; nothing of a call that was never answered. */
export interface ClosedMedia {
  readonly recording: SavedRecording | undefined;
  readonly received: ReceiverStats | undefined;
}

/** The receiver's counters as the journal tells them. */
export function measured(stats: ReceiverStats): CallEventDraft {
  return {
    type: 'media.measured',
    packets: stats.received,
    lost: stats.lost,
    late: stats.late,
    strangers: stats.foreignSource + stats.foreignSsrc,
    concealedFrames: stats.concealedFrames,
    jitterMs: Math.round(stats.jitterMs * 100) / 100,
  };
}

/** Meanings that stand in the journal just as they came. */
const JOURNALLED = [
  'line.dtmf',
  'speech.started',
  'turn.ended',
  'turn.dropped',
  'utterance.started',
  'utterance.sentence',
  'utterance.finished',
  'utterance.held',
  'utterance.resumed',
  'filler.said',
] as const;

export function isJournalled(
  event: CallMachineEvent,
): event is Extract<CallMachineEvent, { type: (typeof JOURNALLED)[number] }> {
  return (JOURNALLED as readonly string[]).includes(event.type);
}
