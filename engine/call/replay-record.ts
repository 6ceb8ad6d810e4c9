import type { CallEvent, CallEventDraft, CallEventOf } from '../contract/call-event.ts';
import type { CallPlan } from '../contract/call-plan.ts';
import type { TraceStep } from '../contract/call-trace.ts';
import type { CallInput } from './call-context.ts';

/** The journal cannot be replayed; the message, in Russian, says why. */
export class NotReplayableError extends Error {}

/** What of a journal a replay needs. */
export interface CallRecord {
  readonly input: CallInput;
  readonly steps: readonly TraceStep[];
  /** What the machine wrote: neither its own record nor the steps after the call. */
  readonly written: readonly CallEvent[];
}

/** Throws NotReplayableError for a journal without a whole record. */
export function recordOf(journal: readonly CallEvent[]): CallRecord {
  const [created] = journal;
  if (created?.type !== 'call.created') throw new NotReplayableError('журнал начинается не с call.created');
  const gap = journal.findIndex((event, at) => event.seq !== at + 1);
  if (gap >= 0) throw new NotReplayableError(`в журнале нет события ${gap + 1}: он неполный`);
  const [traced] = only(journal, 'call.traced');
  if (traced === undefined) {
    throw new NotReplayableError(
      only(journal, 'call.ended').length > 0
        ? 'в журнале нет call.traced: звонок старше записи хода машины или оборвался вместе с процессом'
        : 'звонок ещё идёт: ход машины записывается, когда он закончится',
    );
  }
  const { steps, languages } = traced;
  const lastSeq = steps.at(-1)?.seq ?? 1;
  const written = journal.filter(({ seq, type }) => seq > 1 && seq <= lastSeq && type !== 'call.traced');
  return { input: inputOf(created, only(journal, 'line.dialling')[0], languages), steps, written };
}

/** The event without what the journal gave it. */
export function draftOf(event: CallEvent): CallEventDraft {
  const draft: Partial<CallEvent> = { ...event };
  delete draft.callId;
  delete draft.seq;
  delete draft.at;
  return draft as CallEventDraft;
}

function inputOf(
  { callId, phone, language, voice, prompt }: CallEventOf<'call.created'>,
  dialling: CallEventOf<'line.dialling'> | undefined,
  languages: CallInput['languages'],
): CallInput {
  const plan: CallPlan = { callId, phone, language, voice, prompt };
  return { plan, via: dialling?.via ?? '', simulated: dialling?.simulated ?? true, languages };
}

function only<T extends CallEvent['type']>(
  journal: readonly CallEvent[],
  type: T,
): readonly CallEventOf<T>[] {
  return journal.filter((event): event is CallEventOf<T> => event.type === type);
}
