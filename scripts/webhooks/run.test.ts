import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebhookEvents } from '../../api/channels/webhook/event-book.ts';
import { Deliveries } from '../../api/deliveries/deliver.ts';
import { PgDeliveryBook } from '../../api/deliveries/delivery-book.ts';
import { SILENT_LOG } from '../../api/log.ts';
import { WEBHOOK_QUEUE } from '../../api/persistence/boss.ts';
import { exclusively } from '../../api/persistence/exclusively.ts';
import {
  HELD_CALL,
  numbered,
  openTestPersistence,
  ORDER,
  UNANSWERED_CALL,
  type TestPersistence,
} from '../../api/persistence/testing/test-persistence.ts';
import { toCallId, type CallId } from '../../engine/contract/ids.ts';
import { type WebhooksOptions } from './options.ts';
import { UsageError } from '../lib/usage.ts';
import { runWebhooks } from './run.ts';

let db: TestPersistence;
let events: WebhookEvents;

beforeAll(async () => {
  db = await openTestPersistence();
  events = new WebhookEvents(db.dataSource, db.boss, undefined);
}, 60_000);
afterAll(() => db.close());
beforeEach(async () => {
  await db.dataSource.query('truncate calls cascade');
  await db.boss.deleteAllJobs(WEBHOOK_QUEUE);
});

async function run(options: WebhooksOptions): Promise<{ ok: boolean; lines: string[] }> {
  const lines: string[] = [];
  const ok = await runWebhooks(options, {
    events,
    deliveries: new Deliveries({
      book: new PgDeliveryBook(db.dataSource, db.boss),
      exclusively: (name, work) => exclusively(db.dataSource, name, work),
      log: SILENT_LOG,
    }),
    call: (callId) => db.store.call(callId),
    tell: (line) => void lines.push(line),
  });
  return { ok, lines };
}

async function call(drafts = HELD_CALL): Promise<CallId> {
  const callId = await db.store.createCall(ORDER, { dial: false });
  for (const event of numbered(callId, drafts)) await db.journal.append(event);
  return callId;
}
const jobs = async (): Promise<unknown[]> =>
  await db.dataSource.query('select 1 from pgboss.job where name = $1', [WEBHOOK_QUEUE]);
const list = (failed: boolean) => run({ action: 'list', failed, limit: 20, json: false });

describe('npm run webhooks', () => {
  it('lists what went, what did not and why, without a word of the call', async () => {
    expect((await list(false)).lines).toEqual(['Сообщений ещё не было.']);
    expect((await list(true)).lines).toEqual(['Всё дошло.']);
    const callId = await call(UNANSWERED_CALL);
    await events.announce((await db.store.call(callId))!);
    const book = new PgDeliveryBook(db.dataSource, db.boss);
    const delivery = await book.open({ callId, channel: 'webhook', purpose: 'call.completed' }, 'webhook');
    await book.settle(delivery, { state: 'failed', attempts: 16, lastError: 'SERVER 503' }, Date.now());
    const { lines } = await list(true);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      new RegExp(`${callId}  не дошло; попыток 16; сбой на той стороне \\(код 503\\); evt_[0-9a-f-]{36}$`),
    );
    const { lines: json } = await run({ action: 'list', failed: false, limit: 1, json: true });
    expect(JSON.parse(json[0]!)).toMatchObject({ callId, state: 'failed', attempts: 16 });
    expect(json[0]).not.toContain(ORDER.phone);
  });

  it('replays one call, and all that failed', async () => {
    const book = new PgDeliveryBook(db.dataSource, db.boss);
    const calls = [await call(UNANSWERED_CALL), await call(UNANSWERED_CALL)];
    for (const callId of calls) {
      await events.announce((await db.store.call(callId))!);
      const delivery = await book.open({ callId, channel: 'webhook', purpose: 'call.completed' }, 'webhook');
      await book.settle(delivery, { state: 'failed', attempts: 16, lastError: 'GONE 410' }, Date.now());
    }
    expect(await run({ action: 'replay', callId: calls[0]! })).toMatchObject({ ok: true });
    expect((await list(true)).lines).toHaveLength(1);
    const { lines } = await run({ action: 'replay-failed' });
    expect(lines).toEqual([`${calls[1]}: отправляем снова`]);
    expect((await list(true)).lines).toEqual(['Всё дошло.']);
    expect(await jobs()).toHaveLength(4);
    expect((await run({ action: 'replay-failed' })).lines).toEqual(['Всё дошло: повторять нечего.']);
  });

  it('makes the message of a call that ended before there was a webhook, and of no other', async () => {
    const callId = await call();
    await expect(run({ action: 'replay', callId })).rejects.toThrow(UsageError);
    await db.store.finishStep(callId, 'analysis', { type: 'step.failed', step: 'analysis', message: 'x' });
    expect(await run({ action: 'replay', callId })).toMatchObject({ ok: true });
    expect(await jobs()).toHaveLength(1);
    const going = await call(HELD_CALL.slice(0, 3));
    await expect(run({ action: 'replay', callId: going })).rejects.toThrow(/ещё не закончен/);
    const nobody = toCallId('11111111-1111-4111-8111-111111111111');
    expect(await run({ action: 'replay', callId: nobody })).toEqual({
      ok: false,
      lines: [`${nobody}: такого звонка нет`],
    });
  });
});
