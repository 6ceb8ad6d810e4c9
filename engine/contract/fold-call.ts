import type { AfterCallStep, CallEvent } from './call-event.ts';
import type { CallSession, CallStatus, Disposition } from './call-session.ts';
import type { CallId } from './ids.ts';
import type { CallLanguage, SpokenLanguage, Voice } from './languages.ts';
import { startingLanguage } from './languages.ts';

/** One line of the conversation as people read it. */
export interface TranscriptLine {
  readonly speaker: 'user' | 'assistant';
  readonly text: string;
  /** When it began, ISO 8601 UTC. */
  readonly timestamp: string;
  /** Where it begins on the recording. */
  readonly startMs: number;
  readonly endMs: number | null;
  /** For the assistant: the pause the caller heard before it. */
  readonly gapMs: number | null;
  /** The caller's turn or the assistant's utterance, by number; 0: a filler. */
  readonly number: number;
}

/** Everything known of a call, folded from its journal. Plain data; the same on the server and in a browser. */
export interface CallView {
  readonly callId: CallId;
  readonly lastSeq: number;
  readonly phone: string;
  readonly language: CallLanguage;
  readonly voice: Voice;
  readonly prompt: string;
  readonly createdAt: string;
  readonly status: CallStatus;
  /** Whether nobody's real line is called. Absent until it is dialled, and in a view stored by an older HALO. */
  readonly simulated?: boolean;
  /** For people: why the call ended as it did. */
  readonly reason: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationSec: number | null;
  readonly spokenLanguage: SpokenLanguage;
  readonly transcript: readonly TranscriptLine[];
  readonly recording: string | null;
  readonly finalDisposition: Disposition;
  readonly shortSummary: string | null;
  readonly interest: string | null;
  readonly followUp: string | null;
  readonly chatId: string | null;
  readonly stepsDone: readonly AfterCallStep[];
  readonly stepsFailed: readonly AfterCallStep[];
  readonly providerFailures: number;
}

/**
 * Applies one event. Pure: returns the next view. `view` is undefined before `call.created`.
 * An event that was applied already (seq ≤ lastSeq) changes nothing, so a journal may be folded twice.
 * Throws RangeError when the first event is not `call.created`.
 */
export function foldCall(view: CallView | undefined, event: CallEvent): CallView {
  if (view === undefined) {
    if (event.type !== 'call.created') {
      throw new RangeError(`a call's journal begins with call.created, not ${event.type}`);
    }
    return newView(event);
  }
  if (event.seq <= view.lastSeq) return view;
  return { ...view, ...change(view, event), lastSeq: event.seq };
}

/** Folds a whole journal, in order. Returns undefined for an empty one. */
export function foldJournal(events: Iterable<CallEvent>): CallView | undefined {
  let view: CallView | undefined;
  for (const event of events) view = foldCall(view, event);
  return view;
}

/** V2's CallSession: exactly the customer's fields. */
export function toCallSession(view: CallView): CallSession {
  return {
    id: view.callId,
    phone: view.phone,
    status: view.status,
    final_disposition: view.finalDisposition,
    started_at: view.startedAt,
    ended_at: view.endedAt,
    duration_sec: view.durationSec,
    transcript: view.transcript.map(({ speaker, text, timestamp }) => ({ speaker, text, timestamp })),
    short_summary: view.shortSummary,
  };
}

function newView(event: Extract<CallEvent, { type: 'call.created' }>): CallView {
  return {
    callId: event.callId,
    lastSeq: event.seq,
    phone: event.phone,
    language: event.language,
    voice: event.voice,
    prompt: event.prompt,
    createdAt: event.at,
    status: 'created',
    reason: null,
    startedAt: null,
    endedAt: null,
    durationSec: null,
    spokenLanguage: startingLanguage(event.language),
    transcript: [],
    recording: null,
    finalDisposition: 'unknown',
    shortSummary: null,
    interest: null,
    followUp: null,
    chatId: null,
    stepsDone: [],
    stepsFailed: [],
    providerFailures: 0,
  };
}

