import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Value } from 'typebox/value';
import type { CallEventDraft } from '../../../engine/contract/call-event.ts';
import { toCallSession } from '../../../engine/contract/fold-call.ts';
import { toCallId, type CallId } from '../../../engine/contract/ids.ts';
import type { Analyst } from '../../after-call/analyst.ts';
import { finishCall, type FinishCallDeps } from '../../after-call/finish-call.ts';
import { Deliveries, type DeliveryTime } from '../../deliveries/deliver.ts';
import { PgDeliveryBook, type DeliveryBook } from '../../deliveries/delivery-book.ts';
import { isOver } from '../../deliveries/delivery.ts';
import { virtualTime } from '../../deliveries/testing/lab.ts';
import { mortalBook } from '../../deliveries/testing/mortal-book.ts';
import { SILENT_LOG } from '../../log.ts';
import { AFTER_CALL_QUEUE, WEBHOOK_QUEUE } from '../../persistence/boss.ts';
import { exclusively } from '../../persistence/exclusively.ts';
import {
  HELD_CALL,
  numbered,
  openTestPersistence,
  ORDER,
  UNANSWERED_CALL,
  type TestPersistence,
} from '../../persistence/testing/test-persistence.ts';
import { mortalLife } from '../../testing/mortal-life.ts';
import { CallCompletedEvent } from '../../schemas/webhook.ts';
import { SmsOutbox } from '../sms/outbox.ts';
import { WebhookEvents } from './event-book.ts';
import type { WebhookEndpoint } from './outgoing-webhook.ts';
import { webhookKey } from './signature.ts';
import { SECRET, startReceiver } from './testing/receiver.ts';
import { replay, startWebhooks, tellOnce } from './worker.ts';

const NEVER = new AbortController().signal;
let db: TestPersistence;
let events: WebhookEvents;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let endpoint: WebhookEndpoint;

beforeAll(async () => {
  db = await openTestPersistence();
  events = new WebhookEvents(db.dataSource, db.boss, 'https://halo.example.org');
}, 60_000);
afterAll(async () => {
  await db.close();
});
beforeEach(async () => {
  await db.dataSource.query('truncate calls, sms_outbox cascade');
  for (const queue of [AFTER_CALL_QUEUE, WEBHOOK_QUEUE]) await db.boss.deleteAllJobs(queue);
  receiver = await startReceiver();
  endpoint = { url: receiver.url, key: webhookKey(SECRET)!, timeoutMs: 1_000 };
});
afterEach(() => receiver.close());

const ANALYST: Analyst = {
  analyse: async () => ({
    finalDisposition: 'interested',
    shortSummary: 'Клиент хочет узнать цену.',
    interest: 'узнать стоимость',
  }),
  followUp: async () => 'Спасибо за разговор!',
};

function deliveriesOver(
  book: DeliveryBook = new PgDeliveryBook(db.dataSource, db.boss),
  time: DeliveryTime = virtualTime(),
): Deliveries {
  return new Deliveries({
    book,
    exclusively: (name, work) => exclusively(db.dataSource, name, work),
    log: SILENT_LOG,
    time,
  });
}

function deps(over: Partial<FinishCallDeps> = {}): FinishCallDeps {
  return {
    deliveries: deliveriesOver(),
    store: db.store,
    analyst: ANALYST,
    sms: new SmsOutbox(db.dataSource),
    rows: { name: 'none', append: async () => 'written' },
    botName: 'HALO_DEMO_BOT',
    log: SILENT_LOG,
    sleep: async () => {},
    announce: (view) => events.announce(view),
    ...over,
  };
}

async function call(drafts: readonly CallEventDraft[] = HELD_CALL): Promise<CallId> {
  const callId = await db.store.createCall(ORDER, { dial: false });
  for (const event of numbered(callId, drafts)) await db.journal.append(event);
  return callId;
}

const options = (over: Partial<Parameters<typeof tellOnce>[1]> = {}) => ({
  events,
  deliveries: deliveriesOver(),
  endpoint,
  log: SILENT_LOG,
  ...over,
});
const again = () => ({ events, deliveries: deliveriesOver() });
const jobs = async (): Promise<{ readonly wait: number }[]> =>
  await db.dataSource.query(
    `select round(extract(epoch from start_after - created_on))::int as wait from pgboss.job
      where name = $1 order by created_on`,
    [WEBHOOK_QUEUE],
  );

/** As the job queue does: comes again for each next try. */
async function tell(callId: CallId, time = virtualTime()): Promise<string> {
  const deliveries = deliveriesOver(undefined, time);
  for (;;) {
    const delivery = await tellOnce(callId, options({ deliveries }), NEVER);
    if (delivery === undefined) return 'absent';
    if (isOver(delivery.state)) return delivery.state;
    await time.sleep((delivery.nextTryAt ?? 0) - time.now(), NEVER);
  }
}

