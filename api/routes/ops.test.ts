import { request, type IncomingMessage } from 'node:http';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallId } from '../../engine/contract/ids.ts';
import type { MediaNumbers } from '../../engine/contract/media-numbers.ts';
import { ORDER, UNANSWERED_CALL } from '../persistence/testing/test-persistence.ts';
import { OpsCallNews, type OpsCalls } from '../schemas/ops.ts';
import { testApp, WITH_KEY, type TestApp } from '../testing/test-app.ts';

let test: TestApp;
let callId: CallId;
let origin: string;

beforeEach(async () => {
  test = await testApp();
  callId = await test.store.createCall(ORDER);
  origin = await test.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => test.app.close());

const STEP = {
  ms: 0,
  from: 'outside',
  type: 'start',
  seq: 1,
  did: ['openMedia'],
  states: ['live.line.preparing'],
};

const NUMBERS: MediaNumbers = {
  ...{ received: 1_480, lost: 3, late: 1, reordered: 2, duplicate: 0, strangers: 0, concealedFrames: 4 },
  ...{ jitterMs: 1.25, bufferMs: 24, sent: 1_500, loopback: true },
  lateness: { p50Ms: 0.3, p99Ms: 1.8, maxMs: 2.5, lastSecondMaxMs: 1.1, worstMs: 4 },
};

interface Stream {
  readonly answer: IncomingMessage;
  messages(name?: string): readonly unknown[];
  leave(): void;
}

function follow(path: string): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const asked = request(origin + path, { headers: WITH_KEY, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const blocks = () => text.split('\n\n').filter((block) => block.includes('data: '));
      const nameOf = (block: string) => /^event: (\w+)$/m.exec(block)?.[1];
      resolve({
        answer,
        messages: (name?: string) =>
          blocks()
            .filter((block) => nameOf(block) === name)
            .map((block) => JSON.parse(/^data: (.*)$/m.exec(block)![1]!) as unknown),
        leave: () => asked.destroy(),
      });
    });
    asked.on('error', reject).end();
  });
}

const lists = (stream: Stream) => stream.messages('calls') as OpsCalls[];
const newsOf = (stream: Stream) => stream.messages() as OpsCallNews[];
type MediaNews = Extract<OpsCallNews, { kind: 'media' }>;
const mediaOf = (stream: Stream) => newsOf(stream).filter((one): one is MediaNews => one.kind === 'media');

function place(): void {
  test.engine.place({ callId, phone: ORDER.phone, language: 'auto', voice: 'female', prompt: '' });
}

