import { connect } from 'node:net';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorBody } from '../../api/schemas/error.ts';
import { Client } from './client.ts';
import type { HaloProcess } from '../lib/halo-process.ts';
import { House } from './house.ts';

const UNKNOWN = '3f2b9c1e-7a54-4c1d-9b1f-0a1b2c3d4e5f';
const GOOD = { phone: '+79990000486' };

const house = new House();
let halo: HaloProcess;
let client: Client;
beforeAll(async () => {
  halo = await house.start();
  client = new Client(halo);
}, 120_000);
afterAll(() => house.close(), 60_000);

/** What an order leaves behind. */
async function traces(): Promise<Readonly<Record<string, number>>> {
  const [counts] = await house.query<Record<string, number>>(
    `select (select count(*)::int from calls) as calls, (select count(*)::int from call_events) as events,
            (select count(*)::int from demo_sessions) as sessions,
            (select count(*)::int from pgboss.job where name = 'dial') as jobs`,
  );
  return counts ?? {};
}

interface Refusal {
  readonly status: number;
  readonly code: string;
}

/** The answer's status and code; its body must be of the one shape of errors, with words for people. */
async function refusal(path: string, init: RequestInit = {}): Promise<Refusal> {
  const response = await client.send(path, init);
  const body: unknown = await response.json();
  expect([path, response.headers.get('content-type')]).toEqual([path, 'application/json; charset=utf-8']);
  const { error } = Value.Parse(ErrorBody, body);
  expect(error.message).toMatch(/[а-яё]/i);
  return { status: response.status, code: error.code };
}

