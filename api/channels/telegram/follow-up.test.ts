import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallEventDraft } from '../../../engine/contract/call-event.ts';
import type { CallId } from '../../../engine/contract/ids.ts';
import { Deliveries } from '../../deliveries/deliver.ts';
import { DeliveryError } from '../../deliveries/delivery-error.ts';
import { PgDeliveryBook } from '../../deliveries/delivery-book.ts';
import { SILENT_LOG } from '../../log.ts';
import { TELEGRAM_QUEUE } from '../../persistence/boss.ts';
import { exclusively } from '../../persistence/exclusively.ts';
import {
  HELD_CALL,
  numbered,
  openTestPersistence,
  ORDER,
  type TestPersistence,
} from '../../persistence/testing/test-persistence.ts';
import { startFakeGateway, type FakeAnswer, type FakeGateway } from '../sms/testing/fake-gateway.ts';
import { TelegramBot } from './bot.ts';
import { sendFollowUp, startFollowUps, type FollowUpOptions } from './follow-up.ts';
import { TelegramSender } from './sender.ts';

const TOKEN = '123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11';
const NEVER = new AbortController().signal;
const TEXT = 'Спасибо за разговор! Вот цена.';
const refusal = (code: number, description: string, parameters?: object): FakeAnswer => ({
  status: code,
  body: { ok: false, error_code: code, description, ...(parameters === undefined ? {} : { parameters }) },
});

let server: FakeGateway;
let sender: TelegramSender;
beforeEach(async () => {
  server = await startFakeGateway(({ path }) =>
    path === `/bot${TOKEN}/sendMessage`
      ? { body: { ok: true, result: { message_id: 42, date: 1, chat: { id: 7, type: 'private' } } } }
      : refusal(401, 'Unauthorized'),
  );
  sender = new TelegramSender({ token: TOKEN, root: server.baseUrl, answerMs: 1_000 });
});
afterEach(() => server.close());

describe('a message to somebody in Telegram', () => {
  const failure = async (work: Promise<unknown>): Promise<DeliveryError> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof DeliveryError)) throw new Error('no DeliveryError', { cause: error });
    expect(`${error.message} ${error.stack ?? ''} ${String(error.cause)}`).not.toContain(TOKEN);
    return error;
  };

  it('is sendMessage, once', async () => {
    expect(await sender.send('7', TEXT, NEVER)).toEqual({ handle: '42' });
    expect(server.arrivals).toHaveLength(1);
    expect(JSON.parse(server.arrivals[0]?.body ?? '')).toEqual({ chat_id: 7, text: TEXT });
  });

  it('that is longer than Telegram takes is cut', async () => {
    await sender.send('7', 'я'.repeat(5_000), NEVER);
    expect(JSON.parse(server.arrivals[0]?.body ?? '')).toEqual({ chat_id: 7, text: 'я'.repeat(4_096) });
  });

  it.each([
    [refusal(429, 'Too Many Requests: retry after 7', { retry_after: 7 }), 'later', 'BUSY'],
    [refusal(403, 'Forbidden: bot was blocked by the user'), 'refused', 'BAD_RECIPIENT'],
    [refusal(400, 'Bad Request: chat not found'), 'refused', 'BAD_RECIPIENT'],
    [refusal(400, 'Bad Request: message text is empty'), 'refused', 'REFUSED'],
    [refusal(401, 'Unauthorized'), 'refused', 'AUTH'],
    [refusal(404, 'Not Found'), 'refused', 'AUTH'],
    [refusal(502, 'Bad Gateway'), 'unclear', 'SERVER'],
    [{ body: '<html>ok</html>' }, 'unclear', 'BAD_ANSWER'],
    [{ body: { ok: true, result: {} } }, 'unclear', 'BAD_ANSWER'],
    ['hang', 'unclear', 'TIMEOUT'],
    ['drip', 'unclear', 'TIMEOUT'],
    ['cut', 'unclear', undefined],
  ] as const)('to which %j is answered', async (how, kind, code) => {
    server.troubles.push({ taken: false, how });
    const error = await failure(sender.send('7', TEXT, NEVER));
    expect(error.kind).toBe(kind);
    if (code !== undefined) expect(error.code).toBe(code);
    if (code === 'BUSY') expect(error.retryAfterMs).toBe(7_000);
    expect(server.arrivals).toHaveLength(1);
  });

  it('is given up when its signal says so', async () => {
    server.troubles.push({ taken: false, how: 'hang' });
    const stop = new AbortController();
    const sent = sender.send('7', TEXT, stop.signal);
    setTimeout(() => stop.abort(new Error('stopping')), 20);
    await expect(sent).rejects.toThrow('stopping');
    await expect(sender.send('7', TEXT, stop.signal)).rejects.toThrow('stopping');
  });

  it('has not left where nobody listens', async () => {
    await server.close();
    expect(await failure(sender.send('7', TEXT, NEVER))).toMatchObject({ kind: 'later', code: 'AWAY' });
  });
});

