import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallEventDraft } from '../../engine/contract/call-event.ts';
import { ProviderError } from '../../engine/contract/errors.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import type { SmsGateway } from '../channels/sms/gateway.ts';
import { SmsOutbox } from '../channels/sms/outbox.ts';
import { CsvFile } from '../channels/sheets/csv-file.ts';
import type { RowSink } from '../channels/sheets/row-sink.ts';
import { Deliveries, NotYet, type DeliveryTime } from '../deliveries/deliver.ts';
import { PgDeliveryBook, type DeliveryBook } from '../deliveries/delivery-book.ts';
import { DeliveryError } from '../deliveries/delivery-error.ts';
import { virtualTime } from '../deliveries/testing/lab.ts';
import { SILENT_LOG } from '../log.ts';
import { AFTER_CALL_QUEUE } from '../persistence/boss.ts';
import { exclusively } from '../persistence/exclusively.ts';
import type { AfterCallStore, DemoSession } from '../persistence/store.ts';
import {
  HELD_CALL,
  numbered,
  openTestPersistence,
  ORDER,
  UNANSWERED_CALL,
  type TestPersistence,
} from '../persistence/testing/test-persistence.ts';
import { mortalBook } from '../deliveries/testing/mortal-book.ts';
import { mortalLife } from '../testing/mortal-life.ts';
import type { Analyst } from './analyst.ts';
import { finishCall, type FinishCallDeps } from './finish-call.ts';
import { startAfterCall } from './worker.ts';

const NEVER = new AbortController().signal;
let db: TestPersistence;
let csv = '';

beforeAll(async () => {
  db = await openTestPersistence();
  csv = join(db.folder, 'calls.csv');
}, 60_000);
afterAll(async () => {
  await db.close();
});
beforeEach(async () => {
  await db.dataSource.query('truncate calls, sms_outbox cascade');
  await db.boss.deleteAllJobs(AFTER_CALL_QUEUE);
  rmSync(csv, { force: true });
});

const ANALYST: Analyst = {
  analyse: async () => ({
    finalDisposition: 'interested',
    shortSummary: 'Клиент хочет узнать цену.',
    interest: 'узнать стоимость',
  }),
  followUp: async ({ analysis }) => `Спасибо за разговор! Вот что вы просили: ${analysis.interest}.`,
};

const alone = <T>(name: string, work: () => Promise<T>): Promise<T> => exclusively(db.dataSource, name, work);

function deliveriesOver(
  book: DeliveryBook = new PgDeliveryBook(db.dataSource, db.boss),
  time: DeliveryTime = virtualTime(),
): Deliveries {
  return new Deliveries({ book, exclusively: alone, log: SILENT_LOG, time });
}

function deps(over: Partial<FinishCallDeps> = {}): FinishCallDeps {
  return {
    deliveries: deliveriesOver(),
    store: db.store,
    analyst: ANALYST,
    sms: new SmsOutbox(db.dataSource),
    rows: new CsvFile(csv, alone),
    botName: 'HALO_DEMO_BOT',
    log: SILENT_LOG,
    sleep: async () => {},
    ...over,
  };
}

async function demoCall(drafts: readonly CallEventDraft[] = HELD_CALL): Promise<DemoSession> {
  const session = await db.store.createDemoSession(ORDER, { dial: false });
  for (const event of numbered(session.callId, drafts)) await db.journal.append(event);
  return session;
}

async function plainCall(drafts: readonly CallEventDraft[] = HELD_CALL): Promise<CallId> {
  const callId = await db.store.createCall(ORDER, { dial: false });
  for (const event of numbered(callId, drafts)) await db.journal.append(event);
  return callId;
}

async function stepEvents(callId: CallId): Promise<string[]> {
  const events = await db.store.events(callId);
  const end = events.findIndex(({ type }) => type === 'call.ended');
  return events.slice(end + 1).map((event) => {
    if (event.type === 'step.failed') return `${event.step} failed`;
    return event.type === 'delivery.changed' ? `${event.channel} ${event.state}` : event.type;
  });
}

function rows(): string[] {
  return readFileSync(csv, 'utf8').split('\r\n').slice(1, -1);
}

