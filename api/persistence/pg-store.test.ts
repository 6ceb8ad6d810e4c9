import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallEvent, CallEventDraft } from '../../engine/contract/call-event.ts';
import { foldJournal } from '../../engine/contract/fold-call.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { PgDeliveryBook } from '../deliveries/delivery-book.ts';
import { SILENT_LOG } from '../log.ts';
import { AFTER_CALL_QUEUE, DIAL_QUEUE } from './boss.ts';
import { appendToCall, lockCall } from './call-log.ts';
import { createDataSource, migrate } from './data-source.ts';
import { DemoSessionEntity } from './entities/demo-session.ts';
import { PgJournal } from './pg-journal.ts';
import { queueSizes } from './queue-sizes.ts';
import {
  HELD_CALL,
  numbered,
  openTestPersistence,
  ORDER,
  UNANSWERED_CALL,
  type TestPersistence,
} from './testing/test-persistence.ts';
import { watchedCallsContract } from './testing/watched-calls-contract.ts';

let db: TestPersistence;

beforeAll(async () => {
  db = await openTestPersistence();
}, 60_000);
afterAll(async () => {
  await db.close();
});
beforeEach(async () => {
  await db.dataSource.query('truncate calls cascade');
  await db.boss.deleteAllJobs(DIAL_QUEUE);
  await db.boss.deleteAllJobs(AFTER_CALL_QUEUE);
});

async function jobsOf(queue: string): Promise<string[]> {
  return (await db.boss.findJobs<{ callId: string }>(queue)).map((job) => job.data.callId);
}

async function hold(callId: string, drafts: readonly CallEventDraft[] = HELD_CALL): Promise<void> {
  for (const event of numbered(callId, drafts)) await db.journal.append(event);
}

describe('stored events', () => {
  test('are told once each, when they are on the disk, whoever wrote them', async () => {
    const told: CallEvent[] = [];
    const stop = db.storedEvents.subscribe((event) => told.push(event));
    const callId = await db.store.createCall(ORDER);
    const [first, second] = numbered(callId, HELD_CALL) as [CallEvent, CallEvent];
    await db.journal.append(first);
    await db.journal.append(first);
    // The transaction of a job that cannot be written is rolled back, event and all.
    const failing = db.dataSource.transaction(async (manager) => {
      const row = await lockCall(manager, callId);
      await appendToCall(manager, db.boss, row!, second);
      throw new Error('the house burns down');
    });
    await expect(failing).rejects.toThrow('burns');
    await hold(callId, HELD_CALL);
    const event = { type: 'row.done', sink: 'csv' } as const;
    await Promise.all([1, 2].map(() => db.store.finishStep(callId, 'row', event)));
    stop();
    expect(told).toEqual(await db.store.events(callId));
    expect(told.at(-1)).toMatchObject(event);
  });

  test('what waits is counted, and for how long', async () => {
    const idle = { waitingCalls: 0, oldestWaitSec: 0, openDeliveries: {} };
    expect(await queueSizes(db.dataSource)).toEqual(idle);
    const callId = await db.store.createCall(ORDER);
    await db.store.createCall(ORDER);
    await db.dataSource.query(`update calls set created_at = now() - interval '90 s' where id = $1`, [
      callId,
    ]);
    await new PgDeliveryBook(db.dataSource, db.boss).open({ callId, channel: 'sms', purpose: 'x' }, 'smsc');
    const sizes = await queueSizes(db.dataSource);
    expect(sizes).toMatchObject({ waitingCalls: 2, openDeliveries: { sms: 1 } });
    expect(Math.round(sizes.oldestWaitSec)).toBe(90);
  });
});

describe('tables', () => {
  test('the migrations make exactly what the entities describe', async () => {
    const schema = async (): Promise<string[]> =>
      (await db.dataSource.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);
    expect(await schema()).toEqual([]);
    await db.dataSource.query('alter table calls drop column talked');
    expect(await schema()).not.toEqual([]);
    await db.dataSource.query('alter table calls add column talked boolean not null default false');
    expect(await schema()).toEqual([]);
  });

  test('can be taken back and made again, by several processes at once', async () => {
    const migrations = db.dataSource.migrations.length;
    for (let i = 0; i < migrations; i += 1) await db.dataSource.undoLastMigration();
    expect(await db.dataSource.query(`select 1 from pg_tables where schemaname = 'public'`)).toHaveLength(1);
    const sources = await Promise.all(
      [1, 2, 3].map(async () => await createDataSource(db.database.url, SILENT_LOG).initialize()),
    );
    await Promise.all(sources.map((source) => migrate(source, db.database.url, SILENT_LOG)));
    await Promise.all(sources.map((source) => source.destroy()));
    expect(await db.dataSource.query('select name from halo_migrations')).toHaveLength(migrations);
  });
});

