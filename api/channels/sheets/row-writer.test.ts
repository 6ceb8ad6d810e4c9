import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GoogleSheet } from './google-sheet.ts';
import { RowWriter } from './row-writer.ts';
import { SILENT_LOG } from '../../log.ts';
import { mortalLife } from '../../testing/mortal-life.ts';
import { apiError, CLIENT_EMAIL, startFakeGoogle, type FakeGoogle } from './testing/fake-google.ts';
import type { Misbehaviour, FakeAnswer } from '../sms/testing/fake-gateway.ts';
import { manyRows, rowsContract } from './testing/rows-contract.ts';
import { sheetLab } from './testing/sheet-lab.ts';

const NEVER = new AbortController().signal;
const APPEND = /^POST .*:append/;

rowsContract('Google Sheets', async () => {
  const google = await startFakeGoogle();
  const { writerOf, settle, hand } = sheetLab(google);
  return {
    add: async (rows, processes) => {
      const writers = Array.from({ length: processes }, () => writerOf());
      await Promise.all(writers.map(() => hand(rows)));
      // The lock of the database lets one write at a time.
      for (const writer of writers) await settle(writer);
    },
    cells: () => google.cells(),
    close: () => google.close(),
  };
});

describe('rows on their way into a sheet', () => {
  let google: FakeGoogle;
  beforeEach(async () => {
    google = await startFakeGoogle();
  });
  afterEach(() => google.close());

  const ids = (): (string | undefined)[] =>
    google
      .cells()
      .slice(1)
      .map((row) => row[1]);
  const next = (how: Misbehaviour | FakeAnswer, taken = false, at = APPEND): void =>
    void google.server.troubles.push({ how, taken, at });

  it('go in few requests, in the order of the calls’ ends', async () => {
    const { hand, writerOf, settle } = sheetLab(google);
    const rows = manyRows(120);
    await hand([...rows].reverse());
    await settle(writerOf());
    expect(ids()).toEqual(rows.map((row) => row.call_id));
    expect(google.appends).toBe(1);
  });

  it('wait for hours, and are then there in their order', async () => {
    const { hand, writerOf, settle, rows, time } = sheetLab(google);
    const [first, ...others] = manyRows(30);
    google.access = 'none';
    const writer = writerOf();
    await hand([first!]);
    await settle(writer, 5 * 3_600_000);
    await hand(others.reverse());
    await settle(writer, 5 * 3_600_000);
    expect(google.cells()).toEqual([]);
    // One event for the waiting and one for its reason, however often it was tried.
    const told = rows.told.filter(({ callId }) => callId === first!.call_id).map(({ what }) => what);
    expect(told).toEqual([
      'waits',
      `Строка таблицы: ждёт: нет доступа к таблице: в её «Настройках доступа» добавьте ${CLIENT_EMAIL} редактором; повторяем сами`,
    ]);
    expect(Math.max(...time.waits)).toBeLessThanOrEqual(375_000);
    expect(time.waits.length).toBeLessThan(200);
    google.access = 'editor';
    await settle(writer);
    expect(ids()).toEqual(manyRows(30).map((row) => row.call_id));
    expect(rows.told.filter(({ what }) => what === 'done')).toHaveLength(30);
  });

  it('wait as long as Google says, and no less', async () => {
    const { hand, writerOf, settle, time } = sheetLab(google);
    await hand(manyRows(2));
    next({ status: 429, headers: { 'retry-after': '70' }, body: '' });
    next(apiError(403, 'PERMISSION_DENIED', 'Quota exceeded', 'RATE_LIMIT_EXCEEDED'));
    await settle(writerOf());
    expect(ids()).toHaveLength(2);
    expect(time.waits[0]).toBe(70_000);
    expect(time.waits[1]).toBeGreaterThanOrEqual(3_000);
    expect(time.waits).toHaveLength(2);
  });

  it.each(['hang', 'drip', 'cut', { status: 503, body: '' }, { body: '{}' }] as const)(
    'of unknown outcome are looked for, and written again only when they cannot come any more: %j',
    async (how) => {
      for (const taken of [true, false]) {
        google.tabs[0]!.rows.length = 0;
        const { hand, writerOf, settle, time, rows } = sheetLab(google);
        const [late, ...batch] = manyRows(4).reverse();
        await hand(batch);
        next(how, taken);
        const before = google.appends;
        const writer = writerOf();
        await writer.round(NEVER);
        await hand([late!]);
        await settle(writer);
        expect(ids()).toEqual(manyRows(4).map((row) => row.call_id));
        expect(google.appends - before).toBe(taken ? 2 : 1);
        const waited = time.waits.reduce((sum, ms) => sum + ms, 0);
        if (taken) expect(waited).toBe(5_000);
        else expect(waited).toBe(185_000);
        expect(rows.told.find(({ what }) => what.includes('неизвестно'))?.what).toMatch(
          /^Строка таблицы: неизвестно, записана ли \(.+\); посмотрим в таблице и решим$/,
        );
      }
    },
  );

  it('that arrive while they are looked for are there once', async () => {
    const { hand, writerOf, settle, time } = sheetLab(google);
    await hand(manyRows(1));
    next('hang', false);
    const writer = writerOf();
    await writer.round(NEVER);
    time.now += 5_000;
    await writer.round(NEVER);
    // What hung arrives after the first look, before Google's time for a request is over.
    await new GoogleSheet(google.options()).append(manyRows(1), NEVER);
    await settle(writer);
    expect(ids()).toHaveLength(1);
  });

  it('that no sheet takes fail alone, and say so', async () => {
    const { hand, settle, rows } = sheetLab(google);
    const given = manyRows(9);
    await hand(given);
    const poisoned = given[5]!.call_id;
    const sheet = new GoogleSheet(google.options());
    const append = sheet.append.bind(sheet);
    sheet.append = async (batch, signal) => {
      if (batch.some((row) => row.call_id === poisoned))
        next(apiError(400, 'INVALID_ARGUMENT', 'Invalid values'));
      await append(batch, signal);
    };
    await settle(new RowWriter({ rows, sheet, log: SILENT_LOG, now: () => 0 }));
    expect(ids()).toEqual(given.filter((row) => row.call_id !== poisoned).map((row) => row.call_id));
    expect(rows.told.find(({ callId, what }) => callId === poisoned && what !== 'waits')?.what).toBe(
      'Строка таблицы: не записана: в приёме отказано (код 400)',
    );
  });

  it('of two writers that both believe to be alone are there once', async () => {
    const { hand, writerOf, settle } = sheetLab(google);
    await hand(manyRows(50));
    await Promise.all([1, 2, 3].map(() => settle(writerOf())));
    expect(ids()).toEqual(manyRows(50).map((row) => row.call_id));
  });

  it('are there once each and in order, wherever processes are killed and whatever Google answers', async () => {
    const trouble = fc.constantFrom<Misbehaviour | FakeAnswer>(
      'cut',
      { status: 503, body: '' },
      { status: 429, headers: { 'retry-after': '3' }, body: '' },
      { body: 'null' },
    );
    const troubles = fc.array(fc.tuple(trouble, fc.boolean()), { maxLength: 3 });
    const deaths = fc.array(fc.integer({ min: 1, max: 14 }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(troubles, deaths, async (script, fatals) => {
        google.tabs[0]!.rows.length = 0;
        google.server.troubles.length = 0;
        const { hand, settle, rows, time, writerOf } = sheetLab(google);
        await hand(manyRows(3));
        for (const [how, taken] of script) {
          // A 429 is never given to what was taken.
          const busy = typeof how === 'object' && how.status === 429;
          google.server.troubles.push({ how, taken: taken && !busy, at: APPEND });
        }
        for (const fatal of fatals) {
          const { writer, signal } = mortal(fatal, google, rows, () => time.now);
          for (;;) {
            try {
              const at = await writer.round(signal);
              if (at === undefined) break;
              time.now = Math.max(time.now, at);
            } catch (error) {
              if (!signal.aborted) throw error;
              break;
            }
          }
        }
        await settle(writerOf());
        expect(ids()).toEqual(manyRows(3).map((row) => row.call_id));
        expect(google.cells()).toHaveLength(4);
        expect(rows.told.filter(({ what }) => what === 'done').length).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 60 },
    );
  });
});

/** A process that dies at its `fatal`-th point: before and after each entry and each request. */
function mortal(
  fatal: number,
  google: FakeGoogle,
  rows: ReturnType<typeof sheetLab>['rows'],
  now: () => number,
): { writer: RowWriter; signal: AbortSignal } {
  const { around, signal } = mortalLife(fatal);
  const sheet = new GoogleSheet(google.options());
  const writer = new RowWriter({
    now,
    log: SILENT_LOG,
    sheet: {
      prepare: around((signal: AbortSignal) => sheet.prepare(signal)),
      append: around((...args: Parameters<GoogleSheet['append']>) => sheet.append(...args)),
      find: around((...args: Parameters<GoogleSheet['find']>) => sheet.find(...args)),
      advice: (error) => sheet.advice(error),
    },
    rows: {
      hand: (callId) => rows.hand(callId),
      waiting: around((limit: number) => rows.waiting(limit)),
      begin: around((...args: Parameters<typeof rows.begin>) => rows.begin(...args)),
      release: around((...args: Parameters<typeof rows.release>) => rows.release(...args)),
      postpone: around((...args: Parameters<typeof rows.postpone>) => rows.postpone(...args)),
      written: around((...args: Parameters<typeof rows.written>) => rows.written(...args)),
      refused: around((...args: Parameters<typeof rows.refused>) => rows.refused(...args)),
    },
  });
  return { writer, signal };
}