const ALL = ['analysis.done', 'followup.done', 'sms.done', 'chat.done', 'crm.done', 'row.done'];

async function expectAllOnce(session: DemoSession): Promise<void> {
  const { callId } = session;
  expect(await stepEvents(callId)).toEqual(ALL);
  const view = await db.store.call(callId);
  expect(view).toMatchObject({
    finalDisposition: 'interested',
    shortSummary: 'Клиент хочет узнать цену.',
    stepsFailed: [],
  });
  expect(await db.dataSource.query('select recipient, text, parts from sms_outbox')).toEqual([
    {
      recipient: ORDER.phone,
      text: `Спасибо за разговор! Продолжим здесь: https://t.me/HALO_DEMO_BOT?start=${session.callIdHash}`,
      parts: 2,
    },
  ]);
  expect(await db.dataSource.query('select count(*)::int as n from chats')).toEqual([{ n: 1 }]);
  expect(await db.store.chat(view?.chatId ?? '')).toMatchObject({
    callId,
    summary: 'Клиент хочет узнать цену.',
    messages: [{ from: 'assistant', text: 'Спасибо за разговор! Вот что вы просили: узнать стоимость.' }],
  });
  expect(await db.store.crm(callId)).toEqual({
    callId,
    clientPhone: ORDER.phone,
    status: 'interested',
    interest: 'узнать стоимость',
    telegramLinkSent: true,
    telegramConnected: false,
  });
  expect(rows()).toHaveLength(1);
  expect(rows()[0]).toContain(`${callId},${ORDER.phone},completed,interested,60,Клиент хочет узнать цену.`);
}

describe('the steps after a call', () => {
  test('of a demo session: all six, in their order, and nothing more the second time', async () => {
    const session = await demoCall();
    await finishCall(session.callId, deps(), NEVER);
    await expectAllOnce(session);
    await finishCall(session.callId, deps(), NEVER);
    await expectAllOnce(session);
    const [sms] = (await db.store.events(session.callId)).filter(({ type }) => type === 'sms.done');
    expect(sms).toMatchObject({ gateway: 'outbox', simulated: true, parts: 2 });
  });

  test('of a demo session with a short link base: the SMS is one part', async () => {
    const session = await demoCall();
    await finishCall(session.callId, deps({ shortLinkBase: 'https://halo.example/t/' }), NEVER);
    expect(await db.dataSource.query('select text, parts from sms_outbox')).toEqual([
      {
        text: `Спасибо за разговор! Продолжим здесь: https://halo.example/t/${session.linkCode}`,
        parts: 1,
      },
    ]);
  });

  test('of a plain call: analysis and row; its person gets no SMS', async () => {
    const callId = await plainCall();
    await finishCall(callId, deps(), NEVER);
    expect(await stepEvents(callId)).toEqual(['analysis.done', 'row.done']);
    expect(await db.dataSource.query('select * from sms_outbox')).toEqual([]);
  });

  test('of a call that nobody answered: the row, with V8’s words', async () => {
    const { callId } = await demoCall(UNANSWERED_CALL);
    await finishCall(callId, deps(), NEVER);
    expect(await stepEvents(callId)).toEqual(['row.done']);
    expect(rows()[0]).toContain(`${ORDER.phone},no_answer,unknown,0,Не дозвонились: статус no_answer,`);
  });

  test('of a call that goes on, or is not there: none', async () => {
    const callId = await plainCall(HELD_CALL.slice(0, 4));
    await finishCall(callId, deps(), NEVER);
    expect((await db.store.call(callId))?.stepsDone).toEqual([]);
  });

  test('done by two workers at once are there once', async () => {
    const session = await demoCall();
    await Promise.all([1, 2, 3].map(() => finishCall(session.callId, deps(), NEVER)));
    await expectAllOnce(session);
  });

  test('a crash at any point loses and doubles nothing', async () => {
    // Counted first, then each point is crashed once in a run of its own.
    const points = await crashAt((await demoCall()).callId, Number.POSITIVE_INFINITY);
    expect(points).toBe(POINTS);
    for (let point = 1; point <= points; point += 1) {
      await db.dataSource.query('truncate calls, sms_outbox cascade');
      rmSync(csv, { force: true });
      const session = await demoCall();
      await expect(crashAt(session.callId, point)).rejects.toThrow('killed');
      await finishCall(session.callId, deps(), NEVER);
      await expectAllOnce(session);
    }
  });
});

