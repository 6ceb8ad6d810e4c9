import { join } from 'node:path';
import type { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import type { DeliveryBook } from '../../deliveries/delivery-book.ts';
import type { Log } from '../../log.ts';
import { exclusively, ifFree } from '../../persistence/exclusively.ts';
import type { AfterCallStore } from '../../persistence/store.ts';
import { CsvFile } from './csv-file.ts';
import { GoogleRows } from './google-rows.ts';
import type { GoogleSheetOptions } from './google-sheet.ts';
import type { RowSink } from './row-sink.ts';
import { RowWriter } from './row-writer.ts';
import { countWaiting, PgWaitingRows } from './waiting-rows.ts';

export const ROWS_FILE = 'calls.csv';

export interface Rows {
  readonly sink: RowSink;
  /** What users are told, in Russian. */
  readonly notice: string;
  stop(): Promise<void>;
}

export interface RowsParts {
  readonly dataDir: string;
  readonly dataSource: DataSource;
  readonly boss: PgBoss;
  readonly book: DeliveryBook;
  readonly store: AfterCallStore;
  readonly log: Log;
}

/** Where the rows go: into a Google sheet where one is configured, else into a CSV file of the data folder. */
export async function createRows(google: GoogleSheetOptions | undefined, parts: RowsParts): Promise<Rows> {
  const { dataSource, log } = parts;
  if (google === undefined) {
    const path = join(parts.dataDir, ROWS_FILE);
    const left = await countWaiting(dataSource);
    if (left > 0)
      log.warn(
        { rows: left },
        'rows wait for a Google sheet that is not configured any more: give its key again',
      );
    return {
      sink: new CsvFile(path, (name, work) => exclusively(dataSource, name, work)),
      notice: `Строки звонков пишутся в файл ${ROWS_FILE} папки данных, а не в Google Sheets.`,
      stop: async () => {},
    };
  }
  // 16 MB that nobody needs without a key.
  const { GoogleSheet } = await import('./google-sheet.ts');
  const rows = new PgWaitingRows(parts);
  const writer = new RowWriter({ rows, sheet: new GoogleSheet(google), log });
  const sink = new GoogleRows({
    rows,
    writer,
    ifFree: (work) => ifFree(dataSource, 'google-sheets', work),
    log,
  });
  return {
    sink,
    notice: 'Строки звонков пишутся в Google Sheets.',
    stop: () => sink.stop(),
  };
}
