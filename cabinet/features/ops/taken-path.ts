import { statesAt, type TraceStep } from '../../../engine/contract/call-trace.ts';
import type { ChartEdge, StateChart } from '../../../engine/contract/state-chart.ts';

/** What of a chart a call has been through. */
export interface TakenPath {
  /** States that are active, those around them too. */
  readonly active: ReadonlySet<string>;
  readonly visited: ReadonlySet<string>;
  /** Transitions of all steps, and of the last one. */
  readonly taken: ReadonlySet<string>;
  readonly latest: ReadonlySet<string>;
}

/** The way of a call through the chart up to step `at`, read from the states it was in and the events it was told. */
export function takenPath(chart: StateChart, steps: readonly TraceStep[], at: number): TakenPath {
  const visited = new Set<string>();
  const taken = new Set<string>();
  let latest: ReadonlySet<string> = new Set();
  let before: ReadonlySet<string> = new Set();
  for (const step of steps.slice(0, at + 1)) {
    const after = step.states === undefined ? before : withParents(step.states);
    latest = step.states === undefined ? new Set() : new Set(edgesOf(chart, step, before, after));
    for (const state of after) visited.add(state);
    for (const edge of latest) taken.add(edge);
    // States that were left at once are in no snapshot.
    for (const edge of chart.edges) if (latest.has(edge.id)) visited.add(edge.to);
    before = after;
  }
  return { active: withParents(statesAt(steps, at)), visited, taken, latest };
}

/** `live.line.connected.ringing` → that, `live.line.connected`, `live.line`, `live`. */
export function withParents(states: readonly string[]): ReadonlySet<string> {
  return new Set(
    states.flatMap((state) => state.split('.').map((_, at, parts) => parts.slice(0, at + 1).join('.'))),
  );
}

/** The chart's words for what the trace says: `after 6000` → `after 6 s`, `recognise.done` → `recognise done`. */
function eventWords({ from, type }: TraceStep): string {
  if (from === 'timer') return `after ${Number(type.replace('after ', '')) / 1000} s`;
  return type.replace(/\.(done|failed)$/, ' $1');
}

function edgesOf(
  { edges }: StateChart,
  step: TraceStep,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): readonly string[] {
  const event = eventWords(step);
  const entered = (state: string): boolean => after.has(state) && !before.has(state);
  const out = edges.filter((edge) => before.has(edge.from) && edge.event === event);
  const way = out.flatMap((edge) => {
    if (entered(edge.to)) return [edge.id];
    // A state that is left at once, by a question that needs no event.
    const on = edges.find((next) => next.from === edge.to && next.event === 'always' && entered(next.to));
    return on === undefined ? [] : [edge.id, on.id];
  });
  if (way.length > 0) return way;
  // What the machine told itself (it raises `hangup`, a part comes to its end).
  const own = (edge: ChartEdge): boolean =>
    before.has(edge.from) && entered(edge.to) && edge.event !== 'always';
  return edges.filter(own).map(({ id }) => id);
}
