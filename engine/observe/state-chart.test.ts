import { createActor } from 'xstate';
import { describe, expect, it } from 'vitest';
import { callMachine } from '../call/call.machine.ts';
import { statesOf } from '../call/call-recorder.ts';
import { changedMachine, TALKING_STATES } from '../testing/changed-machine.ts';
import { stateChart } from './state-chart.ts';

const chart = stateChart(callMachine);
const node = (id: string) => chart.nodes.find((one) => one.id === id);
const TALKING = 'live.conversation.held.talking';

describe('The chart of the call machine', () => {
  it('has its regions, states, beginnings and ends', () => {
    expect(chart.nodes.filter(({ parent }) => parent === 'live').map(({ name }) => name)).toEqual([
      'line',
      'conversation',
      'recording',
      'ledger',
    ]);
    expect(node('live')).toMatchObject({ kind: 'parallel', initial: true });
    expect(node('live.line')).toMatchObject({ kind: 'compound', initial: false });
    expect(node('live.line.preparing')).toMatchObject({
      kind: 'atomic',
      initial: true,
      invokes: ['openMedia'],
    });
    expect(node('live.conversation.over')?.kind).toBe('final');
    expect(node(`${TALKING}.hearing`)?.handles).toEqual(
      expect.arrayContaining(['speech.paused [mayAnswer]', 'speech.paused', 'speech.resumed']),
    );
  });

  it('has its transitions in words: events, times, kept promises, guards', () => {
    const of = (from: string, to: string) =>
      chart.edges
        .filter((edge) => edge.from === from && edge.to === to)
        .map(({ event, guard }) => ({ event, guard }));
    expect(of('live.line.connected.dialling', 'live.line.connected.ringing')).toEqual([
      { event: 'line.ringing', guard: undefined },
    ]);
    expect(of(`${TALKING}.listening`, `${TALKING}.reprompting`)).toEqual([
      { event: 'after 6 s', guard: 'mayReprompt' },
    ]);
    expect(of(`${TALKING}.recognising`, `${TALKING}.apologising`)).toEqual([
      { event: 'recognise failed', guard: undefined },
    ]);
    expect(of(`${TALKING}.yielding`, `${TALKING}.hearing`)).toEqual([
      { event: 'always', guard: 'callerSpeaks' },
    ]);
    expect(of('live', 'ended')).toEqual([{ event: 'done', guard: undefined }]);
  });

  it('names states as the machine itself does, and no edge leads nowhere', () => {
    const ids = new Set(chart.nodes.map(({ id }) => id));
    const { value } = createActor(callMachine, {
      input: { plan: {} as never, via: '', simulated: true, languages: ['ru'] },
    }).getSnapshot();
    for (const state of statesOf(value)) expect(ids).toContain(state);
    for (const { from, to } of chart.edges) {
      expect(ids).toContain(from);
      expect(ids).toContain(to);
    }
    expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
  });

  it('is the machine: a state that is added to a copy is in the copy’s chart, with the way to it', () => {
    const copy = stateChart(
      changedMachine([...TALKING_STATES, 'musing'], {
        on: { 'speech.started': '#hearing' },
        after: { 3_000: '#closing' },
      }),
    );
    const added = copy.nodes.filter(({ id }) => node(id) === undefined);
    expect(added).toMatchObject([
      { id: `${TALKING}.musing`, parent: TALKING, name: 'musing', kind: 'atomic' },
    ]);
    expect(copy.edges.filter(({ from }) => from === `${TALKING}.musing`)).toMatchObject([
      { to: `${TALKING}.hearing`, event: 'speech.started' },
      { to: 'live.conversation.held.closing', event: 'after 3 s' },
    ]);
  });
});