/** What the receiver got: rightly signed, all the same. Undefined where nothing came. */
async function theOneEvent() {
  const arrived = await receiver.verified();
  expect(arrived).toHaveLength(receiver.arrivals.length);
  expect(new Set(arrived.map((one) => JSON.stringify(one))).size).toBeLessThanOrEqual(1);
  const [first] = arrived;
  if (first === undefined) return undefined;
  const body: unknown = JSON.parse(first.body);
  if (!Value.Check(CallCompletedEvent, body)) throw new Error(`another shape: ${first.body}`);
  expect(body.id).toBe(first.id);
  return body;
}

describe('the customer’s server', () => {
  test('hears of a held call once it is analysed: V2’s fields to the letter, and what is useful', async () => {
    const callId = await call();
    await finishCall(callId, deps(), NEVER);
    expect(await jobs()).toHaveLength(1);
    expect(await tell(callId)).toBe('accepted');
    expect(receiver.arrivals).toHaveLength(1);
    const event = await theOneEvent();
    const view = await db.store.call(callId);
    expect(Object.keys(event!)).toEqual(['id', 'type', 'timestamp', 'data']);
    expect(JSON.stringify(event!.data.call)).toBe(JSON.stringify(toCallSession(view!)));
    expect(Object.keys(event!.data.call)).toEqual([
      'id',
      'phone',
      'status',
      'final_disposition',
      'started_at',
      'ended_at',
      'duration_sec',
      'transcript',
      'short_summary',
    ]);
    expect(event).toMatchObject({
      type: 'call.completed',
      data: {
        call: { id: callId, status: 'completed', final_disposition: 'interested' },
        interest: 'узнать стоимость',
        reason: 'абонент повесил трубку',
        language: 'ru',
        recording_url: `https://halo.example.org/recordings/${callId}`,
      },
    });
    const told = (await db.store.events(callId)).filter(({ type }) => type === 'delivery.changed');
    expect(told).toEqual([
      expect.objectContaining({ channel: 'webhook', state: 'accepted', detail: 'Вебхук: принято' }),
    ]);
    await finishCall(callId, deps(), NEVER);
    expect(await jobs()).toHaveLength(1);
    expect(await tell(callId)).toBe('accepted');
    expect(receiver.arrivals).toHaveLength(1);
  });

  test('hears of a call that nobody answered, and of one that could not be analysed', async () => {
    const unanswered = await call(UNANSWERED_CALL);
    await finishCall(unanswered, deps(), NEVER);
    await tell(unanswered);
    expect((await theOneEvent())?.data).toMatchObject({
      call: { status: 'no_answer', final_disposition: 'unknown', started_at: null, transcript: [] },
      interest: null,
      recording_url: null,
      reason: 'абонент не ответил',
    });
    await receiver.close();
    receiver = await startReceiver();
    endpoint = { ...endpoint, url: receiver.url };
    const mute = await call();
    const analyse = async (): Promise<never> => {
      throw new RangeError('no such model');
    };
    await finishCall(mute, deps({ analyst: { ...ANALYST, analyse } }), NEVER);
    await tell(mute);
    expect((await theOneEvent())?.data).toMatchObject({
      call: { status: 'completed', final_disposition: 'unknown', short_summary: null },
      interest: null,
    });
  });

  test('hears nothing where no webhook is set up', async () => {
    const callId = await call();
    const silent = deps();
    delete (silent as { announce?: unknown }).announce;
    await finishCall(callId, silent, NEVER);
    expect(await jobs()).toEqual([]);
    expect(await tell(callId)).toBe('absent');
  });

  test('is asked again when it asks for it, by a job for that moment', async () => {
    const callId = await call();
    await finishCall(callId, deps(), NEVER);
    receiver.answer({ status: 429, headers: { 'retry-after': '600' }, body: '' });
    const deliveries = deliveriesOver(undefined, { now: () => Date.now(), sleep: async () => {} });
    expect(await tellOnce(callId, options({ deliveries }), NEVER)).toMatchObject({ state: 'pending' });
    const [, next] = await jobs();
    expect(next?.wait).toBeGreaterThan(590);
    expect(next?.wait).toBeLessThan(610);
    // Before its time another job does nothing but come again.
    expect(await tellOnce(callId, options({ deliveries }), NEVER)).toMatchObject({ attempts: 1 });
    expect(receiver.arrivals).toHaveLength(1);
  });

  test('hears of each call at least once under one id and one body, wherever the processes were killed', async () => {
    const points = await crashAt(await call(), Number.POSITIVE_INFINITY);
    // Two steps, one announcement, three entries and the POST: before and after each.
    expect(points).toBe((2 + 1 + 3 + 1) * 2);
    let repeated = 0;
    for (let point = 1; point <= points; point += 1) {
      await receiver.close();
      receiver = await startReceiver();
      endpoint = { ...endpoint, url: receiver.url };
      const callId = await call();
      await expect(crashAt(callId, point)).rejects.toThrow('killed');
      await finishCall(callId, deps(), NEVER);
      expect(await tell(callId)).toBe('accepted');
      expect((await theOneEvent())?.data.call.id).toBe(callId);
      repeated += receiver.arrivals.length - 1;
      const seqs = (await db.store.events(callId)).map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, at) => at + 1));
    }
    // Once it had arrived and nobody had written it down.
    expect(repeated).toBe(2);
  }, 60_000);

  test('gets a dead letter when it is replayed, with the same id and body', async () => {
    const callId = await call();
    await finishCall(callId, deps(), NEVER);
    receiver.answer({ status: 500, body: '' }, { status: 410, body: '' });
    expect(await tell(callId)).toBe('failed');
    expect(await events.list({ failed: true, limit: 10 })).toEqual([
      expect.objectContaining({
        callId,
        state: 'failed',
        attempts: 2,
        lastError: 'GONE 410',
        nextTryAt: null,
      }),
    ]);
    expect(await replay(callId, again())).toBe(true);
    expect(await events.list({ failed: true, limit: 10 })).toEqual([]);
    expect(await tell(callId)).toBe('accepted');
    expect(receiver.arrivals).toHaveLength(3);
    await theOneEvent();
    // Also what was taken already: the receiver has lost it.
    expect(await replay(callId, again())).toBe(true);
    expect(await tell(callId)).toBe('accepted');
    expect(receiver.arrivals).toHaveLength(4);
    await theOneEvent();
    expect(await replay(toCallId('11111111-1111-4111-8111-111111111111'), again())).toBe(false);
  });
});

