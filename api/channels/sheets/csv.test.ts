import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CallEventDraft } from '../../../engine/contract/call-event.ts';
import { foldJournal, type CallView } from '../../../engine/contract/fold-call.ts';
import { numbered, HELD_CALL, UNANSWERED_CALL } from '../../persistence/testing/test-persistence.ts';
import { CsvFile } from './csv-file.ts';
import { cellsOf, HEADER, recordOf } from './csv-format.ts';
import type { Exclusively } from './row-sink.ts';
import { COLUMNS, rowOf, type SheetRow } from './row.ts';
import { rowsContract } from './testing/rows-contract.ts';

const NEVER = new AbortController().signal;
const CALL_ID = '3f2b8a52-6f3f-4d0f-9a43-0d6f2f1f0a01';

function row(fields: Partial<SheetRow> = {}): SheetRow {
  return {
    timestamp: '2026-06-01T10:00:00.000Z',
    call_id: CALL_ID,
    phone: '+79990000001',
    status: 'completed',
    final_disposition: 'interested',
    duration_sec: '60',
    short_summary: 'Клиент заинтересован',
    transcript: 'Ассистент: Здравствуйте! | Клиент: Да',
    ...fields,
  };
}

function viewOf(drafts: readonly CallEventDraft[]): CallView {
  const created: CallEventDraft = {
    type: 'call.created',
    phone: '+79990000001',
    language: 'ru',
    voice: 'male',
    prompt: '',
  };
  const view = foldJournal(numbered(CALL_ID, [created, ...drafts], 1));
  if (view === undefined) throw new Error('no view');
  return view;
}

rowsContract('the CSV file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'halo-csv-'));
  const path = join(folder, 'calls.csv');
  const exclusively = lock();
  return {
    add: async (rows, processes) => {
      const sinks = Array.from({ length: processes }, () => new CsvFile(path, exclusively));
      await Promise.all(rows.flatMap((one) => sinks.map((sink) => sink.append(one, NEVER))));
    },
    cells: () =>
      readFileSync(path, 'utf8')
        .split('\r\n')
        .slice(0, -1)
        .map((line) => cellsOf(line) ?? []),
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

/** What the database's advisory lock does for processes, for the sinks of one test. */
function lock(): Exclusively {
  let last: Promise<unknown> = Promise.resolve();
  return (_name, work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}

describe('the row of V8', () => {
  test('of a call that was held', () => {
    const view = viewOf([
      ...HELD_CALL,
      { type: 'analysis.done', finalDisposition: 'interested', shortSummary: 'Хочет цену', interest: 'цена' },
    ]);
    expect(rowOf(view)).toEqual({
      timestamp: view.endedAt,
      call_id: CALL_ID,
      phone: '+79990000001',
      status: 'completed',
      final_disposition: 'interested',
      duration_sec: '60',
      short_summary: 'Хочет цену',
      transcript: 'Ассистент: Здравствуйте! | Клиент: Да, мне интересно',
    });
  });

  test('of a call that nobody answered, and of one that failed in the middle', () => {
    expect(rowOf(viewOf(UNANSWERED_CALL))).toMatchObject({
      status: 'no_answer',
      final_disposition: 'unknown',
      duration_sec: '0',
      short_summary: 'Не дозвонились: статус no_answer',
      transcript: '',
    });
    const failed = viewOf([
      ...HELD_CALL.slice(0, -1),
      { type: 'call.ended', status: 'failed', reason: 'сбой', durationSec: 42 },
    ]);
    expect(rowOf(failed)).toMatchObject({
      status: 'failed',
      final_disposition: 'unknown',
      duration_sec: '0',
      short_summary: 'Не дозвонились: статус failed',
    });
  });

  test('of a call whose analysis failed says so', () => {
    expect(rowOf(viewOf(HELD_CALL))).toMatchObject({
      final_disposition: 'unknown',
      duration_sec: '60',
      short_summary: 'Разговор состоялся, но проанализировать его не удалось',
    });
  });
});

describe('a CSV record', () => {
  test('has the columns of V8 in their order', () => {
    expect(HEADER).toBe(
      'timestamp,call_id,phone,status,final_disposition,duration_sec,short_summary,transcript\r\n',
    );
  });

  test.each([
    ['=HYPERLINK("http://evil","x")', `'=HYPERLINK("http://evil","x")`],
    ['+1+1', `'+1+1`],
    ['-2', `'-2`],
    ['@SUM(A1)', `'@SUM(A1)`],
    [' \t=1', `'  =1`],
    ['＝1', `'＝1`],
    ['\r\n=1', `' =1`],
    ['+79990000001', '+79990000001'],
    ['+7 999; =1', `'+7 999; =1`],
    ['Клиент: "да", =нет', 'Клиент: "да", =нет'],
    ['a\u0000b\u2028c\nd', 'a b c d'],
  ])('guards %j', (hostile, expected) => {
    const record = recordOf(row({ short_summary: hostile }));
    expect(record.slice(0, -2)).not.toMatch(/[\r\n]/);
    expect(cellsOf(record.slice(0, -2))?.[COLUMNS.indexOf('short_summary')]).toBe(expected);
  });

  test('of any text is one line that is read back cell by cell', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (summary, transcript) => {
        const record = recordOf(row({ short_summary: summary, transcript }));
        const cells = cellsOf(record.slice(0, -2));
        expect(record.endsWith('\r\n')).toBe(true);
        expect(record.slice(0, -2)).not.toMatch(/[\r\n]/);
        expect(cells).toHaveLength(COLUMNS.length);
        for (const cell of cells ?? []) expect(cell).not.toMatch(/^\s*[=@-]/);
        expect(cells?.[1]).toBe(CALL_ID);
      }),
    );
  });
});