describe('the follow-up in Telegram', () => {
  let db: TestPersistence;
  beforeAll(async () => {
    db = await openTestPersistence();
  }, 60_000);
  afterAll(() => db.close());
  beforeEach(async () => {
    await db.dataSource.query('truncate calls cascade');
    await db.boss.deleteAllJobs(TELEGRAM_QUEUE);
  });

  const options = (): FollowUpOptions => {
    const book = new PgDeliveryBook(db.dataSource, db.boss);
    const alone = <T>(name: string, work: () => Promise<T>): Promise<T> =>
      exclusively(db.dataSource, name, work);
    const deliveries = new Deliveries({ book, exclusively: alone, log: SILENT_LOG });
    return { boss: db.boss, store: db.store, book, deliveries, sender, log: SILENT_LOG };
  };
  async function session(drafts: readonly CallEventDraft[] = [{ type: 'followup.done', text: TEXT }]) {
    const made = await db.store.createDemoSession(ORDER, { dial: false });
    for (const event of numbered(made.callId, [...HELD_CALL, ...drafts])) await db.journal.append(event);
    return made;
  }
  const states = async (callId: CallId): Promise<string[]> =>
    (await db.store.events(callId)).flatMap((event) =>
      event.type === 'delivery.changed' ? [`${event.channel} ${event.state}`] : [],
    );

  it('goes to whoever connects, once, however often he presses «Start»', async () => {
    const { callId, callIdHash } = await session();
    const followUps = await startFollowUps(options());
    const bot = new TelegramBot({
      store: db.store,
      botName: 'HALO_DEMO_BOT',
      log: SILENT_LOG,
      onConnected: followUps.connected,
    });
    try {
      const press = (id: number) =>
        bot.answer({
          update_id: 1,
          message: { from: { id, username: 'anna' }, text: `/start ${callIdHash}` },
        });
      await press(7);
      await press(7);
      await press(8);
      await expect.poll(() => states(callId), { timeout: 15_000 }).toEqual(['telegram accepted']);
      await expect
        .poll(
          () =>
            db.dataSource.query(`select state from pgboss.job where name = $1 and state <> 'completed'`, [
              TELEGRAM_QUEUE,
            ]),
          { timeout: 15_000 },
        )
        .toEqual([]);
    } finally {
      await followUps.stop();
    }
    expect(server.arrivals.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { chat_id: 7, text: TEXT },
    ]);
    expect(await states(callId)).toEqual(['telegram accepted']);
  });

  it('whose outcome is not known is not repeated, and that is said', async () => {
    const { callId, callIdHash } = await session();
    await db.store.bindTelegram(callIdHash, { id: '7', username: null });
    server.troubles.push({ taken: true, how: 'cut' });
    for (let i = 0; i < 3; i += 1) await sendFollowUp(callId, options(), NEVER);
    expect(server.arrivals).toHaveLength(1);
    expect(await states(callId)).toEqual(['telegram unknown']);
  });

  it('that is to wait is left to a later job', async () => {
    const { callId, callIdHash } = await session();
    await db.store.bindTelegram(callIdHash, { id: '7', username: null });
    server.troubles.push({ taken: false, how: refusal(429, 'Too Many Requests', { retry_after: 60 }) });
    await sendFollowUp(callId, options(), NEVER);
    const jobs = await db.dataSource.query<{ wait: number }[]>(
      `select round(extract(epoch from start_after - created_on))::int as wait from pgboss.job where name = $1`,
      [TELEGRAM_QUEUE],
    );
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.wait).toBeGreaterThanOrEqual(58);
    expect(await states(callId)).toEqual(['telegram pending']);
  });

  it('is nothing where nobody has connected, or none was written', async () => {
    const { callId } = await session();
    await sendFollowUp(callId, options(), NEVER);
    const other = await session([]);
    await db.store.bindTelegram(other.callIdHash, { id: '7', username: null });
    await sendFollowUp(other.callId, options(), NEVER);
    expect(server.arrivals).toEqual([]);
  });
});