describe('The routes of those who watch over calls', () => {
  it.each([
    ['GET', '/ops/chart'],
    ['GET', '/ops/calls'],
    ['GET', '/ops/events'],
    ['GET', '/ops/calls/x/events'],
    ['POST', '/ops/calls/x/hangup'],
  ] as const)('%s %s needs the key', async (method, url) => {
    expect((await test.app.inject({ method, url })).statusCode).toBe(401);
    const wrong = await test.app.inject({ method, url, headers: { 'x-api-key': 'wrong' } });
    expect(wrong.statusCode).toBe(401);
  });

  it('gives the chart of the engine’s own machine', async () => {
    const answer = await test.app.inject({ url: '/ops/chart', headers: WITH_KEY });
    expect(answer.json()).toEqual({ chart: test.engine.chart() });
  });

  it('lists calls with where their machine is, and no number', async () => {
    place();
    test.engine.step(STEP);
    const over = await test.store.createCall(ORDER);
    test.store.happen(over, ...UNANSWERED_CALL);
    const answer = await test.app.inject({ url: '/ops/calls', headers: WITH_KEY });
    const { calls } = answer.json<OpsCalls>();
    expect(calls.map((call) => call.call_id)).toEqual([callId, over]);
    expect(calls[0]).toMatchObject({ here: true, states: ['live.line.preparing'], ended_at: null });
    expect(calls[1]).toMatchObject({ here: false, states: [], status: 'no_answer' });
    expect(answer.body).not.toContain(ORDER.phone.slice(2));
  });

  it('hangs up on a call that it holds, and only on that', async () => {
    const hangup = (id: string) =>
      test.app.inject({ method: 'POST', url: `/ops/calls/${id}/hangup`, headers: WITH_KEY });
    expect((await hangup('nobody')).statusCode).toBe(404);
    expect((await hangup(callId)).json()).toMatchObject({ error: { code: 'CALL_NOT_HERE' } });
    place();
    expect((await hangup(callId)).json()).toEqual({ call_id: callId });
    expect(test.engine.hungUp).toEqual([callId]);
  });

  it('tells of all calls at once, and within 300 ms of what happens, whoever holds the call', async () => {
    const stream = await follow('/ops/events');
    expect(stream.answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await expect.poll(() => lists(stream).length).toBe(1);
    test.store.happen(callId, { type: 'line.dialling', via: 'simulator', simulated: true });
    const toldMs = performance.now();
    await expect.poll(() => lists(stream).at(-1)?.calls[0]?.status, { interval: 5 }).toBe('dialing');
    expect(performance.now() - toldMs).toBeLessThan(300);
    stream.leave();
  });

  it('tells a call from the inside: its journal, and its machine’s steps as they are taken', async () => {
    place();
    test.engine.step(STEP);
    const stream = await follow(`/ops/calls/${callId}/events`);
    const news = () => newsOf(stream).filter(({ kind }) => kind !== 'media');
    await expect
      .poll(() =>
        news()
          .map(({ kind }) => kind)
          .sort(),
      )
      .toEqual(['event', 'steps']);
    test.engine.step({ ...STEP, ms: 5, type: 'openMedia.done', from: 'openMedia' });
    await expect.poll(() => news().at(-1)).toMatchObject({ kind: 'steps', first: 1, steps: [{ ms: 5 }] });
    expect(JSON.stringify(news())).not.toContain(ORDER.phone.slice(2));
    stream.leave();
  });

  it('tells how the sound of a call fares, once a second, and that it is not for us to know', async () => {
    const stream = await follow(`/ops/calls/${callId}/events`);
    await expect.poll(() => mediaOf(stream)).toEqual([{ kind: 'media', here: false, numbers: null }]);
    place();
    test.store.happen(callId, ...UNANSWERED_CALL.slice(0, 1));
    const waiting = { kind: 'media', here: true, numbers: null };
    await expect.poll(() => mediaOf(stream).slice(1)).toEqual([waiting]);
    test.engine.numbers = NUMBERS;
    await expect.poll(() => mediaOf(stream).length, { timeout: 3_000 }).toBe(3);
    test.engine.numbers = { ...NUMBERS, lost: 4, sent: 1_550 };
    await expect.poll(() => mediaOf(stream).length, { timeout: 3_000 }).toBe(4);
    const told = mediaOf(stream).slice(2);
    expect(told.map(({ numbers }) => numbers)).toEqual([NUMBERS, test.engine.numbers]);
    for (const one of told) expect(Value.Errors(OpsCallNews, one)).toEqual([]);
    stream.leave();
  });

  it('tells the steps of a call from where it came out of the queue', async () => {
    const stream = await follow(`/ops/calls/${callId}/events`);
    await expect.poll(() => newsOf(stream).some(({ kind }) => kind === 'event')).toBe(true);
    place();
    test.engine.step(STEP);
    test.store.happen(callId, ...UNANSWERED_CALL.slice(0, 1));
    await expect.poll(() => newsOf(stream)).toContainEqual({ kind: 'steps', first: 0, steps: [STEP] });
    stream.leave();
  });

  it('tells the steps of a call that has ended out of its journal, and that there is no more', async () => {
    const [ended, ...before] = [...UNANSWERED_CALL].reverse();
    const traced = { type: 'call.traced' as const, languages: ['ru' as const], steps: [STEP] };
    test.store.happen(callId, ...before.reverse(), traced, ended!);
    const stream = await follow(`/ops/calls/${callId}/events`);
    await expect.poll(() => stream.messages('over').length).toBe(1);
    const news = newsOf(stream);
    expect(news).toContainEqual({ kind: 'steps', first: 0, steps: [STEP] });
    expect(news.filter(({ kind }) => kind === 'event')).toHaveLength(UNANSWERED_CALL.length + 1);
    expect((await follow('/ops/calls/nobody/events')).answer.statusCode).toBe(404);
  });
});
