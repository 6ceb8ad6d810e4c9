import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { ChartEdge, ChartNode, StateChart } from '../contract/state-chart.ts';

/** What a state machine is, read from the machine itself: nothing of it is written down a second time. */
export function stateChart(machine: AnyStateMachine): StateChart {
  const states = statesUnder(machine.root);
  const edges = states.flatMap((state) =>
    transitionsOf(state).flatMap(({ targets, ...one }) =>
      targets.map((to) => ({ from: pathOf(state), to, ...one })),
    ),
  );
  return {
    id: machine.id,
    nodes: states.map(nodeOf),
    edges: edges.map((edge, at): ChartEdge => ({ id: `e${at}`, ...edge })),
  };
}

type Transition = AnyStateNode['always'] extends (infer T)[] | undefined ? T : never;

interface ReadTransition {
  readonly targets: readonly string[];
  readonly event: string;
  readonly guard?: string;
}

function statesUnder(state: AnyStateNode): AnyStateNode[] {
  return Object.values(state.states).flatMap((child) => [child, ...statesUnder(child)]);
}

function nodeOf(state: AnyStateNode): ChartNode {
  const { parent } = state;
  return {
    id: pathOf(state),
    ...(parent === undefined || parent.path.length === 0 ? {} : { parent: pathOf(parent) }),
    name: state.key,
    kind: state.type,
    initial: parent?.type !== 'parallel' && (parent?.initial.target.includes(state) ?? false),
    invokes: state.invoke.map(({ src }) => (typeof src === 'string' ? src : 'actor')),
    handles: [
      ...new Set(
        transitionsOf(state)
          .filter(({ targets }) => targets.length === 0)
          .map(({ event, guard }) => (guard === undefined ? event : `${event} [${guard}]`)),
      ),
    ],
  };
}

function transitionsOf(state: AnyStateNode): readonly ReadTransition[] {
  const all = [...(state.always ?? []), ...[...state.transitions.values()].flat()];
  return all.map((transition: Transition) => {
    const guard = nameOf(transition.guard);
    return {
      targets: transition.target?.map(pathOf) ?? [],
      event: eventWords(state, String(transition.eventType)),
      ...(guard === undefined ? {} : { guard }),
    };
  });
}

/** XState's own events in words: a promise that is kept, time that has passed, a part that has come to its end. */
function eventWords(state: AnyStateNode, type: string): string {
  if (type === '') return 'always';
  const [, delay] = /^xstate\.after\.(\d+)\./.exec(type) ?? [];
  if (delay !== undefined) return `after ${Number(delay) / 1000} s`;
  if (type.startsWith('xstate.done.state.')) return 'done';
  const [, how, id] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(type) ?? [];
  if (how === undefined) return type;
  const src = state.invoke.find((one) => one.id === id)?.src;
  return `${typeof src === 'string' ? src : 'actor'} ${how === 'done' ? 'done' : 'failed'}`;
}

/** Of a guard: its name; of one without a name, that there is one. */
function nameOf(guard: unknown): string | undefined {
  if (guard === undefined || guard === null) return undefined;
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'object' && 'type' in guard && typeof guard.type === 'string') return guard.type;
  return '…';
}

function pathOf(state: AnyStateNode): string {
  return state.path.join('.');
}
