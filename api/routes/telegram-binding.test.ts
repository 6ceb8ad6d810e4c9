import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CONNECTED_WORDS, STRANGER_WORDS } from '../channels/telegram/words.ts';
import { DemoSessionEntity } from '../persistence/entities/demo-session.ts';
import type { DemoSession } from '../persistence/store.ts';
import {
  HELD_CALL,
  numbered,
  openTestPersistence,
  ORDER,
  type TestPersistence,
} from '../persistence/testing/test-persistence.ts';
import { testApp, TEST_TELEGRAM, type TestApp } from '../testing/test-app.ts';

/** D4.6's body, byte for byte. */
const D4_6 = `{
  "message": {
    "from": { "id": 128392991, "username": "client123" },
    "text": "/start CALL_abc123"
  }
}`;

/** The same person as Telegram tells of him today (https://core.telegram.org/bots/api#update). */
const realUpdate = (callIdHash: string, updateId = 712_345_678) =>
  JSON.stringify({
    update_id: updateId,
    message: {
      message_id: 12,
      from: {
        id: 128_392_991,
        is_bot: false,
        first_name: 'Анна',
        last_name: 'Петрова',
        username: 'client123',
        language_code: 'en',
        is_premium: true,
      },
      chat: { id: 128_392_991, first_name: 'Анна', username: 'client123', type: 'private' },
      date: 1_763_395_800,
      text: `/start ${callIdHash}`,
      entities: [{ offset: 0, length: 6, type: 'bot_command' }],
    },
  });

const from = (id: number, callIdHash: string) =>
  JSON.stringify({ message: { from: { id, username: `user_${id}` }, text: `/start ${callIdHash}` } });

let db: TestPersistence;
let test: TestApp;
let url: string;
const agent = new Agent({ keepAlive: true });
let session: DemoSession;

beforeAll(async () => {
  db = await openTestPersistence();
  test = await testApp({ store: db.store });
  await test.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(test.app.server.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  agent.destroy();
  await test.app.close();
  await db.close();
});
beforeEach(async () => {
  session = await db.store.createDemoSession(ORDER, { dial: false });
});

/** Without fetch's limit of 10 s for a connection: a thousand are opened at once. */
function send(body: string): Promise<{ status: number | undefined; text: unknown }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': TEST_TELEGRAM.secret,
    };
    request(`${url}/telegram/webhook`, { method: 'POST', headers, agent }, (response) => {
      json(response).then((answer) => {
        const { text } = answer as { text?: unknown };
        resolve({ status: response.statusCode, text });
      }, reject);
    })
      .on('error', reject)
      .end(body);
  });
}

const now = () => db.store.demoSession(session.id);
const BOUND = { telegramUserId: '128392991', telegramUsername: 'client123' };
const CARD = {
  clientPhone: ORDER.phone,
  status: 'interested',
  interest: 'цена',
  telegramLinkSent: true,
} as const;
const writeCard = () =>
  db.store.finishStep(
    session.callId,
    'crm',
    { type: 'crm.done', status: 'interested', interest: 'цена', telegramLinkSent: true },
    { kind: 'crm', crm: CARD },
  );
const hold = async () => {
  for (const event of numbered(session.callId, HELD_CALL)) await db.journal.append(event);
};

