import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toCallId, type CallId } from '../../../engine/contract/ids.ts';
import { finishCall } from '../../after-call/finish-call.ts';
import { Deliveries } from '../../deliveries/deliver.ts';
import { PgDeliveryBook } from '../../deliveries/delivery-book.ts';
import { SILENT_LOG } from '../../log.ts';
import { AFTER_CALL_QUEUE } from '../../persistence/boss.ts';
import { exclusively, ifFree } from '../../persistence/exclusively.ts';
import {
  HELD_CALL,
  numbered,
  openTestPersistence,
  ORDER,
  UNANSWERED_CALL,
  type TestPersistence,
} from '../../persistence/testing/test-persistence.ts';
import { mortalLife } from '../../testing/mortal-life.ts';
import { SmsOutbox } from '../sms/outbox.ts';
import { GoogleRows } from './google-rows.ts';
import { GoogleSheet } from './google-sheet.ts';
import { RowWriter } from './row-writer.ts';
import { startFakeGoogle, type FakeGoogle } from './testing/fake-google.ts';
import { PgWaitingRows, type WaitingRows } from './waiting-rows.ts';

const NEVER = new AbortController().signal;
let db: TestPersistence;
let google: FakeGoogle;
let time = { now: 0 };

beforeAll(async () => {
  db = await openTestPersistence();
}, 60_000);
afterAll(() => db.close());
beforeEach(async () => {
  await db.dataSource.query('truncate calls cascade');
  await db.boss.deleteAllJobs(AFTER_CALL_QUEUE);
  google = await startFakeGoogle();
  time = { now: Date.now() };
});
afterEach(() => google.close());

const book = (): PgDeliveryBook => new PgDeliveryBook(db.dataSource, db.boss);
const waitingRows = (): PgWaitingRows => new PgWaitingRows({ ...db, book: book(), store: db.store });

/** A process that dies at its `fatal`-th point: before and after each entry and each request. */
function process(fatal = Number.POSITIVE_INFINITY) {
  const { around, signal, passed } = mortalLife(fatal);
  const pages = book();
  const rows = new PgWaitingRows({
    ...db,
    book: {
      open: (...args) => pages.open(...args),
      begin: (...args) => pages.begin(...args),
      settle: around((...args: Parameters<PgDeliveryBook['settle']>) => pages.settle(...args)),
      find: (...args) => pages.find(...args),
    },
    store: {
      call: (id) => db.store.call(id),
      demoSessionOfCall: (id) => db.store.demoSessionOfCall(id),
      finishStep: around((...args: Parameters<typeof db.store.finishStep>) => db.store.finishStep(...args)),
    },
  });
  const entered: WaitingRows = {
    hand: around((callId: CallId) => rows.hand(callId)),
    waiting: (limit) => rows.waiting(limit),
    begin: around((...args: Parameters<WaitingRows['begin']>) => rows.begin(...args)),
    release: around((...args: Parameters<WaitingRows['release']>) => rows.release(...args)),
    postpone: around((...args: Parameters<WaitingRows['postpone']>) => rows.postpone(...args)),
    written: (...args) => rows.written(...args),
    refused: (...args) => rows.refused(...args),
  };
  const sheet = new GoogleSheet(google.options({ answerMs: 5_000 }));
  const writer = new RowWriter({
    rows: entered,
    sheet: {
      prepare: around((signal: AbortSignal) => sheet.prepare(signal)),
      append: around((...args: Parameters<GoogleSheet['append']>) => sheet.append(...args)),
      find: around((...args: Parameters<GoogleSheet['find']>) => sheet.find(...args)),
      advice: (error) => sheet.advice(error),
    },
    log: SILENT_LOG,
    now: () => time.now,
  });
  return { signal, rows: entered, writer, passed };
}

async function ended(drafts = HELD_CALL): Promise<CallId> {
  const callId = await db.store.createCall(ORDER, { dial: false });
  for (const event of numbered(callId, drafts)) await db.journal.append(event);
  return callId;
}

/** The walk after a call and the rounds of its row, in one process, as far as it lives. */
async function live(callId: CallId, one: ReturnType<typeof process>): Promise<void> {
  const { rows, writer, signal } = one;
  const alone = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    exclusively(db.dataSource, name, work);
  await finishCall(
    callId,
    {
      store: db.store,
      analyst: {
        analyse: async () => ({
          finalDisposition: 'interested',
          shortSummary: 'Хочет цену.',
          interest: 'цена',
        }),
        followUp: async () => '',
      },
      sms: new SmsOutbox(db.dataSource),
      deliveries: new Deliveries({ book: book(), exclusively: alone, log: SILENT_LOG }),
      rows: {
        name: 'google-sheets',
        append: async (row) => {
          await rows.hand(toCallId(row.call_id));
          return 'waiting';
        },
      },
      botName: 'HALO_DEMO_BOT',
      log: SILENT_LOG,
    },
    signal,
  );
  for (let at = await writer.round(signal); at !== undefined; at = await writer.round(signal))
    time.now = Math.max(time.now, at);
}

async function after(callId: CallId): Promise<string[]> {
  const events = await db.store.events(callId);
  const end = events.findIndex(({ type }) => type === 'call.ended');
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
  return events
    .slice(end + 1)
    .map((event) => (event.type === 'delivery.changed' ? `${event.channel} ${event.state}` : event.type));
}