describe('the CSV file', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'halo-csv-'));
    path = join(folder, 'calls.csv');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const lines = (): string[] => readFileSync(path, 'utf8').split('\r\n').slice(0, -1);

  test('has its header once and each call once, whoever writes', async () => {
    const exclusively = lock();
    const sinks = [
      new CsvFile(path, exclusively),
      new CsvFile(path, exclusively),
      new CsvFile(path, exclusively),
    ];
    const ids = Array.from({ length: 10 }, (_, index) => `call-${index}`);
    await Promise.all(ids.flatMap((id) => sinks.map((sink) => sink.append(row({ call_id: id }), NEVER))));
    await new CsvFile(path, exclusively).append(row({ call_id: 'call-3' }), NEVER);
    expect(lines()[0]).toBe(HEADER.trimEnd());
    expect(
      lines()
        .slice(1)
        .map((line) => cellsOf(line)?.[1])
        .sort(),
    ).toEqual(ids);
  });

  test('torn at any byte by a crash, it is whole again after the row is written again', async () => {
    const sink = new CsvFile(path, lock());
    await sink.append(row({ call_id: 'first' }), NEVER);
    const before = readFileSync(path).length;
    await sink.append(row({ call_id: 'second', transcript: 'Клиент: "да", да' }), NEVER);
    const whole = readFileSync(path);
    for (let length = 0; length <= whole.length; length += 1) {
      writeFileSync(path, whole.subarray(0, length));
      const restarted = new CsvFile(path, lock());
      if (length < before) await restarted.append(row({ call_id: 'first' }), NEVER);
      await restarted.append(row({ call_id: 'second', transcript: 'Клиент: "да", да' }), NEVER);
      expect(readFileSync(path).equals(whole)).toBe(true);
    }
  });

  test('a call id inside another cell is not taken for its row', async () => {
    const sink = new CsvFile(path, lock());
    await sink.append(row({ call_id: 'one', transcript: 'Клиент: x,two,"two"' }), NEVER);
    await new CsvFile(path, lock()).append(row({ call_id: 'two' }), NEVER);
    expect(lines()).toHaveLength(3);
  });

  test('notices that the file was replaced or taken away', async () => {
    const sink = new CsvFile(path, lock());
    await sink.append(row({ call_id: 'one' }), NEVER);
    rmSync(path);
    await sink.append(row({ call_id: 'one' }), NEVER);
    expect(lines()).toHaveLength(2);
    appendFileSync(path, recordOf(row({ call_id: 'by another' })));
    await sink.append(row({ call_id: 'by another' }), NEVER);
    expect(lines()).toHaveLength(3);
  });

  test('refuses a file with other columns, and leaves it as it is', async () => {
    writeFileSync(path, 'a;b;c\n1;2;3\n');
    await expect(new CsvFile(path, lock()).append(row(), NEVER)).rejects.toThrow(/rename it/);
    expect(readFileSync(path, 'utf8')).toBe('a;b;c\n1;2;3\n');
  });
});