describe('the store', () => {
  watchedCallsContract(() => ({ store: db.store, happen: hold }));

  test('createCall: the row, its first event and its dial job', async () => {
    const callId = await db.store.createCall({ ...ORDER, farEnd: { persona: 'interested' } });
    expect(await db.store.call(callId)).toMatchObject({
      callId,
      phone: ORDER.phone,
      status: 'created',
      lastSeq: 1,
    });
    expect(await db.store.events(callId)).toEqual([
      {
        callId,
        seq: 1,
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/) as string,
        type: 'call.created',
        phone: ORDER.phone,
        language: 'auto',
        voice: 'female',
        prompt: ORDER.prompt,
      },
    ]);
    expect(await jobsOf(DIAL_QUEUE)).toEqual([callId]);
  });

  test('createCall without dialling leaves no job', async () => {
    await db.store.createCall(ORDER, { dial: false });
    expect(await jobsOf(DIAL_QUEUE)).toEqual([]);
  });

  test('createDemoSession: all or nothing, with an unguessable hash', async () => {
    const session = await db.store.createDemoSession(ORDER);
    expect(session.callIdHash).toMatch(/^CALL_[A-Za-z0-9_-]{22}$/);
    expect(session.linkCode).toMatch(/^[0-9A-Za-z]{9}$/);
    expect(await db.store.demoSessionByLink(session.linkCode ?? '')).toEqual(session);
    expect(await db.store.demoSessionByLink('000000000')).toBeUndefined();
    expect(await db.store.demoSession(session.id)).toEqual(session);
    expect(await db.store.demoSessionOfCall(session.callId)).toEqual(session);
    expect(await jobsOf(DIAL_QUEUE)).toEqual([session.callId]);

    await db.dataSource.query(
      `alter table demo_sessions add constraint refuse check (call_id_hash = 'x') not valid`,
    );
    try {
      await expect(db.store.createDemoSession(ORDER)).rejects.toThrow(/refuse/);
    } finally {
      await db.dataSource.query('alter table demo_sessions drop constraint refuse');
    }
    expect(await jobsOf(DIAL_QUEUE)).toEqual([session.callId]);
    expect(await db.dataSource.query('select count(*)::int as n from calls')).toEqual([{ n: 1 }]);
    expect(await db.dataSource.query('select count(*)::int as n from call_events')).toEqual([{ n: 1 }]);
  });

  test('what is not there is undefined, whatever the id looks like', async () => {
    for (const id of ['', 'nope', `'; drop table calls; --`, randomUUID()]) {
      expect(await db.store.call(id)).toBeUndefined();
      expect(await db.store.demoSession(id)).toBeUndefined();
      expect(await db.store.chat(id)).toBeUndefined();
      expect(await db.store.crm(id)).toBeUndefined();
      expect(await db.store.events(id)).toEqual([]);
    }
  });

  test('journalTail gives another process the events of many calls, each after its own number', async () => {
    const { store } = await db.another();
    const calls = [await db.store.createCall(ORDER), await db.store.createCall(ORDER)];
    for (const callId of calls) await hold(callId);
    const [first, second] = calls;
    if (first === undefined || second === undefined) throw new Error('no calls');
    const tail = await store.journalTail(
      new Map([
        [first, 0],
        [second, HELD_CALL.length],
      ]),
    );
    expect(tail.filter(({ callId }) => callId === first)).toEqual(await db.store.events(first));
    expect(tail.filter(({ callId }) => callId === second)).toEqual(
      await db.store.events(second, HELD_CALL.length),
    );
    expect(await store.journalTail(new Map())).toEqual([]);
  });

  test('texts that PostgreSQL cannot hold are stored without what it cannot', async () => {
    const callId = await db.store.createCall({ ...ORDER, prompt: 'а\u0000б\uD800в' });
    expect((await db.store.call(callId))?.prompt).toBe('аб\uFFFDв');
    const [said] = numbered(callId, [{ type: 'line.ended', outcome: 'error', reason: '\u0000\uDFFF' }]);
    if (said === undefined) throw new Error('no event');
    await db.journal.append(said);
    expect((await db.store.call(callId))?.reason).toBe('\uFFFD');
  });

  test('lists ended calls and chats newest first, and sums them', async () => {
    const demo = await db.store.createDemoSession(ORDER, { dial: false });
    await hold(demo.callId);
    await db.store.finishStep(demo.callId, 'analysis', {
      type: 'analysis.done',
      finalDisposition: 'interested',
      shortSummary: 'Заинтересован',
      interest: 'цена',
    });
    const chatId = randomUUID();
    await db.store.finishStep(
      demo.callId,
      'chat',
      { type: 'chat.done', chatId },
      { kind: 'chat', chat: { id: chatId, summary: 'С', messages: [{ from: 'assistant', text: 'Т' }] } },
    );
    const missed = await db.store.createCall(ORDER, { dial: false });
    await hold(missed, UNANSWERED_CALL);
    await db.store.createCall(ORDER);

    const listed = await db.store.realInteractions(10);
    expect(listed.map(({ id }) => id)).toEqual([missed, chatId, demo.callId]);
    expect(listed[2]).toMatchObject({ type: 'call', disposition: 'interested', summary: 'Заинтересован' });
    expect(await db.store.realInteractions(1)).toHaveLength(1);
    const totals = { calls: 2, chats: 1, talked: 1, interested: 1, durationSecSum: 60, heldCalls: 1 };
    expect(await db.store.realTotals()).toEqual({ ...totals, leads: 0 });
    await db.store.finishStep(
      demo.callId,
      'crm',
      { type: 'crm.done', status: 'interested', interest: 'цена', telegramLinkSent: true },
      {
        kind: 'crm',
        crm: { clientPhone: ORDER.phone, status: 'interested', interest: 'цена', telegramLinkSent: true },
      },
    );
    expect(await db.store.realTotals()).toEqual({ ...totals, leads: 1 });
  });

  test('finishStep: once, numbered on, the record with it, and Telegram shows on the card', async () => {
    const { callId } = await db.store.createDemoSession(ORDER, { dial: false });
    await hold(callId);
    const crm = {
      clientPhone: ORDER.phone,
      status: 'neutral',
      interest: 'нет',
      telegramLinkSent: false,
    } as const;
    const event = { type: 'crm.done', status: 'neutral', interest: 'нет', telegramLinkSent: false } as const;
    const finish = (): Promise<void> => db.store.finishStep(callId, 'crm', event, { kind: 'crm', crm });
    await Promise.all([finish(), finish(), finish()]);
    await finish();
    const events = await db.store.events(callId);
    expect(events.filter(({ type }) => type === 'crm.done')).toHaveLength(1);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(await db.store.crm(callId)).toEqual({ callId, ...crm, telegramConnected: false });
    await db.dataSource.manager.update(DemoSessionEntity, { callId }, { telegramUserId: '128392991' });
    expect(await db.store.crm(callId)).toMatchObject({ telegramConnected: true });
  });

  test('finishStep refuses an event of another step, and a call that is not there', async () => {
    const callId = await db.store.createCall(ORDER, { dial: false });
    await expect(db.store.finishStep(callId, 'sms', { type: 'row.done', sink: 'csv' })).rejects.toThrow(
      TypeError,
    );
    await expect(
      db.store.finishStep(toCallId(randomUUID()), 'row', { type: 'row.done', sink: 'csv' }),
    ).rejects.toThrow(/no call/);
  });

  test('a step that failed may still be done; done, it does not fail any more', async () => {
    const callId = await db.store.createCall(ORDER, { dial: false });
    await hold(callId);
    await db.store.finishStep(callId, 'row', { type: 'step.failed', step: 'row', message: 'диск полон' });
    expect((await db.store.call(callId))?.stepsFailed).toEqual(['row']);
    await db.store.finishStep(callId, 'row', { type: 'row.done', sink: 'csv' });
    await db.store.finishStep(callId, 'row', { type: 'step.failed', step: 'row', message: 'диск полон' });
    expect(await db.store.call(callId)).toMatchObject({ stepsDone: ['row'], stepsFailed: [] });
  });

  test('ping answers', async () => {
    await expect(db.store.ping()).resolves.toBeUndefined();
  });
});

