import { SILENT_LOG } from '../../../log.ts';
import { GoogleSheet } from '../google-sheet.ts';
import type { SheetRow } from '../row.ts';
import { RowWriter } from '../row-writer.ts';
import type { FakeGoogle } from './fake-google.ts';
import { MemoryRows } from './memory-rows.ts';

const NEVER = new AbortController().signal;

/** Rows in memory, virtual time, and writers that speak with a fake Google over HTTP. */
export function sheetLab(google: FakeGoogle, rows: MemoryRows = new MemoryRows()) {
  const time = { now: Date.UTC(2026, 5, 1, 12), waits: [] as number[] };
  const writerOf = (over = google.options(), kept: typeof rows = rows): RowWriter =>
    new RowWriter({ rows: kept, sheet: new GoogleSheet(over), log: SILENT_LOG, now: () => time.now });
  /** Rounds until nothing waits, or until so much time has passed, ms; as the loop does, without its pauses. */
  const settle = async (writer: RowWriter, forMs = 3_600_000): Promise<void> => {
    const end = time.now + forMs;
    for (;;) {
      const at = await writer.round(NEVER);
      if (at === undefined || at > end) return;
      if (at > time.now) {
        time.waits.push(at - time.now);
        time.now = at;
      }
    }
  };
  const hand = async (given: readonly SheetRow[]): Promise<void> => {
    for (const row of given) await rows.hand(rows.ended(row));
  };
  return { time, rows, writerOf, settle, hand };
}
