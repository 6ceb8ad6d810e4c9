import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STRANGER_WORDS } from '../channels/telegram/words.ts';
import type { DemoSession } from '../persistence/store.ts';
import { testApp, TEST_TELEGRAM, WITH_KEY, type TestApp } from '../testing/test-app.ts';

const URL = '/telegram/webhook';
const HEADER = 'x-telegram-bot-api-secret-token';
const WITH_SECRET = { [HEADER]: TEST_TELEGRAM.secret };

let test: TestApp;
let session: DemoSession;
beforeEach(async () => {
  test = await testApp();
  session = await test.store.createDemoSession({
    phone: '+79161231234',
    language: 'auto',
    voice: 'female',
    prompt: '',
  });
});
afterEach(async () => {
  await test.app.close();
});

const start = () => ({
  update_id: 1,
  message: { from: { id: 7, username: 'anna' }, text: `/start ${session.callIdHash}` },
});
const post = (payload: object | string, headers: Record<string, string> = WITH_SECRET) =>
  test.app.inject({
    method: 'POST',
    url: URL,
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });
const now = () => test.store.sessions.get(session.id);

describe('POST /telegram/webhook', () => {
  it.each([
    ['no secret', {}],
    ['a forged secret', { [HEADER]: `${TEST_TELEGRAM.secret}x` }],
    ['the beginning of the secret', { [HEADER]: TEST_TELEGRAM.secret.slice(0, -1) }],
    ['an empty secret', { [HEADER]: '' }],
    ['the secret twice', { [HEADER]: `${TEST_TELEGRAM.secret}, ${TEST_TELEGRAM.secret}` }],
    ['the API key', WITH_KEY],
  ])('refuses %s, and changes nothing', async (_, headers) => {
    const answer = await post(start(), headers);
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toEqual({
      error: { code: 'TELEGRAM_SECRET_WRONG', message: expect.stringMatching(/telegram:webhook/) as string },
    });
    expect(now()).toEqual(session);
  });

  it('answers with a method for Telegram to call', async () => {
    const answer = await post(start());
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.json()).toEqual({
      method: 'sendMessage',
      chat_id: 7,
      text: expect.stringMatching(/подключён/) as string,
    });
    expect(now()).toMatchObject({ telegramUserId: '7', telegramUsername: 'anna' });
  });

  it('takes what is not for the bot with 200 and no method', async () => {
    for (const update of [
      { update_id: 1, edited_message: start().message },
      { update_id: 2, message: { ...start().message, chat: { id: -5, type: 'group' } } },
      { update_id: 3, message: 5 },
      {},
    ]) {
      const answer = await post(update);
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toBe('{}');
    }
    expect(now()).toEqual(session);
  });

  it.each([
    ['broken JSON', '{"message": {"from"', 400, 'INVALID_JSON'],
    ['no JSON at all', '/start', 400, 'INVALID_JSON'],
    ['nothing', '', 400, 'INVALID_BODY'],
    ['a list', '[1]', 400, 'INVALID_BODY'],
    ['a body of 300 KB', JSON.stringify({ pad: 'x'.repeat(300 * 1024) }), 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s, and changes nothing', async (_, body, status, code) => {
    const answer = await post(body);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ error: { code } });
    expect(now()).toEqual(session);
  });

  it('refuses another type of body', async () => {
    expect((await post('a=b', { ...WITH_SECRET, 'content-type': 'text/plain' })).statusCode).toBe(415);
  });

  it('takes the longest message that Telegram may send', async () => {
    const long = 'я'.repeat(4096);
    const body = JSON.stringify({
      update_id: 1,
      message: { from: { id: 7 }, text: long, reply_to_message: { text: long, quote: long } },
    }).replace(/[^\0-\x7f]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
    expect(body.length).toBeGreaterThan(64 * 1024);
    const answer = await post(body);
    expect(answer.json()).toMatchObject({ text: STRANGER_WORDS.other });
  });

  it('reads no body of who does not know the secret', async () => {
    await test.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = test.app.server.address() as AddressInfo;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request({
        port,
        path: URL,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': 1e9 },
      });
      sent.on('response', (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on('error', reject);
      // A gigabyte is promised, and never sent.
      sent.write('{');
    });
    expect(status).toBe(401);
  });

  it('asks Telegram to come again when the database is away', async () => {
    test.store.failure = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
    const answer = await post(start());
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ error: { code: 'DATABASE_UNAVAILABLE' } });
  });

  it('is for POST only', async () => {
    const answer = await test.app.inject({ url: URL, headers: WITH_SECRET });
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, 'POST']);
  });
});
