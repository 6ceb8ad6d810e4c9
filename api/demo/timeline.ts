import type { CallEvent, CallEventOf } from '../../engine/contract/call-event.ts';
import { foldJournal, type CallView, type TranscriptLine } from '../../engine/contract/fold-call.ts';
import { ReplyWaits, type ReplyWait } from '../../engine/contract/reply-waits.ts';
import type { CallTimeline, ReplyGap, TimelineLine } from '../schemas/timeline.ts';

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
  readonly #told = new Map<string, ToldOf>();
  readonly #incomplete = new Set<number>();

  constructor(events: readonly CallEvent[]) {
    const waits = new ReplyWaits();
    for (const event of events) {
      const wait = waits.note(event);
      if (event.type === 'utterance.started') this.#told.set(`utterance ${event.utterance}`, { event, wait });
      else if (event.type === 'filler.said') this.#told.set(`filler ${event.startMs}`, { event, wait });
      else if (event.type === 'utterance.finished' && !event.complete) this.#incomplete.add(event.utterance);
    }
  }

  /** The event that tells of an assistant's line, and the pause before it. */
  told({ number, startMs }: TranscriptLine): ToldOf | undefined {
    return this.#told.get(number === 0 ? `filler ${startMs}` : `utterance ${number}`);
  }

  isIncomplete({ event }: ToldOf): boolean {
    return event.type === 'filler.said' ? !event.complete : this.#incomplete.has(event.utterance);
  }
}

interface ToldOf {
  readonly event: CallEventOf<'utterance.started' | 'filler.said'>;
  readonly wait: ReplyWait | undefined;
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
    gap: told?.wait === undefined ? null : replyGap(startMs, told.wait),
    cut: told !== undefined && notes.isIncomplete(told) ? cutBy(line, transcript) : null,
  };
}

function cutBy(line: TranscriptLine, transcript: readonly TranscriptLine[]): 'caller' | 'other' {
  const endMs = line.endMs ?? Infinity;
  const caller = transcript.some(
    (other) => other.speaker === 'user' && other.startMs <= endMs && (other.endMs ?? Infinity) > line.startMs,
  );
  return caller ? 'caller' : 'other';
}

/** In whole ms that make up the whole. */
function replyGap(startMs: number, { gapMs, parts }: ReplyWait): ReplyGap {
  const toMs = Math.round(startMs);
  const fromMs = Math.max(0, Math.round(startMs - gapMs));
  let leftMs = gapMs;
  let beganMs = fromMs;
  return {
    from_ms: fromMs,
    gap_ms: toMs - fromMs,
    parts: parts.map(({ stage, ms }) => {
      leftMs -= ms;
      const endedMs = Math.max(beganMs, Math.round(startMs - leftMs));
      const part = { stage, ms: endedMs - beganMs };
      beganMs = endedMs;
      return part;
    }),
  };
}
