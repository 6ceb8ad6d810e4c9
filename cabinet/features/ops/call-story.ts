import type { CallEvent } from '../../../engine/contract/call-event.ts';
import { statesAt, type TraceStep } from '../../../engine/contract/call-trace.ts';
import { foldJournal, type CallView } from '../../../engine/contract/fold-call.ts';
import type { OpsCallNews } from '../../api/types.ts';

/** One call as its stream has told it so far: plain data, a new one for each piece of news. */
export interface CallStory {
  readonly events: readonly CallEvent[];
  readonly steps: readonly TraceStep[];
}

export const NO_STORY: CallStory = { events: [], steps: [] };

/** What tells of the call itself. */
export type StoryNews = Exclude<OpsCallNews, { kind: 'media' }>;

/** The same news twice change nothing. */
export function hear({ events, steps }: CallStory, news: StoryNews): CallStory {
  if (news.kind === 'event') {
    const known = events.some(({ seq }) => seq === news.event.seq);
    return known ? { events, steps } : { events: [...events, news.event], steps };
  }
  const { first } = news;
  if (first > steps.length) return { events, steps };
  return {
    events,
    steps: [...steps.slice(0, first), ...news.steps, ...steps.slice(first + news.steps.length)],
  };
}

/** How things stood after one step of the machine. */
export interface Moment {
  readonly step: TraceStep | undefined;
  readonly states: readonly string[];
  readonly view: CallView | undefined;
  readonly events: readonly CallEvent[];
}

/** After step `at`; undefined: as things stand now. Where no step is known, the journal alone is told. */
export function momentOf({ events, steps }: CallStory, at: number | undefined): Moment {
  const index = at ?? steps.length - 1;
  const step = steps[index];
  const isLast = index === steps.length - 1;
  const until = step === undefined || isLast ? events : events.filter(({ seq }) => seq <= step.seq);
  return { step, states: statesAt(steps, index), view: foldJournal(masked(until)), events: until };
}

/** A stream that went on in the middle has no beginning; what cannot be folded is not shown. */
function masked(events: readonly CallEvent[]): readonly CallEvent[] {
  return events[0]?.type === 'call.created' ? events : [];
}