describe('the journal', () => {
  test('the stored view is the fold of the stored events', async () => {
    const callId = await db.store.createCall(ORDER, { dial: false });
    await hold(callId);
    const events = await db.store.events(callId);
    const view = await db.store.call(callId);
    expect(view).toEqual(foldJournal(events));
    expect(events.slice(1)).toEqual(numbered(callId, HELD_CALL));
    expect(await db.store.events(callId, 9)).toEqual(events.slice(9));
    const [row] = await db.dataSource.query<object[]>(
      'select status, duration_sec, talked, last_seq, lease_until, started_at from calls where id = $1',
      [callId],
    );
    expect(row).toEqual({
      status: 'completed',
      duration_sec: 60,
      talked: true,
      last_seq: events.length,
      lease_until: null,
      started_at: new Date(view?.startedAt ?? ''),
    });
  });

  test('the same events again, in any order and from several processes, change nothing', async () => {
    const callId = await db.store.createCall(ORDER, { dial: false });
    const events = numbered(callId, HELD_CALL);
    const other = await db.another();
    for (const event of events)
      await Promise.all([db.journal.append(event), other.journal.append(event), db.journal.append(event)]);
    const view = await db.store.call(callId);
    await Promise.all([...events].reverse().map((event) => other.journal.append(event)));
    expect(await db.store.call(callId)).toEqual(view);
    expect(await db.store.events(callId)).toHaveLength(events.length + 1);
    expect(await jobsOf(AFTER_CALL_QUEUE)).toEqual([callId]);
  });

  test('an event before its turn is refused and leaves nothing', async () => {
    const callId = await db.store.createCall(ORDER, { dial: false });
    const [first, second, third] = numbered(callId, HELD_CALL) as [CallEvent, CallEvent, CallEvent];
    await expect(db.journal.append(second)).rejects.toThrow(/event 3 .* came before event 2/);
    await db.journal.append(first);
    await db.journal.append(second);
    await db.journal.append(third);
    expect((await db.store.call(callId))?.lastSeq).toBe(4);
  });

  test('events of a call that was ended by another are dropped', async () => {
    const warnings: string[] = [];
    const journal = new PgJournal(db.dataSource, db.boss, {
      ...SILENT_LOG,
      warn: (_, message) => void warnings.push(message),
    });
    const callId = await db.store.createCall(ORDER, { dial: false });
    const [dialling, ringing, answered] = numbered(callId, HELD_CALL) as [CallEvent, CallEvent, CallEvent];
    await journal.append(dialling);
    const [ended] = numbered(
      callId,
      [{ type: 'call.ended', status: 'failed', reason: 'перезапуск', durationSec: 0 }],
      3,
    );
    if (ended === undefined) throw new Error('no event');
    await journal.append(ended);
    const view = await db.store.call(callId);
    await journal.append(dialling);
    expect(warnings).toEqual([]);
    await journal.append(ringing);
    await journal.append(answered);
    await journal.append({ ...ended, seq: 9 });
    expect(warnings).toHaveLength(3);
    expect(await db.store.call(callId)).toEqual(view);
    expect(await jobsOf(AFTER_CALL_QUEUE)).toEqual([callId]);
  });

  test('a call that was begun elsewhere can be journalled from its first event', async () => {
    const callId = toCallId(randomUUID());
    const [created, dialling] = numbered(
      callId,
      [
        { type: 'call.created', phone: ORDER.phone, language: 'en', voice: 'male', prompt: '' },
        { type: 'line.dialling', via: 'x', simulated: true },
      ],
      1,
    ) as [CallEvent, CallEvent];
    await expect(db.journal.append(dialling)).rejects.toThrow(/no call/);
    await db.journal.append(created);
    await db.journal.append(created);
    await db.journal.append(dialling);
    expect(await db.store.call(callId)).toMatchObject({ status: 'dialing', language: 'en' });
  });
});
