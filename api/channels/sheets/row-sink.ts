import type { SheetRow } from './row.ts';

/** Where the rows of V8 go. */
export interface RowSink {
  /** `csv`, `google-sheets`; as the API names it. */
  readonly name: string;
  /**
   * Adds the row, once for each `call_id`: when it is there already nothing changes. Resolves when it is safely
   * stored (`written`), or when it is on its way and `row.done` will tell when it is there (`waiting`). Rejects with
   * what is to be done.
   */
  append(row: SheetRow, signal: AbortSignal): Promise<'written' | 'waiting'>;
}

/** Runs `work` while nobody else, in whatever process, runs work under the same name. */
export type Exclusively = <T>(name: string, work: () => Promise<T>) => Promise<T>;