function change(view: CallView, event: CallEvent): Partial<CallView> {
  switch (event.type) {
    case 'call.created':
      return {};
    case 'line.dialling':
      return { status: 'dialing', simulated: event.simulated };
    case 'line.ringing':
      return { status: 'dialing' };
    case 'line.answered':
      return { status: 'in_progress', startedAt: event.at };
    case 'line.ended':
      return { reason: event.reason };
    case 'speech.started':
      return {
        transcript: [
          ...view.transcript,
          {
            speaker: 'user',
            text: '',
            timestamp: event.at,
            startMs: event.startMs,
            endMs: null,
            gapMs: null,
            number: event.turn,
          },
        ],
      };
    case 'turn.ended':
      return {
        transcript: amend(view, 'user', event.turn, () => ({ startMs: event.startMs, endMs: event.endMs })),
      };
    case 'turn.dropped':
      return {
        transcript: view.transcript.filter((line) => line.speaker !== 'user' || line.number !== event.turn),
      };
    case 'turn.transcribed':
      return { transcript: amend(view, 'user', event.turn, () => ({ text: event.text })) };
    case 'turn.unrecognised':
      return { transcript: amend(view, 'user', event.turn, () => ({ text: UNRECOGNISED })) };
    case 'utterance.started':
      return {
        transcript: [
          ...view.transcript,
          {
            speaker: 'assistant',
            text: '',
            timestamp: event.at,
            startMs: event.startMs,
            endMs: null,
            gapMs: event.gapMs ?? null,
            number: event.utterance,
          },
        ],
      };
    case 'utterance.sentence':
      return {
        transcript: amend(view, 'assistant', event.utterance, (line) => ({
          text: join(line.text, event.text),
        })),
      };
    case 'utterance.finished':
      return {
        transcript: amend(view, 'assistant', event.utterance, () => ({
          text: event.text,
          endMs: event.endMs,
        })),
      };
    case 'filler.said':
      return {
        transcript: [
          ...view.transcript,
          {
            speaker: 'assistant',
            text: event.text,
            timestamp: event.at,
            startMs: event.startMs,
            endMs: event.endMs,
            gapMs: event.gapMs ?? null,
            number: 0,
          },
        ],
      };
    case 'language.changed':
      return { spokenLanguage: event.to };
    case 'provider.failed':
      return { providerFailures: view.providerFailures + 1 };
    case 'recording.saved':
      return { recording: event.file };
    case 'call.ended':
      return {
        status: event.status,
        reason: event.reason,
        endedAt: event.at,
        durationSec: event.durationSec,
        transcript: view.transcript.filter((line) => line.text !== ''),
      };
    case 'analysis.done':
      return {
        ...step(view, 'analysis'),
        finalDisposition: event.finalDisposition,
        shortSummary: event.shortSummary,
        interest: event.interest,
      };
    case 'followup.done':
      return { ...step(view, 'followup'), followUp: event.text };
    case 'sms.done':
      return step(view, 'sms');
    case 'chat.done':
      return { ...step(view, 'chat'), chatId: event.chatId };
    case 'crm.done':
      return step(view, 'crm');
    case 'row.done':
      return step(view, 'row');
    case 'step.failed':
      return { stepsFailed: [...new Set([...view.stepsFailed, event.step])] };
    case 'line.dtmf':
    case 'utterance.held':
    case 'utterance.resumed':
    case 'limit.reached':
    case 'media.measured':
    case 'call.traced':
    case 'delivery.changed':
      return {};
    default:
      return event satisfies never;
  }
}

/** What the transcript shows for speech that was heard but not understood. */
export const UNRECOGNISED = '[неразборчиво]';

function amend(
  view: CallView,
  speaker: TranscriptLine['speaker'],
  number: number,
  fields: (line: TranscriptLine) => Partial<TranscriptLine>,
): readonly TranscriptLine[] {
  return view.transcript.map((line) =>
    line.speaker === speaker && line.number === number ? { ...line, ...fields(line) } : line,
  );
}

function step(view: CallView, name: AfterCallStep): Partial<CallView> {
  return {
    stepsDone: [...new Set([...view.stepsDone, name])],
    stepsFailed: view.stepsFailed.filter((failed) => failed !== name),
  };
}

function join(before: string, sentence: string): string {
  return before === '' ? sentence : `${before} ${sentence}`;
}