/** Six steps, four effects, and the three entries of a delivery: before and after each. */
const POINTS = (6 + 4 + 3) * 2;

describe('an SMS through a gateway that is killed with -9', () => {
  /** How the deliveries stand at the moment of the crash. */
  const stateNow = async (): Promise<string | undefined> => {
    const [row] = await db.dataSource.query<{ state: string }[]>('select state from deliveries');
    return row?.state;
  };
  /** As the job queue does: comes again when it was told «not yet». */
  const finish = async (callId: CallId, over: Partial<FinishCallDeps>): Promise<void> => {
    const time = virtualTime();
    for (;;) {
      try {
        await finishCall(callId, deps({ ...over, deliveries: deliveriesOver(undefined, time) }), NEVER);
        return;
      } catch (error) {
        if (!(error instanceof NotYet)) throw error;
        await time.sleep(error.at - time.now(), NEVER);
      }
    }
  };

  test('at any point: it is there once where the gateway can be asked', async () => {
    const unsure: number[] = [];
    for (let point = 1; point <= POINTS; point += 1) {
      await db.dataSource.query('truncate calls, sms_outbox cascade');
      rmSync(csv, { force: true });
      const sent: string[] = [];
      const sms: SmsGateway = {
        ...withoutHandle(sent),
        lookup: {
          settleMs: 30_000,
          ask: async ({ idempotencyKey }) =>
            sent.includes(idempotencyKey) ? { found: 'yes', handle: 'h' } : { found: 'no' },
        },
      };
      const { callId } = await demoCall();
      await expect(crashAt(callId, point, sms)).rejects.toThrow('killed');
      if ((await stateNow()) === 'sending') unsure.push(point);
      await finish(callId, { sms });
      expect(sent).toEqual([`${callId}:invitation`]);
      expect(await stepEvents(callId)).toEqual(ALL);
      expect(rows()).toHaveLength(1);
    }
    // After the entry «sending» until that of the outcome.
    expect(unsure).toHaveLength(4);
  });

  test('at any point: where it cannot be asked, never twice, and what is not known is said', async () => {
    let unsure = 0;
    for (let point = 1; point <= POINTS; point += 1) {
      await db.dataSource.query('truncate calls, sms_outbox cascade');
      rmSync(csv, { force: true });
      const sent: string[] = [];
      const sms = withoutHandle(sent);
      const { callId } = await demoCall();
      await expect(crashAt(callId, point, sms)).rejects.toThrow('killed');
      const sending = (await stateNow()) === 'sending';
      const before = sent.length;
      await finish(callId, { sms });
      await finish(callId, { sms });
      const events = await db.store.events(callId);
      if (sending) {
        unsure += 1;
        expect(sent).toHaveLength(before);
        expect(await stateNow()).toBe('unknown');
        expect(await stepEvents(callId)).toEqual([
          'analysis.done',
          'followup.done',
          'sms unknown',
          'sms failed',
          'chat.done',
          'crm.done',
          'row.done',
        ]);
        const words =
          'SMS: неизвестно, отправлено ли (сервис был перезапущен во время отправки); не повторяем';
        expect(events).toContainEqual(expect.objectContaining({ gateway: 'x', detail: words }));
        expect(events).toContainEqual(expect.objectContaining({ step: 'sms', message: words }));
      } else {
        expect(sent).toEqual([`${callId}:invitation`]);
        expect(await stepEvents(callId)).toEqual(ALL);
      }
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
      expect(rows()).toHaveLength(1);
    }
    expect(unsure).toBe(4);
  });

  test('a delivery begun with another gateway is not asked for at this one', async () => {
    const sent: string[] = [];
    const { callId } = await demoCall();
    await expect(crashAt(callId, SENT, withoutHandle(sent))).rejects.toThrow('killed');
    expect(await stateNow()).toBe('sending');
    await finish(callId, { sms: new SmsOutbox(db.dataSource) });
    expect(await stateNow()).toBe('unknown');
    expect(await db.dataSource.query('select * from sms_outbox')).toEqual([]);
  });
});

