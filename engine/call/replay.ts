import { isDeepStrictEqual } from 'node:util';
import type { CallEvent, CallEventDraft } from '../contract/call-event.ts';
import { statesAt } from '../contract/call-trace.ts';
import type { RecordedStep } from './call-recorder.ts';
import { callMachine } from './call.machine.ts';
import { draftOf, recordOf } from './replay-record.ts';
import { says, Telling } from './replay-telling.ts';

/** A timer that the record does not have is believed after so much: a busy process is late by less. */
const LATE_AT_MOST_MS = 500;

/** What a call did about one event, then and now. */
export interface Deed {
  /** What the machine asked of others. */
  readonly did: readonly string[];
  /** What it wrote into the journal. */
  readonly wrote: readonly CallEventDraft[];
  readonly states: readonly string[];
}

/** The first place where today's machine does something else. */
export interface Difference {
  /** The number of the journal's last event before it. */
  readonly afterSeq: number;
  /** The step of the record, from 1, and its time since the call began. */
  readonly step: number;
  readonly ms: number;
  /** The event that it is about: `media speech.sustained`; `timer`: the machine's own. */
  readonly event: string;
  readonly recorded: Deed;
  readonly today: Deed;
}

export interface ReplayReport {
  readonly steps: number;
  /** Journal events that were compared. */
  readonly events: number;
  readonly difference: Difference | undefined;
}

/**
 * Runs a recorded call again: today's machine is told what its predecessor was told, in the same order and at the same
 * times, and must ask for the same and write the same. It is compared step by step up to the first difference: what
 * comes after one would be told to a call that went another way. States are shown and not compared: a state that is
 * renamed or split and does the same is no other behaviour.
 * Throws NotReplayableError for a journal without a whole record.
 */
export async function replayCall(
  journal: readonly CallEvent[],
  machine: typeof callMachine = callMachine,
): Promise<ReplayReport> {
  const { input, steps, written } = recordOf(journal);
  const told = new Telling(machine, input);
  const report = (difference?: Difference): ReplayReport => ({
    steps: steps.length,
    events: written.length,
    difference,
  });
  let seq = 1;
  for (const [at, step] of steps.entries()) {
    const wrote = written.filter((event) => event.seq > seq && event.seq <= step.seq);
    const where = { afterSeq: seq, step: at + 1 };
    const strays = told.overdue(step.ms - LATE_AT_MOST_MS);
    if (says(strays)) {
      const recorded = { did: [], wrote: [], states: statesAt(steps, at - 1) };
      const ms = strays.at(-1)?.step.ms ?? step.ms;
      return report({ ...where, ms, event: 'timer', recorded, today: deedOf(strays, told.states) });
    }
    const done = await told.tell(step, wrote);
    const recorded = { did: step.did ?? [], wrote: wrote.map(draftOf), states: statesAt(steps, at) };
    const today = deedOf(done, told.states);
    if (!same(recorded, today))
      return report({ ...where, ms: step.ms, event: `${step.from} ${step.type}`, recorded, today });
    seq = step.seq;
  }
  return report();
}

function deedOf(steps: readonly RecordedStep[], states: readonly string[]): Deed {
  return {
    did: steps.flatMap(({ step }) => step.did ?? []),
    wrote: steps.flatMap(({ drafts }) => drafts),
    states,
  };
}

function same(one: Deed, other: Deed): boolean {
  return isDeepStrictEqual(plain([one.did, one.wrote]), plain([other.did, other.wrote]));
}

/** As it is after having been stored: without what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