describe('a start link over HTTP and PostgreSQL', () => {
  it('D4.6 to the letter: the session, and telegram_connected on the card that is there', async () => {
    await db.dataSource.manager.update(DemoSessionEntity, session.id, { callIdHash: 'CALL_abc123' });
    await hold();
    await writeCard();
    expect(await db.store.crm(session.callId)).toMatchObject({ telegramConnected: false });
    expect(await send(D4_6)).toEqual({ status: 200, text: CONNECTED_WORDS.ru.bound });
    expect(await now()).toEqual({ ...session, ...BOUND, callIdHash: 'CALL_abc123' });
    expect(await db.store.crm(session.callId)).toEqual({
      callId: session.callId,
      ...CARD,
      telegramConnected: true,
    });
  });

  it('a real update, before the card is written', async () => {
    expect(await send(realUpdate(session.callIdHash))).toEqual({
      status: 200,
      text: CONNECTED_WORDS.ru.bound,
    });
    await hold();
    await writeCard();
    expect(await db.store.crm(session.callId)).toMatchObject({ telegramConnected: true });
  });

  it('the same update again, and the same user again, change nothing', async () => {
    for (const text of [CONNECTED_WORDS.ru.bound, CONNECTED_WORDS.ru.known, CONNECTED_WORDS.ru.known])
      expect(await send(realUpdate(session.callIdHash))).toEqual({ status: 200, text });
    expect(await send(realUpdate(session.callIdHash, 712_345_679))).toMatchObject({
      text: CONNECTED_WORDS.ru.known,
    });
    expect(await now()).toEqual({ ...session, ...BOUND });
  });

  it('a second user, a foreign hash and a broken one change nothing', async () => {
    await send(realUpdate(session.callIdHash));
    expect(await send(from(5, session.callIdHash))).toEqual({ status: 200, text: STRANGER_WORDS.taken });
    expect(await send(from(5, 'CALL_xyz'))).toEqual({ status: 200, text: STRANGER_WORDS.unknown });
    expect(await send(from(5, '../..%00 \u0000'))).toEqual({ status: 200, text: STRANGER_WORDS.unknown });
    expect(await now()).toEqual({ ...session, ...BOUND });
  });

  it('one person may hold several sessions', async () => {
    const other = await db.store.createDemoSession(ORDER, { dial: false });
    for (const { callIdHash } of [session, other])
      expect(await send(from(9, callIdHash))).toMatchObject({ text: CONNECTED_WORDS.ru.bound });
    expect(await db.store.demoSession(other.id)).toMatchObject({ telegramUserId: '9' });
  });

  it('a name that PostgreSQL cannot hold is kept without what it cannot', async () => {
    const body = JSON.stringify({
      message: { from: { id: 9, username: 'a\u0000b\ud800' }, text: `/start ${session.callIdHash}` },
    });
    expect(await send(body)).toMatchObject({ status: 200 });
    expect((await now())?.telegramUsername).toBe('ab\ufffd');
  });

  it('a thousand users at once: each has his answer, one the session', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => index + 1);
    const startedMs = performance.now();
    const answers = await Promise.all(ids.map((id) => send(from(id, session.callIdHash))));
    const tookMs = Math.round(performance.now() - startedMs);
    console.info(`1,000 updates at once for one hash: ${tookMs} ms`);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const winners = ids.filter((_, index) => answers[index]?.text === CONNECTED_WORDS.ru.bound);
    const others = answers.filter(({ text }) => text === STRANGER_WORDS.taken);
    expect([winners.length, others.length]).toEqual([1, 999]);
    expect(await now()).toEqual({
      ...session,
      telegramUserId: String(winners[0]),
      telegramUsername: `user_${winners[0]}`,
    });
  });

  it('one update delivered a hundred times at once connects once, and says so to its user every time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => send(realUpdate(session.callIdHash))),
    );
    const { bound, known } = CONNECTED_WORDS.ru;
    expect(answers.filter(({ text }) => text === bound)).toHaveLength(1);
    expect(answers.filter(({ text }) => text === known)).toHaveLength(99);
  });

  it('leaves the answers of the cabinet as they were (D3, D4.5)', async () => {
    await hold();
    await writeCard();
    const answer = async (path: string): Promise<unknown> => await (await fetch(url + path)).json();
    const shapes = async (): Promise<unknown> =>
      await Promise.all([`/demo/session/${session.id}`, `/demo/interaction/${session.callId}`].map(answer));
    const result = `/demo/session/${session.id}/result`;
    const before = await shapes();
    expect(JSON.stringify(before)).toContain('telegram_link_sent');
    expect(await answer(result)).toMatchObject({ telegram_connected: false });
    await send(realUpdate(session.callIdHash));
    expect(await shapes()).toEqual(before);
    // The cabinet's own answer says it (D7).
    expect(await answer(result)).toMatchObject({ telegram_connected: true });
  });
});

describe('call_id_hash', () => {
  it('fits Telegram, has 128 random bits, and is never the same', async () => {
    const hashes: string[] = [];
    for (let made = 0; made < 64; made += 1)
      hashes.push((await db.store.createDemoSession(ORDER, { dial: false })).callIdHash);
    const random = hashes.map((hash) => Buffer.from(hash.replace(/^CALL_/, ''), 'base64url'));
    for (const hash of hashes) expect(hash).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    for (const bytes of random) expect(bytes).toHaveLength(16);
    expect(new Set(hashes).size).toBe(64);
    // Every bit is set in some and clear in others: for a fair bit the odds against are 2^63 to one.
    for (let bit = 0; bit < 128; bit += 1) {
      const set = random.filter((bytes) => ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
      expect(set).toBeGreaterThan(0);
      expect(set).toBeLessThan(64);
    }
  });

  it('has nothing of the call or the session in it', () => {
    const secret = session.callIdHash.toLowerCase();
    for (const id of [session.id, session.callId])
      for (const part of id.split('-').filter(({ length }) => length > 4)) expect(secret).not.toContain(part);
  });
});