/** Analysis and follow-up with their entries, the delivery's first two, and the send. */
const SENT = 4 + 4 + 4 + 2;

/** A gateway that neither keeps to keys nor can be asked. */
function withoutHandle(sent: string[]): SmsGateway {
  return {
    name: 'x',
    simulated: false,
    repeatable: false,
    send: async ({ idempotencyKey }) => {
      sent.push(idempotencyKey);
      return { handle: 'h' };
    },
  };
}

/**
 * Walks the steps in a process that dies at its `fatal`-th point: before and after each effect outside the database,
 * and before and after each write. Resolves with the number of points passed.
 */
async function crashAt(callId: CallId, fatal: number, gateway?: SmsGateway): Promise<number> {
  const life = mortalLife(fatal);
  const { around } = life;
  const whole = deps(gateway === undefined ? {} : { sms: gateway });
  const store: AfterCallStore = {
    call: (id) => whole.store.call(id),
    demoSessionOfCall: (id) => whole.store.demoSessionOfCall(id),
    finishStep: around((...args: Parameters<AfterCallStore['finishStep']>) =>
      whole.store.finishStep(...args),
    ),
  };
  const rowSink: RowSink = { name: 'csv', append: around((row, signal) => whole.rows.append(row, signal)) };
  await finishCall(
    callId,
    {
      ...whole,
      store,
      deliveries: deliveriesOver(mortalBook(new PgDeliveryBook(db.dataSource, db.boss), life)),
      analyst: { analyse: around(ANALYST.analyse), followUp: around(ANALYST.followUp) },
      sms: {
        name: whole.sms.name,
        simulated: whole.sms.simulated,
        repeatable: whole.sms.repeatable,
        send: around((order, signal) => whole.sms.send(order, signal)),
      },
      rows: rowSink,
    },
    life.signal,
  );
  return life.passed();
}

describe('a step that fails', () => {
  test('is tried again, with pauses that grow', async () => {
    const session = await demoCall();
    const pauses: number[] = [];
    let failures = 2;
    const analyst: Analyst = {
      ...ANALYST,
      analyse: async (request, signal) => {
        if (failures-- > 0) throw new ProviderError('OPERATOR_TIMEOUT', 'no answer', { retryable: true });
        return await ANALYST.analyse(request, signal);
      },
    };
    await finishCall(session.callId, deps({ analyst, sleep: async (ms) => void pauses.push(ms) }), NEVER);
    expect(pauses).toEqual([1_000, 2_000]);
    await expectAllOnce(session);
  });

  test('for good: says so, and the steps that do not need it go on', async () => {
    const { callId } = await demoCall();
    let asked = 0;
    const analyst: Analyst = {
      ...ANALYST,
      analyse: async () => {
        asked += 1;
        throw new ProviderError('OPERATOR_TIMEOUT', 'no answer', { retryable: true });
      },
    };
    await finishCall(callId, deps({ analyst }), NEVER);
    expect(asked).toBe(3);
    expect(await stepEvents(callId)).toEqual([
      'analysis failed',
      'followup failed',
      'sms.done',
      'chat failed',
      'crm.done',
      'row.done',
    ]);
    expect(await db.store.call(callId)).toMatchObject({ finalDisposition: 'unknown', shortSummary: null });
    expect(await db.store.crm(callId)).toMatchObject({ status: 'unknown', interest: 'не определён' });
    expect(rows()[0]).toContain(
      'completed,unknown,60,"Разговор состоялся, но проанализировать его не удалось"',
    );
  });

  test('in a way that will not change: is not tried again', async () => {
    const { callId } = await demoCall();
    let asked = 0;
    const sms: SmsGateway = {
      name: 'x',
      simulated: false,
      repeatable: false,
      send: async () => {
        asked += 1;
        throw new DeliveryError('refused', 'AUTH');
      },
    };
    await finishCall(callId, deps({ sms }), NEVER);
    expect(asked).toBe(1);
    expect(await stepEvents(callId)).toEqual([
      'analysis.done',
      'followup.done',
      'sms failed',
      'sms failed',
      'chat.done',
      'crm.done',
      'row.done',
    ]);
    const [failed] = (await db.store.events(callId)).filter(({ type }) => type === 'step.failed');
    expect(failed).toMatchObject({
      message: 'SMS: не отправлено: ключ не подошёл: проверьте настройки канала',
    });
    expect(await db.store.crm(callId)).toMatchObject({ telegramLinkSent: false });
  });

  test('because we are being stopped: has not failed', async () => {
    const session = await demoCall();
    const stopping = new AbortController();
    const analyst: Analyst = {
      ...ANALYST,
      // Does not heed its signal.
      analyse: () => {
        stopping.abort(new Error('stopping'));
        return new Promise(() => {});
      },
    };
    await expect(finishCall(session.callId, deps({ analyst }), stopping.signal)).rejects.toThrow('stopping');
    expect(await stepEvents(session.callId)).toEqual([]);
    await finishCall(session.callId, deps(), NEVER);
    await expectAllOnce(session);
  });
});

