import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallId } from '../../engine/contract/ids.ts';
import { ListenReader, type CallListening, type ListenedFrame } from '../../engine/contract/listening.ts';
import { ORDER, UNANSWERED_CALL } from '../persistence/testing/test-persistence.ts';
import { testApp, WITH_KEY, type TestApp } from '../testing/test-app.ts';

let test: TestApp;
let callId: CallId;
let origin: string;
let lines: Record<string, unknown>[];

beforeEach(async () => {
  // Its own: an app that is closing still writes to the one before.
  const own: typeof lines = [];
  lines = own;
  const log = pino({ level: 'info' }, { write: (line) => own.push(JSON.parse(line) as (typeof lines)[0]) });
  test = await testApp({ log });
  callId = await test.store.createCall(ORDER);
  origin = await test.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => test.app.close());

interface Ears {
  readonly answer: IncomingMessage;
  readonly frames: ListenedFrame[];
  /** How it ended. */
  end: 'over' | 'cut' | undefined;
  leave(): void;
}

function listen(id: string = callId): Promise<Ears> {
  return new Promise((resolve) => {
    const asked = request(
      `${origin}/ops/calls/${id}/listen`,
      { headers: WITH_KEY, agent: false },
      (answer) => {
        const reader = new ListenReader();
        const ears: Ears = { answer, frames: [], end: undefined, leave: () => asked.destroy() };
        answer
          .on('data', (bytes: Buffer) => ears.frames.push(...reader.push(bytes)))
          .on('end', () => (ears.end = 'over'))
          .on('error', () => (ears.end = 'cut'));
        resolve(ears);
      },
    );
    asked.on('error', () => undefined).end();
  });
}

const refusal = async (id: string): Promise<unknown> => {
  const answer = await test.app.inject({ url: `/ops/calls/${id}/listen`, headers: WITH_KEY });
  return [answer.statusCode, answer.json<{ error: { code: string } }>().error.code];
};
const place = (id: CallId = callId): void => {
  test.engine.place({ callId: id, phone: ORDER.phone, language: 'auto', voice: 'female', prompt: '' });
};
const sound = (nth: number, value: number): void =>
  test.engine.audience.hear(nth, new Int16Array(160).fill(value), new Int16Array(160).fill(-value));
const told = (message: string): object[] => lines.filter(({ msg }) => msg === message);

describe('Listening in', () => {
  it('needs the key, and a call that goes on here', async () => {
    const url = `/ops/calls/${callId}/listen`;
    expect((await test.app.inject({ url })).statusCode).toBe(401);
    expect((await test.app.inject({ url, headers: { 'x-api-key': 'wrong' } })).statusCode).toBe(401);
    expect(await refusal('nobody')).toEqual([404, 'CALL_NOT_FOUND']);
    expect(await refusal(callId)).toEqual([409, 'CALL_SOUND_NOT_HERE']);
    test.store.happen(callId, ...UNANSWERED_CALL);
    expect(await refusal(callId)).toEqual([409, 'CALL_OVER']);
    expect(told('somebody listens in to the call')).toEqual([]);
  });

  it('waits for the answer, gives both sides with their numbers, and ends with the call', async () => {
    place();
    const ears = await listen();
    expect(ears.answer.statusCode).toBe(200);
    expect(ears.answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    for (let nth = 0; nth < 40; nth += 1) sound(nth, nth);
    await expect.poll(() => ears.frames.length).toBe(40);
    expect(ears.frames.map(({ nth }) => nth)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect([...ears.frames[7]!.samples.subarray(0, 4)]).toEqual([7, -7, 7, -7]);
    sound(40, 1);
    test.engine.audience.close();
    await expect.poll(() => ears.end).toBe('over');
    expect(ears.frames).toHaveLength(41);
    await expect.poll(() => told('the listener has gone')).toHaveLength(1);
    expect(told('somebody listens in to the call')).toMatchObject([{ callId }]);
    expect(told('the listener has gone')).toMatchObject([{ callId, dropped: 0, how: 'call over' }]);
    expect(JSON.stringify(lines)).not.toContain(ORDER.phone.slice(2));
  });

  it('lets four in to a call and twelve in all, and whoever goes frees his place', async () => {
    place();
    const four = await Promise.all([listen(), listen(), listen(), listen()]);
    expect(await refusal(callId)).toEqual([429, 'LISTENERS_SPENT']);
    const others = await Promise.all([1, 2, 3].map(() => test.store.createCall(ORDER)));
    others.forEach(place);
    await Promise.all(others.slice(0, 2).flatMap((id) => [listen(id), listen(id), listen(id), listen(id)]));
    expect(await refusal(others[2]!)).toEqual([429, 'LISTENERS_SPENT']);
    four[0].leave();
    await expect.poll(() => told('the listener has gone')).toMatchObject([{ callId, how: 'left' }]);
    expect((await listen(others[2])).answer.statusCode).toBe(200);
  });

  it('frees the place of one who has gone while the database was asked', async () => {
    place();
    let answerAll = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answerAll = resolve));
    const ask = test.store.call.bind(test.store);
    let asked = 0;
    test.store.call = async (id) => {
      asked += 1;
      await answered;
      return ask(id);
    };
    const leavers = [1, 2, 3, 4].map(() =>
      request(`${origin}/ops/calls/${callId}/listen`, { headers: WITH_KEY, agent: false }).on(
        'error',
        () => undefined,
      ),
    );
    for (const leaver of leavers) leaver.end();
    await expect.poll(() => asked).toBe(4);
    for (const leaver of leavers) leaver.destroy();
    await expect
      .poll(() => new Promise((resolve) => test.app.server.getConnections((_error, count) => resolve(count))))
      .toBe(0);
    answerAll();
    expect((await listen()).answer.statusCode).toBe(200);
  });

  it('drops frames for one who does not read, tells how many, never waits for him, and throws him out', async () => {
    place();
    const sockets: Socket[] = [];
    test.app.server.on('connection', (socket) => sockets.push(socket));
    const slow = await listen();
    slow.answer.pause();
    const [taken] = test.engine.listenings as [CallListening];
    // How much the buffers between us hold is the system's business.
    for (let nth = 0; taken.dropped < 500; nth += 1) {
      sound(nth, 1);
      if (nth % 100 === 0) await new Promise(setImmediate);
    }
    expect(sockets.map(({ timeout }) => timeout)).toEqual([10_000]);
    sockets[0]!.emit('timeout');
    await expect.poll(() => told('the listener has gone')).toMatchObject([{ how: 'left' }]);
    expect(told('the listener has gone')).toMatchObject([{ dropped: taken.dropped }]);
    expect(await taken.take()).toBeUndefined();
    slow.answer.resume();
    await expect.poll(() => slow.end).toBe('cut');
  });

  it('cuts the connection when the server closes: the call is not over', async () => {
    place();
    const ears = await listen();
    sound(0, 1);
    await expect.poll(() => ears.frames.length).toBe(1);
    await test.app.close();
    await expect.poll(() => ears.end).toBe('cut');
  });
});
