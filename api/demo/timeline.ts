import type { CallEvent, CallEventOf } from '../../engine/contract/call-event.ts';
import { foldJournal, type CallView, type TranscriptLine } from '../../engine/contract/fold-call.ts';
import type { CallTimeline, GapStage, ReplyGap, TimelineLine } from '../schemas/timeline.ts';

/** V9. */
const BUDGET_MS = 2000;

/**
 * A real call on its recording's clock, from its journal alone. Its lines are those of `realCallDetails`, in the same
 * order. Undefined for an empty journal.
 */
export function callTimeline(events: readonly CallEvent[]): CallTimeline | undefined {
  const view = foldJournal(events);
  if (view === undefined) return undefined;
  const saved = events.findLast((event) => event.type === 'recording.saved');
  const notes = new Notes(events);
  return {
    id: view.callId,
    is_demo: false,
    recording: recordingState(view),
    duration_ms: saved === undefined ? null : Math.round(saved.durationMs),
    budget_ms: BUDGET_MS,
    lines: view.transcript
      .filter((line) => line.text !== '')
      .map((line) => timelineLine(line, notes, view.transcript)),
  };
}

/** Demo calls were written, not held: nobody knows when anything was said. */
export function demoTimeline(id: string): CallTimeline {
  return { id, is_demo: true, recording: 'none', duration_ms: null, budget_ms: BUDGET_MS, lines: [] };
}

function recordingState(view: CallView): CallTimeline['recording'] {
  if (view.recording !== null) return 'saved';
  return view.startedAt !== null && view.endedAt === null ? 'writing' : 'none';
}

/** The journal's events by what they speak of. */
class Notes {
  readonly #utterances = new Map<number, CallEventOf<'utterance.started'>>();
  readonly #incomplete = new Set<number>();
  readonly #fillers = new Map<number, CallEventOf<'filler.said'>>();
  readonly #decided = new Map<number, CallEvent>();
  readonly #recognised = new Map<number, CallEvent>();

  constructor(events: readonly CallEvent[]) {
    for (const event of events) {
      if (event.type === 'utterance.started') this.#utterances.set(event.utterance, event);
      else if (event.type === 'utterance.finished' && !event.complete) this.#incomplete.add(event.utterance);
      else if (event.type === 'filler.said') this.#fillers.set(event.startMs, event);
      else if (event.type === 'turn.ended') this.#decided.set(event.turn, event);
      else if (event.type === 'turn.transcribed' || event.type === 'turn.unrecognised')
        this.#recognised.set(event.turn, event);
    }
  }

  /** The event that tells of an assistant's line, and a moment of the recording that it was told at, ms. */
  told(
    line: TranscriptLine,
  ): { event: CallEventOf<'utterance.started' | 'filler.said'>; atMs: number } | undefined {
    const event = line.number === 0 ? this.#fillers.get(line.startMs) : this.#utterances.get(line.number);
    if (event === undefined) return undefined;
    // An utterance is told of when it begins to be heard, a filler when it has been.
    return { event, atMs: event.type === 'filler.said' ? event.endMs : event.startMs };
  }

  isIncomplete(line: TranscriptLine): boolean {
    if (line.number === 0) return this.#fillers.get(line.startMs)?.complete === false;
    return this.#incomplete.has(line.number);
  }

  decided(turn: number): CallEvent | undefined {
    return this.#decided.get(turn);
  }

  recognised(turn: number): CallEvent | undefined {
    return this.#recognised.get(turn);
  }
}

function timelineLine(
  line: TranscriptLine,
  notes: Notes,
  transcript: readonly TranscriptLine[],
): TimelineLine {
  const { speaker, text, startMs, endMs } = line;
  const told = speaker === 'assistant' ? notes.told(line) : undefined;
  return {
    speaker,
    text,
    start_ms: Math.round(startMs),
    end_ms: endMs === null ? null : Math.round(endMs),
    kind: told === undefined ? null : told.event.type === 'filler.said' ? 'filler' : told.event.kind,
    gap: told === undefined ? null : replyGap(line, told, notes),
    cut: told !== undefined && notes.isIncomplete(line) ? cutBy(line, transcript) : null,
  };
}

function cutBy(line: TranscriptLine, transcript: readonly TranscriptLine[]): 'caller' | 'other' {
  const endMs = line.endMs ?? Infinity;
  const caller = transcript.some(
    (other) => other.speaker === 'user' && other.startMs <= endMs && (other.endMs ?? Infinity) > line.startMs,
  );
  return caller ? 'caller' : 'other';
}

/**
 * The pause before a reply and what it was spent on. The journal has wall times, the gap is the recording's: the two
 * meet where the reply was told of (within a frame, 20 ms). What was done before its time costs nothing here, because
 * the caller did not wait for it.
 */
function replyGap(
  line: TranscriptLine,
  { event, atMs }: NonNullable<ReturnType<Notes['told']>>,
  notes: Notes,
): ReplyGap | null {
  const { gapMs, replyTo } = event;
  if (gapMs === undefined || replyTo === undefined) return null;
  const toMs = Math.round(line.startMs);
  // Negative where he went on speaking into the reply: he waited for nothing.
  const fromMs = clamp(Math.round(line.startMs - gapMs), 0, toMs);
  const onRecording = (other: CallEvent, notBeforeMs: number): number =>
    clamp(Math.round(atMs - (Date.parse(event.at) - Date.parse(other.at))), notBeforeMs, toMs);
  const decided = notes.decided(replyTo);
  const recognised = notes.recognised(replyTo);
  const gap = { from_ms: fromMs, gap_ms: toMs - fromMs };
  if (decided === undefined || recognised === undefined) return { ...gap, parts: [] };
  const decidedMs = onRecording(decided, fromMs);
  const recognisedMs = onRecording(recognised, decidedMs);
  const part = (stage: GapStage, ms: number) => ({ stage, ms });
  return {
    ...gap,
    parts: [
      part('endpointing', decidedMs - fromMs),
      part('recognition', recognisedMs - decidedMs),
      part('answer', toMs - recognisedMs),
    ],
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