const json = (body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** The bodies that neither POST /call nor POST /demo/session takes. */
const BAD_BODIES: readonly (readonly [what: string, body: unknown, status: number, code: string])[] = [
  ['no phone', {}, 400, 'INVALID_PHONE'],
  ['an empty phone', { phone: '' }, 400, 'INVALID_PHONE'],
  ['a phone without +', { phone: '79990000001' }, 400, 'INVALID_PHONE'],
  ['a phone of nine digits', { phone: '+7999000000' }, 400, 'INVALID_PHONE'],
  ['a phone of eleven digits', { phone: '+799900000011' }, 400, 'INVALID_PHONE'],
  ['a phone with a letter', { phone: '+7999000000x' }, 400, 'INVALID_PHONE'],
  ['a phone with a line after it', { phone: '+79990000001\n' }, 400, 'INVALID_PHONE'],
  ['a phone in other digits', { phone: '+7٩٩٩٠٠٠٠٠٠١' }, 400, 'INVALID_PHONE'],
  ['a phone of another country', { phone: '+19990000001' }, 400, 'INVALID_PHONE'],
  ['a phone that is a number', { phone: 79990000001 }, 400, 'INVALID_PHONE'],
  ['a phone that is a list', { phone: ['+79990000001'] }, 400, 'INVALID_PHONE'],
  ['a phone that is null', { phone: null }, 400, 'INVALID_PHONE'],
  ['an unknown language', { ...GOOD, language: 'de' }, 400, 'INVALID_LANGUAGE'],
  ['an empty language', { ...GOOD, language: '' }, 400, 'INVALID_LANGUAGE'],
  ['a language that is a number', { ...GOOD, language: 7 }, 400, 'INVALID_LANGUAGE'],
  ['a language that is null', { ...GOOD, language: null }, 400, 'INVALID_LANGUAGE'],
  ['an unknown voice', { ...GOOD, voice: 'robot' }, 400, 'INVALID_VOICE'],
  ['a voice that is a name of all objects', { ...GOOD, voice: 'constructor' }, 400, 'INVALID_VOICE'],
  ['a prompt that is a number', { ...GOOD, prompt: 5 }, 400, 'INVALID_PROMPT'],
  ['a prompt with NUL', { ...GOOD, prompt: 'a\u0000b' }, 400, 'INVALID_PROMPT'],
  ['a prompt of 4001 characters', { ...GOOD, prompt: 'п'.repeat(4_001) }, 400, 'PROMPT_TOO_LONG'],
  ['a prompt of 1 MB', { ...GOOD, prompt: 'п'.repeat(1 << 19) }, 413, 'PAYLOAD_TOO_LARGE'],
  ['a list', [GOOD], 400, 'INVALID_BODY'],
  ['null', null, 400, 'INVALID_BODY'],
  ['a text', '"+79990000001"', 400, 'INVALID_BODY'],
  ['nothing', '', 400, 'INVALID_BODY'],
  ['half of a JSON', '{"phone": "+7999', 400, 'INVALID_JSON'],
  ['a poisoned prototype', '{"phone": "+79990000486", "__proto__": {"a": 1}}', 400, 'INVALID_JSON'],
];

describe('bad input leaves no row behind', { timeout: 60_000 }, () => {
  it.each([
    ['/call', true],
    ['/demo/session', false],
  ])('in the body of POST %s', async (path, keyed) => {
    const headers = keyed ? { 'x-api-key': halo.apiKey } : {};
    const before = await traces();
    for (const [what, body, status, code] of BAD_BODIES) {
      expect({ what, ...(await refusal(path, json(body, headers))) }).toEqual({ what, status, code });
    }
    const other = { ...headers, 'content-type': 'text/plain' };
    expect(await refusal(path, json(GOOD, other))).toEqual({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    const form = { method: 'POST', headers, body: new URLSearchParams(GOOD) };
    expect(await refusal(path, form)).toEqual({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(await traces()).toEqual(before);
  });

  it('without the key, or with a wrong one', async () => {
    const before = await traces();
    const key = halo.apiKey;
    const keys: readonly Readonly<Record<string, string>>[] = [
      {},
      { 'x-api-key': '' },
      { 'x-api-key': 'wrong' },
      { 'x-api-key': key.slice(0, -1) },
      { 'x-api-key': `${key}x` },
      { 'x-api-key': `${key}, ${key}` },
      { authorization: `Bearer ${key}` },
    ];
    for (const headers of keys) {
      const refused = { status: 401, code: 'UNAUTHORIZED' };
      expect([headers, await refusal('/call', json(GOOD, headers))]).toEqual([headers, refused]);
      expect(await refusal(`/call/${UNKNOWN}`, { headers })).toEqual(refused);
      expect(await refusal(`/call/${UNKNOWN}/events`, { headers })).toEqual(refused);
    }
    expect(await refusal(`/call?x-api-key=${key}`, json(GOOD))).toMatchObject({ status: 401 });
    // A bad body without the key is not judged.
    expect(await refusal('/call', json({}))).toMatchObject({ status: 401 });
    expect(await traces()).toEqual(before);
  });

  it('in ids, addresses and methods', async () => {
    const before = await traces();
    const keyed = { headers: { 'x-api-key': halo.apiKey } };
    const ids = [UNKNOWN, 'nobody', '0', '%00', "';drop table calls;--", '../../etc/passwd', 'a'.repeat(90)];
    for (const id of ids.map((text) => (text === '%00' ? text : encodeURIComponent(text)))) {
      expect([id, await refusal(`/call/${id}`, keyed)]).toEqual([
        id,
        { status: 404, code: 'CALL_NOT_FOUND' },
      ]);
      expect(await refusal(`/call/${id}/events`, keyed)).toMatchObject({ code: 'CALL_NOT_FOUND' });
      expect(await refusal(`/recordings/${id}`, keyed)).toMatchObject({ code: 'CALL_NOT_FOUND' });
      expect(await refusal(`/recordings/${id}`)).toEqual({ status: 401, code: 'RECORDING_LOCKED' });
      expect(await refusal(`/demo/session/${id}`)).toEqual({ status: 404, code: 'SESSION_NOT_FOUND' });
      expect(await refusal(`/demo/session/${id}/result`)).toMatchObject({ code: 'SESSION_NOT_FOUND' });
      expect(await refusal(`/demo/interaction/${id}`)).toMatchObject({ code: 'INTERACTION_NOT_FOUND' });
    }
    for (const seq of ['-1', 'x', '1.5', '9999999999', '']) {
      expect([seq, await refusal(`/call/${UNKNOWN}/events?after_seq=${seq}`, keyed)]).toEqual([
        seq,
        { status: 400, code: 'INVALID_AFTER_SEQ' },
      ]);
    }
    expect(await refusal('/demo/session/%zz')).toEqual({ status: 400, code: 'BAD_URL' });
    // The router gives up on it, and the cabinet's files, asked next, have no such name.
    expect([400, 404, 414]).toContain((await refusal(`/call/${'a'.repeat(5_000)}`, keyed)).status);
    expect(await refusal('/call', { method: 'DELETE' })).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(await refusal('/demo/session', { method: 'PUT' })).toMatchObject({ status: 405 });
    expect(await refusal('/demo/nothing')).toEqual({ status: 404, code: 'NOT_FOUND' });
    expect(await traces()).toEqual(before);
  });

  it('in what is no HTTP', async () => {
    const { hostname, port } = new URL(halo.origin);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.end('HELO halo\r\n\r\n'));
      socket.on('data', (chunk) => (text += chunk.toString('utf8')));
      socket.once('close', () => resolve(text)).once('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(Value.Parse(ErrorBody, JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).error.code).toBe('BAD_HTTP');
  });

  it('and a good order after all that leaves one of each, and the log knows of no error', async () => {
    const before = await traces();
    const session = await client.demo({ ...GOOD, language: 'RU', voice: 'Male', prompt: 'п'.repeat(4_000) });
    const { call_id: callId } = await client.demoResult(session);
    await client.finished(callId);
    const after = await traces();
    expect(Object.keys(after).map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)])).toEqual([
      ...[
        ['calls', 1],
        ['events', 6],
        ['sessions', 1],
        ['jobs', 1],
      ],
    ]);
    expect(await client.session(callId)).toMatchObject({ phone: GOOD.phone, status: 'no_answer' });
    expect(halo.output).not.toMatch(/"level":"(error|fatal)"/);
    expect(halo.output).not.toContain(GOOD.phone);
  });
});
