import { request, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DemoSession } from '../persistence/store.ts';
import { ORDER, UNANSWERED_CALL } from '../persistence/testing/test-persistence.ts';
import { testApp, type TestApp } from '../testing/test-app.ts';

let test: TestApp;
let session: DemoSession;
let origin: string;

beforeEach(async () => {
  test = await testApp();
  session = await test.store.createDemoSession(ORDER);
  origin = await test.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => test.app.close());

/** An open stream, and what has come over it. */
interface Stream {
  readonly answer: IncomingMessage;
  readonly closed: Promise<void>;
  text(): string;
  leave(): void;
}

function follow(
  path = `/demo/session/${session.id}/events`,
  headers: Record<string, string> = {},
): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const asked = request(origin + path, { headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const closed = new Promise<void>((done) => answer.on('close', () => done()));
      resolve({ answer, closed, text: () => text, leave: () => asked.destroy() });
    });
    asked.on('error', reject).end();
  });
}

const idsOf = (stream: Stream): number[] =>
  [...stream.text().matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
const until = (stream: Stream, words: string) => expect.poll(() => stream.text()).toContain(words);

describe('GET /demo/session/{id}/events', () => {
  it('tells the demo as it happens, with the server’s clock, and ends when it is over', async () => {
    const stream = await follow();
    expect(stream.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    await until(stream, 'call.created');
    expect(stream.text()).toMatch(/^retry: \d+\n\nevent: hello\ndata: {"now":"[^"]+Z"}\n\nid: 1\n/);
    expect(stream.text()).not.toContain(ORDER.phone);
    test.store.happen(session.callId, ...UNANSWERED_CALL);
    await stream.closed;
    expect(idsOf(stream)).toEqual([1, 2, 3, 4, 5]);
    expect(stream.text()).toMatch(/event: over\ndata: {"now":"[^"]+"}\n\n$/);
  });

  it('goes on after the last id, from the header or the address', async () => {
    test.store.happen(session.callId, ...UNANSWERED_CALL);
    const path = `/demo/session/${session.id}/events`;
    for (const [address, headers, ids] of [
      [path, { 'last-event-id': '3' }, [4, 5]],
      [`${path}?after_seq=4`, {}, [5]],
      [`${path}?after_seq=2`, { 'last-event-id': '5' }, []],
      [path, { 'last-event-id': 'nonsense' }, [1, 2, 3, 4, 5]],
    ] as const) {
      const stream = await follow(address, headers);
      await stream.closed;
      expect(idsOf(stream)).toEqual(ids);
    }
  });

  it('refuses what it does not know, in the one shape of errors', async () => {
    for (const [path, status, code] of [
      ['/demo/session/nobody/events', 404, 'SESSION_NOT_FOUND'],
      [`/demo/session/${session.id}/events?after_seq=-1`, 400, 'INVALID_AFTER_SEQ'],
    ] as const) {
      const answer = await test.app.inject({ url: path });
      expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([
        status,
        code,
      ]);
    }
    const head = await test.app.inject({ method: 'HEAD', url: `/demo/session/${session.id}/events` });
    expect(head.statusCode).toBe(405);
  });

  it('has four seats a session, and a seat is free again when its visitor has gone', async () => {
    const streams = await Promise.all([1, 2, 3, 4].map(() => follow()));
    const fifth = await test.app.inject({ url: `/demo/session/${session.id}/events` });
    expect([fifth.statusCode, fifth.json<{ error: { code: string } }>().error.code]).toEqual([
      429,
      'TOO_MANY_STREAMS',
    ]);
    streams[0]?.leave();
    await expect
      .poll(async () => {
        const stream = await follow();
        stream.leave();
        return stream.answer.statusCode;
      })
      .toBe(200);
  });

  it('sends its visitors away while the database is away, and when the app closes', async () => {
    const stream = await follow();
    await until(stream, 'call.created');
    test.store.failure = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
    await stream.closed;
    expect(stream.text()).not.toContain('over');
    expect((await follow()).answer.statusCode).toBe(503);
    test.store.failure = undefined;
    const again = await follow();
    await until(again, 'call.created');
    await test.app.close();
    await again.closed;
  });
});