describe('the worker', () => {
  test('tells of calls from its queue, tries again, and stops', async () => {
    const deliveries = new Deliveries({
      book: new PgDeliveryBook(db.dataSource, db.boss),
      exclusively: (name, work) => exclusively(db.dataSource, name, work),
      log: SILENT_LOG,
    });
    const worker = await startWebhooks({ ...options({ deliveries }), boss: db.boss });
    try {
      receiver.answer({ status: 503, body: '' });
      const calls = await Promise.all(Array.from({ length: 4 }, () => call()));
      for (const callId of calls) await finishCall(callId, deps(), NEVER);
      await expect.poll(() => receiver.arrivals.length, { timeout: 15_000, interval: 50 }).toBe(4);
      await expect.poll(async () => (await jobs()).length, { timeout: 15_000, interval: 50 }).toBe(5);
      // Instead of waiting for ten seconds.
      await db.dataSource.query(`update deliveries set next_try_at = now() where state = 'pending'`);
      await db.dataSource.query(`update pgboss.job set start_after = now() where name = $1`, [WEBHOOK_QUEUE]);
      const states = async (): Promise<string[]> =>
        (await events.list({ failed: false, limit: 10 })).map(({ state }) => state);
      await expect
        .poll(states, { timeout: 15_000, interval: 50 })
        .toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
      expect(new Set((await receiver.verified()).map(({ id }) => id))).toHaveLength(4);
      expect(receiver.arrivals).toHaveLength(5);
    } finally {
      await worker.stop();
    }
  }, 60_000);
});

/**
 * Finishes the call and tells of it in a process that dies at its `fatal`-th point: before and after each entry and each
 * word with the receiver. Resolves with the number of points passed.
 */
async function crashAt(callId: CallId, fatal: number): Promise<number> {
  const life = mortalLife(fatal);
  const { around } = life;
  const whole = deps();
  await finishCall(
    callId,
    {
      ...whole,
      store: {
        call: (id) => db.store.call(id),
        demoSessionOfCall: (id) => db.store.demoSessionOfCall(id),
        finishStep: around((...args: Parameters<typeof db.store.finishStep>) => db.store.finishStep(...args)),
      },
      announce: around((view) => events.announce(view)),
    },
    life.signal,
  );
  const post: Deliveries = deliveriesOver(mortalBook(new PgDeliveryBook(db.dataSource, db.boss), life));
  const mortal = {
    deliverOnce: (...[outgoing, signal]: Parameters<Deliveries['deliverOnce']>) =>
      post.deliverOnce({ ...outgoing, send: around(outgoing.send) }, signal),
  };
  await tellOnce(callId, options({ deliveries: mortal }), life.signal);
  return life.passed();
}
