import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import { EngineBusyError } from '../../engine/contract/errors.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { CallCreated, CallEvents, CallSessionAnswer } from '../schemas/call.ts';
import { ErrorBody } from '../schemas/error.ts';
import { testApp, WITH_KEY, type TestApp } from '../testing/test-app.ts';

let test: TestApp;
beforeEach(async () => {
  test = await testApp();
});
afterEach(async () => {
  await test.app.close();
});

const post = (payload: unknown, headers: Record<string, string> = WITH_KEY) =>
  test.app.inject({
    method: 'POST',
    url: '/call',
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
const get = (url: string, headers: Record<string, string> = WITH_KEY) => test.app.inject({ url, headers });

const PHONE = '+79161234567';
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

describe('POST /call (V1)', () => {
  it('answers with exactly the call’s id and created', async () => {
    const answer = await post({ phone: PHONE });
    expect(answer.statusCode).toBe(200);
    const body: unknown = answer.json();
    expect(Object.keys(body as object)).toEqual(['call_id', 'status']);
    expect(Value.Check(CallCreated, body)).toBe(true);
    expect((body as CallCreated).call_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });

  it('stores 8… as +7… and fills in what was not given', async () => {
    await post({ phone: '89161234567' });
    expect(test.store.orders).toEqual([{ phone: PHONE, language: 'auto', voice: 'neutral', prompt: '' }]);
  });

  it('passes on language, voice and prompt, in either letter case, and ignores unknown fields', async () => {
    await post({ phone: PHONE, language: 'FA-AF', voice: 'Male', prompt: 'про окна', crm_id: 17 });
    expect(test.store.orders).toEqual([
      { phone: PHONE, language: 'fa-af', voice: 'male', prompt: 'про окна' },
    ]);
  });

  it('takes a prompt of 4000 characters of any kind', async () => {
    const prompt = '🙂'.repeat(4000);
    const escaped = `{"phone":"${PHONE}","prompt":"${'\\ud83d\\ude42'.repeat(4000)}"}`;
    expect((await post(escaped)).statusCode).toBe(200);
    expect(test.store.orders[0]?.prompt).toBe(prompt);
  });

  it('wakes the dialler, and answers all the same when that fails', async () => {
    const woken: string[] = [];
    await test.app.close();
    test = await testApp({
      onCallCreated: (callId) => {
        woken.push(callId);
        throw new EngineBusyError('all lines are busy');
      },
    });
    const answer = await post({ phone: PHONE });
    expect(answer.statusCode).toBe(200);
    expect(woken).toEqual([answer.json<CallCreated>().call_id]);
  });

  it.each([
    ['no phone', {}, 400, 'INVALID_PHONE'],
    ['a number as phone', { phone: 79161234567 }, 400, 'INVALID_PHONE'],
    ['phone null', { phone: null }, 400, 'INVALID_PHONE'],
    ['nine digits', { phone: '+7916123456' }, 400, 'INVALID_PHONE'],
    ['eleven digits', { phone: '+791612345678' }, 400, 'INVALID_PHONE'],
    ['+8', { phone: '+89161234567' }, 400, 'INVALID_PHONE'],
    ['7 without +', { phone: '79161234567' }, 400, 'INVALID_PHONE'],
    ['spaces in the phone', { phone: '+7 916 123 45 67' }, 400, 'INVALID_PHONE'],
    ['a line end after the phone', { phone: `${PHONE}\n` }, 400, 'INVALID_PHONE'],
    ['Arabic digits', { phone: '+7٩١٦١٢٣٤٥٦٧' }, 400, 'INVALID_PHONE'],
    ['an unknown language', { phone: PHONE, language: 'xx' }, 400, 'INVALID_LANGUAGE'],
    ['a language of a wrong type', { phone: PHONE, language: ['ru'] }, 400, 'INVALID_LANGUAGE'],
    ['an unknown voice', { phone: PHONE, voice: 'robot' }, 400, 'INVALID_VOICE'],
    ['voice null', { phone: PHONE, voice: null }, 400, 'INVALID_VOICE'],
    ['a prompt of 4001 characters', { phone: PHONE, prompt: 'я'.repeat(4001) }, 400, 'PROMPT_TOO_LONG'],
    ['a prompt of 1 MB', { phone: PHONE, prompt: 'x'.repeat(1 << 20) }, 413, 'PAYLOAD_TOO_LARGE'],
    ['a prompt of a wrong type', { phone: PHONE, prompt: { text: 'x' } }, 400, 'INVALID_PROMPT'],
    ['a prompt that PostgreSQL cannot store', { phone: PHONE, prompt: 'a\u0000b' }, 400, 'INVALID_PROMPT'],
    ['a list', [PHONE], 400, 'INVALID_BODY'],
    ['null', 'null', 400, 'INVALID_BODY'],
    ['nothing', '', 400, 'INVALID_BODY'],
    ['broken JSON', '{"phone": ', 400, 'INVALID_JSON'],
    ['a poisoned prototype', `{"phone":"${PHONE}","__proto__":{"a":1}}`, 400, 'INVALID_JSON'],
  ])('refuses %s and leaves no row behind', async (_what, payload, status, code) => {
    const answer = await post(payload);
    expectError(answer, status, code);
    expect(test.store.rowCount).toBe(0);
  });

  it('refuses another content type', async () => {
    expectError(
      await post(`{"phone":"${PHONE}"}`, { ...WITH_KEY, 'content-type': 'text/plain' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    );
    expectError(
      await test.app.inject({ method: 'POST', url: '/call', headers: WITH_KEY }),
      400,
      'INVALID_BODY',
    );
    expect(test.store.rowCount).toBe(0);
  });

  it.each([
    ['no key', {}],
    ['an empty key', { 'x-api-key': '' }],
    ['a wrong key', { 'x-api-key': 'the-key-of-the-testz' }],
    ['the beginning of the key', { 'x-api-key': 'the-key' }],
  ])('refuses %s before it looks at the body', async (_what, headers) => {
    for (const payload of [{ phone: PHONE }, { phone: 'x' }, '{broken', 'x'.repeat(1 << 20)]) {
      expectError(await post(payload, headers), 401, 'UNAUTHORIZED');
    }
    expect(test.store.rowCount).toBe(0);
  });

  it('says 503 when the database does not answer, or no line is free, and tells nothing else', async () => {
    test.store.failure = Object.assign(new Error('connect ECONNREFUSED secret-host'), {
      code: 'ECONNREFUSED',
    });
    const down = await post({ phone: PHONE });
    expectError(down, 503, 'DATABASE_UNAVAILABLE');
    expect(down.body).not.toContain('secret-host');
    expect(down.headers['retry-after']).toBe('60');
    // node-postgres has no code for a connection that took too long.
    test.store.failure = new Error('timeout exceeded when trying to connect');
    expectError(await post({ phone: PHONE }), 503, 'DATABASE_UNAVAILABLE');
    test.store.failure = new EngineBusyError('all 3 lines are busy');
    expectError(await post({ phone: PHONE }), 503, 'ENGINE_BUSY');
    test.store.failure = new Error(`insert failed: ${PHONE}`);
    const broken = await post({ phone: PHONE });
    expectError(broken, 500, 'INTERNAL');
    expect(broken.body).not.toContain(PHONE);
  });
});

describe('GET /call/{id} (V2)', () => {
  it('answers with exactly CallSession’s fields', async () => {
    const id = toCallId((await post({ phone: PHONE })).json<CallCreated>().call_id);
    test.store.happen(
      id,
      { type: 'line.dialling', via: 'simulator', simulated: true },
      { type: 'line.answered' },
      { type: 'utterance.started', utterance: 1, kind: 'greeting', startMs: 100 },
      { type: 'utterance.finished', utterance: 1, endMs: 900, text: 'Здравствуйте!', complete: true },
      { type: 'call.ended', status: 'completed', reason: 'абонент повесил трубку', durationSec: 7 },
    );
    const answer = await get(`/call/${id.toUpperCase()}`);
    expect(answer.statusCode).toBe(200);
    const body: unknown = answer.json();
    expect(Value.Check(CallSessionAnswer, body)).toBe(true);
    expect(body).toEqual({
      id,
      phone: PHONE,
      status: 'completed',
      final_disposition: 'unknown',
      started_at: '2026-11-17T16:10:03.000Z',
      ended_at: '2026-11-17T16:10:06.000Z',
      duration_sec: 7,
      transcript: [{ speaker: 'assistant', text: 'Здравствуйте!', timestamp: '2026-11-17T16:10:04.000Z' }],
      short_summary: null,
    });
  });

  it.each([`/call/${UNKNOWN_ID}`, '/call/17', `/call/${UNKNOWN_ID}/events`, '/call/17/events'])(
    'does not know %s',
    async (url) => {
      expectError(await get(url), 404, 'CALL_NOT_FOUND');
      expectError(await get(url, {}), 401, 'UNAUTHORIZED');
    },
  );
});

describe('GET /call/{id}/events', () => {
  it('gives the journal in order, and only what is after a number', async () => {
    const id = toCallId((await post({ phone: PHONE })).json<CallCreated>().call_id);
    test.store.happen(id, { type: 'line.ringing' }, { type: 'line.dtmf', digit: '5' });
    const all = (await get(`/call/${id}/events`)).json<CallEvents>();
    expect(Value.Check(CallEvents, all)).toBe(true);
    expect(all.events.map((event) => event.type)).toEqual(['call.created', 'line.ringing', 'line.dtmf']);
    expect(all.events[2]).toEqual({
      callId: id,
      seq: 3,
      at: '2026-11-17T16:10:03.000Z',
      type: 'line.dtmf',
      digit: '5',
    });
    const rest = (await get(`/call/${id}/events?after_seq=2`)).json<CallEvents>();
    expect(rest).toEqual({ call_id: id, last_seq: 3, events: all.events.slice(2) });
    expect((await get(`/call/${id}/events?after_seq=3`)).json()).toEqual({
      call_id: id,
      last_seq: 3,
      events: [],
    });
    expect((await get(`/call/${id}/events?after_seq=0`)).json<CallEvents>().events).toHaveLength(3);
  });

  it.each(['-1', 'x', '1.5', '9999999999', ''])('refuses after_seq=%s', async (value) => {
    expectError(await get(`/call/${UNKNOWN_ID}/events?after_seq=${value}`), 400, 'INVALID_AFTER_SEQ');
  });
});

function expectError(answer: Awaited<ReturnType<typeof get>>, status: number, code: string): void {
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  const body: unknown = answer.json();
  expect(Value.Check(ErrorBody, body)).toBe(true);
  expect((body as ErrorBody).error.code).toBe(code);
  expect((body as ErrorBody).error.message).toMatch(/[а-я]/);
}
