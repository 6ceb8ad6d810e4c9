import ELK from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import { callMachine } from '../../../engine/call/call.machine.ts';
import { stateChart } from '../../../engine/observe/state-chart.ts';
import { SseReader } from '../../api/sse-reader.ts';
import { liveThrough } from '../../testing/fake-ops.ts';
import { hear, momentOf, NO_STORY } from './call-story.ts';
import { soundOf, stepAt } from './call-sound.ts';
import { layoutChart } from './chart-layout.ts';
import { gaugesOf } from './media-gauges.ts';
import { hearMedia, silentSec, type MediaHistory, type MediaSample } from './media-history.ts';
import { takenPath } from './taken-path.ts';
import { replyWaits } from './waterfall.ts';

const chart = stateChart(callMachine);
const lived = await liveThrough();
const TALKING = 'live.conversation.held.talking';
const pair = (id: string): string => {
  const edge = chart.edges.find((one) => one.id === id)!;
  return `${edge.from.replace(`${TALKING}.`, '')} → ${edge.to.replace(`${TALKING}.`, '')}`;
};

describe('The ops screen’s parts', () => {
  it('read Server-Sent Events, however they are cut', () => {
    const text = 'retry: 5\n\nevent: calls\ndata: {"a":1}\n\nid: 7\ndata: {"b":2}\n\ndata: half';
    for (const size of [1, 3, 1_000]) {
      const reader = new SseReader();
      const heard = [];
      for (let at = 0; at < text.length; at += size) heard.push(...reader.push(text.slice(at, at + size)));
      expect(heard).toEqual([
        { name: 'calls', data: '{"a":1}' },
        { name: 'message', data: '{"b":2}' },
      ]);
    }
  });

  it('put a call together out of news that come twice, in pieces', () => {
    let story = NO_STORY;
    const news = [
      { kind: 'steps' as const, first: 0, steps: lived.steps.slice(0, 4) },
      ...lived.events.map((event) => ({ kind: 'event' as const, event })),
      { kind: 'steps' as const, first: 4, steps: lived.steps.slice(4) },
      { kind: 'steps' as const, first: 0, steps: [...lived.steps] },
      { kind: 'steps' as const, first: 999, steps: lived.steps.slice(0, 1) },
    ];
    for (const one of [...news, ...news]) story = hear(story, one);
    expect(story).toEqual(lived);
  });

  it('go back in time: states, words and events as they were after a step', () => {
    const answered = lived.steps.findIndex(({ type }) => type === 'line.answered');
    const then = momentOf(lived, answered);
    expect(then.states).toContain(`${TALKING}.greeting.audible`);
    expect(then.view).toMatchObject({ status: 'in_progress', transcript: [] });
    const now = momentOf(lived, undefined);
    expect(now.states).toContain(`${TALKING}.hearing`);
    expect(now.view?.transcript.map(({ speaker }) => speaker)).toEqual([
      'assistant',
      'user',
      'assistant',
      'user',
    ]);
  });

  it('find the way through the chart: what is active, what was, by which transitions', () => {
    const at = lived.steps.findIndex(({ type }) => type === 'turn.ended');
    const path = takenPath(chart, lived.steps, at);
    expect(path.active).toContain('live.conversation');
    expect(path.active).toContain(`${TALKING}.recognising`);
    expect([...path.latest].map(pair)).toEqual(['hearing → recognising']);
    const taken = [...path.taken].map(pair);
    expect(taken).toEqual(
      expect.arrayContaining(['greeting → yielding', 'yielding → listening', 'listening → hearing']),
    );
    expect(taken).not.toContain('recognising → apologising');
    expect(path.visited).not.toContain(`${TALKING}.reprompting`);
  });

  it('know which step a moment of the recording belongs to, and back', () => {
    const answered = lived.steps.findIndex(({ type }) => type === 'line.answered');
    expect(stepAt(lived.steps, 0)).toBe(answered);
    const ended = lived.steps.findIndex(({ type }) => type === 'turn.ended');
    expect(lived.steps[stepAt(lived.steps, soundOf(lived.steps, ended))!]!.ms).toBe(lived.steps[ended]!.ms);
    expect(stepAt(lived.steps.slice(0, answered), 0)).toBeUndefined();
  });

  it('lay out every state and every transition, children within their parents', async () => {
    const placed = await layoutChart(chart, new ELK());
    expect(placed.nodes.map(({ node }) => node.id).sort()).toEqual(chart.nodes.map(({ id }) => id).sort());
    const drawn = new Set(placed.edges.filter(({ points }) => points.length > 1).map(({ id }) => id));
    const outer = chart.edges.filter(({ from }) => from === 'live').map(({ id }) => id);
    expect(chart.edges.filter(({ id }) => !drawn.has(id) && !outer.includes(id))).toEqual([]);
    const byId = new Map(placed.nodes.map((one) => [one.node.id, one]));
    for (const { node, x, y, width, height } of placed.nodes) {
      const parent = node.parent === undefined ? { x: 0, y: 0, ...placed } : byId.get(node.parent)!;
      expect(x, node.id).toBeGreaterThanOrEqual(parent.x);
      expect(y, node.id).toBeGreaterThanOrEqual(parent.y);
      expect(x + width, node.id).toBeLessThanOrEqual(parent.x + parent.width + 0.01);
      expect(y + height, node.id).toBeLessThanOrEqual(parent.y + parent.height + 0.01);
    }
  });

  it('tell a reply’s pause in parts that make up the whole', () => {
    const waits = replyWaits(lived.events);
    expect(waits).toHaveLength(1);
    expect(waits[0]!.gapMs).toBe(700);
    expect(waits[0]!.parts.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(700);
    expect(replyWaits([])).toEqual([]);
  });
});

/** After `second` seconds, with so many of the caller's packets come and gone by then. */
const sample = (second: number, told: Partial<MediaSample> = {}): MediaSample => ({
  ...{ received: second * 50, lost: 0, late: 0, reordered: 0, duplicate: 0, strangers: 0 },
  ...{ concealedFrames: 0, jitterMs: 2, bufferMs: 25, sent: second * 50, loopback: false },
  lateness: { p50Ms: 0.3, p99Ms: 1.5, maxMs: 2, lastSecondMaxMs: 1, worstMs: 3 },
  ...told,
});
const told = (samples: readonly MediaSample[]): MediaHistory =>
  samples.reduce<MediaHistory>(
    (history, numbers) => hearMedia(history, { kind: 'media', here: true, numbers }),
    { here: true, samples: [] },
  );
const seconds = (count: number, of: (second: number) => Partial<MediaSample> = () => ({})): MediaSample[] =>
  Array.from({ length: count }, (_, n) => sample(n + 1, of(n + 1)));
const words = (samples: readonly MediaSample[]): readonly string[] =>
  gaugesOf(samples).map((gauge) => `${gauge.value} ${gauge.tone} ${gauge.words}`);

describe('The live numbers', () => {
  it('keep the latest minute, each second once', () => {
    const all = seconds(90);
    const history = told([...all, ...all.slice(-3)]);
    expect(history.samples).toEqual(all.slice(-62));
    expect(gaugesOf(history.samples)[0]!.points.map(({ agoSec }) => agoSec)).toEqual(
      Array.from({ length: 61 }, (_, n) => 60 - n),
    );
    expect(hearMedia(history, { kind: 'media', here: false, numbers: null })).toEqual({
      here: false,
      samples: [],
    });
  });

  it('say in words what is bad, of the latest ten seconds', () => {
    expect(words(seconds(20))).toEqual([
      '0,0 % good не слышны',
      '0,0 % good успевают',
      '2,0 мс good буферу по силам',
      '1,5 мс good ритм ровный',
    ]);
    // One packet of 50 is lost in each second up to the tenth: it is over.
    const mended = seconds(21, (n) => ({ lost: Math.min(n, 10), received: n * 50 - Math.min(n, 10) }));
    expect(words(mended)[0]).toBe('0,0 % good не слышны');
    expect(gaugesOf(mended)[0]!.points.map(({ value }) => value)).toContain(0.02);
    expect(words(mended.slice(0, 10))[0]).toBe('2,0 % warm потери заметны');
    const lateness = { p50Ms: 1, p99Ms: 21, maxMs: 40, lastSecondMaxMs: 40, worstMs: 40 };
    const bad = seconds(12, (n) => ({ lost: n * 3, received: n * 47, late: n, jitterMs: 31, lateness }));
    expect(words(bad)).toEqual([
      '6,0 % bad речь рвётся',
      '2,1 % warm опоздания слышны',
      '31,0 мс warm сеть дрожит',
      '21,0 мс bad сервер не успевает',
    ]);
  });

  it('bear one sample, packets that turn up after all, and a caller whose packets stop', () => {
    expect(gaugesOf([])).toEqual([]);
    expect(words([sample(1, { lost: 1, received: 49 })])[0]).toBe('2,0 % warm потери заметны');
    const found = [sample(1, { lost: 2, received: 48 }), sample(2, { lost: 0, received: 100 })];
    expect(words(found)[0]).toBe('0,0 % good не слышны');
    expect(silentSec(found)).toBe(0);
    expect(silentSec(seconds(9, (n) => ({ received: Math.min(n, 5) * 50 })))).toBe(4);
  });
});