describe('the row of a call, on its way into a Google sheet', () => {
  it('waits in the journal, and is done when it is there', async () => {
    const held = await ended();
    await live(held, process());
    expect(await after(held)).toEqual(['analysis.done', 'sheet pending', 'row.done']);
    const unanswered = await ended(UNANSWERED_CALL);
    await live(unanswered, process());
    expect(await after(unanswered)).toEqual(['sheet pending', 'row.done']);
    const [done] = (await db.store.events(held)).filter(({ type }) => type === 'row.done');
    expect(done).toMatchObject({ sink: 'google-sheets' });
    expect(google.cells().map((row) => row.slice(1))).toEqual([
      ['call_id', 'phone', 'status', 'final_disposition', 'duration_sec', 'short_summary', 'transcript'],
      [
        held,
        ORDER.phone,
        'completed',
        'interested',
        '60',
        'Хочет цену.',
        expect.stringMatching(/^Ассистент: /),
      ],
      [unanswered, ORDER.phone, 'no_answer', 'unknown', '0', 'Не дозвонились: статус no_answer'],
    ]);
  });

  it('is there exactly once, wherever the process is killed', async () => {
    const whole = process();
    await live(await ended(), whole);
    const points = whole.passed();
    // Handing in, the header, the mark, the append, the step, the outcome: before and after each.
    expect(points).toBe(6 * 2);
    const looked: number[] = [];
    for (let point = 1; point <= points; point += 1) {
      await db.dataSource.query('truncate calls cascade');
      google.tabs[0]!.rows.length = 0;
      const callId = await ended();
      await expect(live(callId, process(point))).rejects.toThrow('killed');
      const before = google.server.arrivals.length;
      const deadAt = time.now;
      await live(callId, process());
      expect(google.cells().map((row) => row[1])).toEqual(['call_id', callId]);
      const reads = google.server.arrivals
        .slice(before)
        .filter(({ path }) => decodeURIComponent(path).includes('!B1:B'));
      if (reads.length > 0) looked.push(point);
      // A row that was not there yet is waited for as long as Google may work on it.
      expect(time.now - deadAt).toBe(reads.length === 2 ? 185_000 : 0);
      const told = (await after(callId)).filter((what) => what !== 'sheet sending');
      expect(told).toEqual(['analysis.done', 'sheet pending', 'row.done']);
      expect(await book().find({ callId, channel: 'sheet', purpose: 'row' })).toMatchObject({
        state: 'accepted',
        lastError: null,
      });
    }
    // From the mark until the outcome is written down.
    expect(looked).toEqual([6, 7, 8, 9, 10, 11]);
  });

  it('of a hundred calls at once, through three processes, is there a hundred times', async () => {
    const calls = await Promise.all(Array.from({ length: 100 }, () => ended(UNANSWERED_CALL)));
    const sinks = [1, 2, 3].map(() => {
      const rows = waitingRows();
      const writer = new RowWriter({
        rows,
        sheet: new GoogleSheet(google.options({ answerMs: 5_000 })),
        log: SILENT_LOG,
      });
      return new GoogleRows({
        rows,
        writer,
        ifFree: (work) => ifFree(db.dataSource, 'google-sheets', work),
        log: SILENT_LOG,
        pollMs: 50,
        paceMs: 10,
      });
    });
    try {
      await Promise.all(
        calls.flatMap((callId) =>
          sinks.map(async (sink) => {
            const view = await db.store.call(callId);
            await sink.append({ ...ROWLESS, call_id: view?.callId ?? '' }, NEVER);
          }),
        ),
      );
      await expect.poll(() => google.cells().length, { timeout: 20_000, interval: 20 }).toBe(101);
      for (const callId of calls)
        await expect
          .poll(() => after(callId), { timeout: 20_000, interval: 20 })
          .toEqual(['sheet pending', 'row.done']);
    } finally {
      await Promise.all(sinks.map((sink) => sink.stop()));
    }
    const [, ...rows] = google.cells();
    expect(rows.map((row) => row[1]).sort()).toEqual([...calls].sort());
    console.log(`100 rows handed in three times by three processes: ${google.appends} appends`);
  });

  it('that was given up by a process that stops is gone on with by the next', async () => {
    const callId = await ended(UNANSWERED_CALL);
    const first = process();
    await first.rows.hand(callId);
    google.server.troubles.push({ how: 'hang', taken: true, at: /:append/ });
    const stopping = new AbortController();
    const round = first.writer.round(stopping.signal);
    await expect.poll(() => google.appends, { interval: 5 }).toBe(1);
    stopping.abort(new Error('stopping'));
    await expect(round).rejects.toThrow('stopping');
    await live(callId, process());
    expect(google.appends).toBe(1);
    expect(await after(callId)).toEqual(['sheet pending', 'row.done']);
  });

  it('is taken by one of two writers that have lost their lock', async () => {
    const calls = await Promise.all(Array.from({ length: 20 }, () => ended(UNANSWERED_CALL)));
    const [one, two] = [waitingRows(), waitingRows()];
    for (const callId of calls) await one.hand(callId);
    const seen = await one.waiting(500);
    const taken = await Promise.all([one.begin(seen, time.now), two.begin(seen, time.now)]);
    const ids = taken.flat().map(({ delivery }) => delivery.callId);
    expect(ids.sort()).toEqual([...calls].sort());
  });

  it('says why it waits, as an event of the call, once for each reason', async () => {
    const callId = await ended(UNANSWERED_CALL);
    const one = process();
    await one.rows.hand(callId);
    google.access = 'none';
    for (let i = 0; i < 4; i += 1) time.now = (await one.writer.round(NEVER)) ?? time.now;
    google.access = 'editor';
    await live(callId, process());
    expect(await after(callId)).toEqual(['sheet pending', 'sheet pending', 'row.done']);
  });
});

/** Only the call's id is looked at: the row is made from the journal when it is written. */
const ROWLESS = {
  timestamp: '',
  call_id: '',
  phone: '',
  status: '',
  final_disposition: '',
  duration_sec: '',
  short_summary: '',
  transcript: '',
};