describe('the worker', () => {
  test('finishes calls from the jobs that call.ended left', async () => {
    const worker = await startAfterCall({ ...deps(), boss: db.boss });
    try {
      const session = await demoCall();
      await expect.poll(() => stepEvents(session.callId), { timeout: 15_000, interval: 20 }).toEqual(ALL);
      await expectAllOnce(session);
      const plain = await Promise.all(Array.from({ length: 8 }, () => plainCall()));
      // A step's event comes after what it did.
      for (const callId of plain) {
        await expect
          .poll(() => stepEvents(callId), { timeout: 15_000, interval: 20 })
          .toEqual(['analysis.done', 'row.done']);
      }
      expect(rows()).toHaveLength(9);
    } finally {
      await worker.stop();
    }
  });

  test('goes on with the job of a process that was killed, once its heartbeat is missing', async () => {
    const session = await demoCall();
    const [job] = await db.boss.fetch(AFTER_CALL_QUEUE);
    expect(job?.heartbeatSeconds).toBe(10);
    await expect(crashAt(session.callId, 5)).rejects.toThrow('killed');
    // Instead of waiting ten seconds.
    await db.dataSource.query(`update pgboss.job set heartbeat_on = now() - interval '11 s' where id = $1`, [
      job?.id,
    ]);
    const worker = await startAfterCall({ ...deps(), boss: db.boss });
    try {
      await expect.poll(() => stepEvents(session.callId), { timeout: 15_000, interval: 50 }).toEqual(ALL);
      await expectAllOnce(session);
    } finally {
      await worker.stop();
    }
  });

  test('comes again to a call whose SMS has to wait', async () => {
    const time = virtualTime();
    let tries = 0;
    const sms: SmsGateway = {
      ...withoutHandle([]),
      send: async () => {
        tries += 1;
        if (tries === 1) throw new DeliveryError('later', 'BUSY', { retryAfterMs: 60_000 });
        return { handle: 'h' };
      },
    };
    const deliveries = deliveriesOver(undefined, time);
    const worker = await startAfterCall({ ...deps({ sms, deliveries }), boss: db.boss });
    try {
      const { callId } = await demoCall();
      await expect
        .poll(() => stepEvents(callId), { timeout: 15_000, interval: 20 })
        .toEqual(['analysis.done', 'followup.done', 'sms pending']);
      await time.sleep(60_000, NEVER);
      await expect
        .poll(() => stepEvents(callId), { timeout: 15_000, interval: 20 })
        .toEqual([
          'analysis.done',
          'followup.done',
          'sms pending',
          'sms.done',
          'chat.done',
          'crm.done',
          'row.done',
        ]);
      expect(tries).toBe(2);
    } finally {
      await worker.stop();
    }
  });

  test('does not start with a bot name that makes no link', async () => {
    await expect(startAfterCall({ ...deps({ botName: 'нет' }), boss: db.boss })).rejects.toThrow(
      /TELEGRAM_BOT_NAME/,
    );
  });
});
