import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CALL } from '../../../deliveries/testing/lab.ts';
import { COLUMNS, type SheetRow } from '../row.ts';

/** One way to keep rows, empty at first. */
export interface OpenRows {
  /** Each row is handed in by each of so many processes at once, and again. Resolves when all are there. */
  add(rows: readonly SheetRow[], processes: number): Promise<void>;
  /** What is there, header first, as a person or a parser reads it. */
  cells(): string[][];
  close(): Promise<void>;
}

export const ROW: SheetRow = {
  timestamp: '2026-06-01T10:00:00.000Z',
  call_id: CALL,
  phone: '+79990000001',
  status: 'completed',
  final_disposition: 'interested',
  duration_sec: '60',
  short_summary: 'Клиент заинтересован',
  transcript: 'Ассистент: Здравствуйте! | Клиент: Да',
};

/** Rows of so many calls, one ended after the other. */
export function manyRows(count: number): SheetRow[] {
  return Array.from({ length: count }, (_, at) => ({
    ...ROW,
    timestamp: new Date(Date.UTC(2026, 5, 1, 10, 0, at)).toISOString(),
    call_id: `44444444-4444-4444-8444-${String(at).padStart(12, '0')}`,
  }));
}

/** V8: what every keeper of rows must do. */
export function rowsContract(name: string, open: () => Promise<OpenRows>): void {
  describe(`the rows of V8 in ${name}`, () => {
    let kept: OpenRows;
    beforeEach(async () => {
      kept = await open();
    });
    afterEach(() => kept.close());

    it('have V8’s header once and its cells, byte for byte', async () => {
      const unanswered: SheetRow = {
        ...ROW,
        timestamp: '2026-06-01T10:00:01.000Z',
        call_id: '44444444-4444-4444-8444-444444444444',
        status: 'no_answer',
        final_disposition: 'unknown',
        duration_sec: '0',
        short_summary: 'Не дозвонились: статус no_answer',
        transcript: '',
      };
      await kept.add([ROW, unanswered], 1);
      expect(kept.cells().map((row) => COLUMNS.map((_, at) => row[at] ?? ''))).toEqual([
        [
          'timestamp',
          'call_id',
          'phone',
          'status',
          'final_disposition',
          'duration_sec',
          'short_summary',
          'transcript',
        ],
        [
          '2026-06-01T10:00:00.000Z',
          CALL,
          '+79990000001',
          'completed',
          'interested',
          '60',
          'Клиент заинтересован',
          'Ассистент: Здравствуйте! | Клиент: Да',
        ],
        [
          '2026-06-01T10:00:01.000Z',
          '44444444-4444-4444-8444-444444444444',
          '+79990000001',
          'no_answer',
          'unknown',
          '0',
          'Не дозвонились: статус no_answer',
          '',
        ],
      ]);
    });

    it('are one for a call, however often it is handed in', async () => {
      for (let i = 0; i < 3; i += 1) await kept.add([ROW], 2);
      expect(kept.cells().map((row) => row[1])).toEqual(['call_id', CALL]);
    });

    it('of a hundred calls at once, handed in by three processes, are a hundred', async () => {
      const rows = manyRows(100);
      await kept.add(rows, 3);
      const [header, ...there] = kept.cells();
      expect(header).toEqual([...COLUMNS]);
      expect(there.map((row) => row[1]).sort()).toEqual(rows.map((row) => row.call_id));
      for (const row of there) expect(row).toHaveLength(COLUMNS.length);
    });

    it('keep words on one line, with quotes, commas and other scripts', async () => {
      const words = 'Клиент: "да", конечно; 你好 🙂';
      await kept.add([{ ...ROW, short_summary: `${words}\r\nи ещё\u0000`, transcript: words }], 1);
      expect(kept.cells()[1]?.slice(6)).toEqual([`${words} и ещё `, words]);
    });
  });
}
