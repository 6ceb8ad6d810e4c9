import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { sheets_v4 } from '@googleapis/sheets';
import { DeliveryError, lastErrorOf, wordsOf } from '../../deliveries/delivery-error.ts';
import { googleCellsOf } from './google-cells.ts';
import { googleClient, type GoogleClient, type GoogleClientOptions } from './google-client.ts';
import { googleFailure, harmlessFailure, tokenFailure } from './google-failure.ts';
import { COLUMNS, type SheetRow } from './row.ts';

export interface GoogleSheetOptions extends GoogleClientOptions {
  readonly spreadsheetId: string;
  /** The tab's name; the first one without it. */
  readonly tab?: string;
}

/** What a look at the sheet says, for `npm run doctor`. */
export interface SheetCheck {
  readonly ok: boolean;
  /** For people, in Russian: what is there, or what is wrong and what to do. */
  readonly words: string;
  /** Who must be an editor of the sheet. */
  readonly shareWith: string;
}

const HEADER_CELLS = 'A1:H1';
const CALL_ID_COLUMN = 'B';
/** Read at once: 2 MB at most. The overlap is for people who insert rows meanwhile. */
const SLICE_ROWS = 50_000;
const OVERLAP_ROWS = 1_000;
const RAW = 'RAW';

const Spreadsheet = Type.Object({
  properties: Type.Optional(Type.Object({ title: Type.Optional(Type.String()) })),
  sheets: Type.Array(
    Type.Object({
      properties: Type.Object({
        title: Type.String(),
        gridProperties: Type.Optional(Type.Object({ rowCount: Type.Optional(Type.Integer()) })),
      }),
    }),
    { minItems: 1 },
  ),
});
/** Empty cells at the end, and empty rows, are left out of an answer. */
const Values = Type.Object({ values: Type.Optional(Type.Array(Type.Array(Type.Unknown()))) });
const Updated = Type.Object({ updatedRange: Type.String() });
const Appended = Type.Object({ updates: Type.Object({ updatedRows: Type.Integer() }) });

interface Tab {
  readonly title: string;
  readonly rowCount: number;
  /** Of the whole spreadsheet. */
  readonly spreadsheet: string;
}

/**
 * One tab of a Google spreadsheet, through the Sheets API v4. Every failure is a DeliveryError.
 *
 * Sources: developers.google.com/workspace/sheets/api: reference/rest/v4/spreadsheets.values (append, get, update),
 * guides/values («Append values»: the table that has the given range is found, rows go below it, from its first column),
 * reference/rest/v4/ValueInputOption (RAW: «will not be parsed and will be stored as-is»),
 * limits (60 reads and 60 writes a minute for a user; a request is applied whole or not at all; 2 MB are recommended; 180 s
 * at most). No idempotency key is documented: whether rows are there is asked of the column of call ids.
 */
export class GoogleSheet {
  readonly #client: GoogleClient;
  readonly #options: GoogleSheetOptions;
  /** As the spreadsheet had it when it was last asked. */
  #title: string | undefined;

  constructor(options: GoogleSheetOptions) {
    this.#options = options;
    this.#client = googleClient(options);
  }

  /** Finds the tab and sees to its header: written where the first row is empty, as PUT, so that twice is once. */
  async prepare(signal: AbortSignal): Promise<void> {
    this.#title ??= (await this.#tab(signal)).title;
    if ((await this.#header(this.#title, signal)) === 'there') return;
    await this.#put([[...COLUMNS]], this.#title, signal);
  }

  /**
   * Appends rows below the table that begins at A1, all or none, in their order. `prepare` comes before it. Not to be
   * repeated after `unclear` without `find`.
   */
  async append(rows: readonly SheetRow[], signal: AbortSignal): Promise<void> {
    const title = this.#title ?? (await this.#tab(signal)).title;
    await this.#authorize(signal);
    const request = {
      ...this.#target(title, HEADER_CELLS),
      valueInputOption: RAW,
      // OVERWRITE would write over what people have put below the table.
      insertDataOption: 'INSERT_ROWS',
      requestBody: { majorDimension: 'ROWS', values: rows.map((row) => googleCellsOf(row)) },
    };
    const { updates } = await this.#ask(Appended, signal, googleFailure, (options) =>
      this.#values.append(request, options),
    );
    if (updates.updatedRows !== rows.length) throw new DeliveryError('unclear', 'BAD_ANSWER');
  }

  /** Which of these calls have a row. The newest rows are read first, and no more than it takes. */
  async find(callIds: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const sought = new Set(callIds);
    const found = new Set<string>();
    const { title, rowCount } = await this.#tab(signal);
    for (let last = rowCount; last > 0 && found.size < sought.size;) {
      const first = Math.max(1, last - SLICE_ROWS + 1);
      const range = `${CALL_ID_COLUMN}${first}:${CALL_ID_COLUMN}${last}`;
      const request = { ...this.#target(title, range), majorDimension: 'COLUMNS' };
      const { values } = await this.#read(Values, signal, (options) => this.#values.get(request, options));
      for (const cell of values?.[0] ?? []) if (typeof cell === 'string' && sought.has(cell)) found.add(cell);
      last = first === 1 ? 0 : first - 1 + OVERLAP_ROWS;
    }
    return found;
  }

  /**
   * Whether rows could be written now. Leaves no trace: it writes eight nulls over the header, and «null values will be
   * skipped» (reference/rest/v4/spreadsheets.values#ValueRange), but only for who may edit.
   */
  async check(signal: AbortSignal): Promise<SheetCheck> {
    const shareWith = this.#options.credentials.clientEmail;
    try {
      const { title, spreadsheet } = await this.#tab(signal);
      await this.#header(title, signal);
      await this.#put([COLUMNS.map(() => null)], title, signal);
      return {
        ok: true,
        words: `Google Sheets: «${spreadsheet}», лист «${title}»: читается и пишется.`,
        shareWith,
      };
    } catch (error) {
      signal.throwIfAborted();
      return { ok: false, words: `Google Sheets: ${this.advice(googleFailure(error))}.`, shareWith };
    }
  }

  /** What people read of a failure: what is wrong and what to do. */
  advice({ code, number }: Pick<DeliveryError, 'code' | 'number'>): string {
    const { credentials, tab, spreadsheetId } = this.#options;
    switch (code) {
      case 'AUTH':
        return `ключ сервисного аккаунта ${credentials.clientEmail} не подошёл: создайте новый и задайте в GOOGLE_CREDENTIALS_JSON или GOOGLE_CREDENTIALS_FILE`;
      case 'NO_ACCESS':
        return `нет доступа к таблице: в её «Настройках доступа» добавьте ${credentials.clientEmail} редактором`;
      case 'NOT_FOUND':
        return `таблицы ${spreadsheetId} нет: проверьте GOOGLE_SHEETS_SPREADSHEET_ID (часть адреса таблицы между /d/ и /edit)`;
      case 'NO_TAB':
        return `в таблице нет листа «${tab ?? this.#title ?? ''}»: создайте его или исправьте GOOGLE_SHEETS_TAB`;
      case 'API_OFF':
        return 'в проекте Google Cloud, которому принадлежит ключ, не включён Google Sheets API: включите его';
      case 'WRONG_PLACE':
        return `лист «${tab ?? this.#title ?? ''}» начинается с других столбцов: задайте пустой лист в GOOGLE_SHEETS_TAB`;
      default:
        return wordsOf(lastErrorOf(code, number));
    }
  }

  get #values(): sheets_v4.Resource$Spreadsheets$Values {
    return this.#client.api.spreadsheets.values;
  }

  /** A1 notation; an apostrophe in a tab's name is doubled. */
  #target(title: string, cells: string): { spreadsheetId: string; range: string } {
    const { spreadsheetId } = this.#options;
    return { spreadsheetId, range: `'${title.replaceAll("'", "''")}'!${cells}` };
  }

  async #tab(signal: AbortSignal): Promise<Tab> {
    const { spreadsheetId, tab } = this.#options;
    const fields = 'properties.title,sheets.properties(title,gridProperties.rowCount)';
    const { sheets, properties } = await this.#read(Spreadsheet, signal, (options) =>
      this.#client.api.spreadsheets.get({ spreadsheetId, fields }, options),
    );
    const found = tab === undefined ? sheets[0] : sheets.find((one) => one.properties.title === tab);
    if (found === undefined) throw new DeliveryError('later', 'NO_TAB');
    const { title, gridProperties } = found.properties;
    return {
      title,
      rowCount: gridProperties?.rowCount ?? 0,
      spreadsheet: properties?.title ?? spreadsheetId,
    };
  }

  async #header(title: string, signal: AbortSignal): Promise<'there' | 'missing'> {
    let answer: Static<typeof Values>;
    try {
      answer = await this.#read(Values, signal, (options) =>
        this.#values.get(this.#target(title, HEADER_CELLS), options),
      );
    } catch (error) {
      // «Unable to parse range»: the tab was renamed or deleted since it was looked up.
      if (!(error instanceof DeliveryError) || error.code !== 'REFUSED') throw error;
      this.#title = undefined;
      throw new DeliveryError('later', 'NO_TAB');
    }
    const cells = answer.values?.[0] ?? [];
    if (cells.every((cell) => cell === '')) return 'missing';
    if (cells.length === COLUMNS.length && COLUMNS.every((column, at) => cells[at] === column))
      return 'there';
    this.#title = undefined;
    throw new DeliveryError('later', 'WRONG_PLACE');
  }

  async #put(values: (string | null)[][], title: string, signal: AbortSignal): Promise<void> {
    const request = {
      ...this.#target(title, HEADER_CELLS),
      valueInputOption: RAW,
      requestBody: { majorDimension: 'ROWS', values },
    };
    await this.#read(Updated, signal, (options) => this.#values.update(request, options));
  }

  /** A request that may be repeated whatever became of it. */
  async #read<Schema extends TSchema>(
    schema: Schema,
    signal: AbortSignal,
    send: Send,
  ): Promise<Static<Schema>> {
    await this.#authorize(signal);
    return await this.#ask(schema, signal, harmlessFailure, send);
  }

  async #ask<Schema extends TSchema>(
    schema: Schema,
    signal: AbortSignal,
    failure: (error: unknown) => DeliveryError,
    send: Send,
  ): Promise<Static<Schema>> {
    signal.throwIfAborted();
    try {
      const { data } = await send({ signal });
      if (!Value.Check(schema, data)) throw new DeliveryError('unclear', 'BAD_ANSWER');
      return data;
    } catch (error) {
      signal.throwIfAborted();
      throw failure(error);
    }
  }

  async #authorize(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    try {
      await this.#client.authorize();
    } catch (error) {
      throw tokenFailure(error);
    }
  }
}

type Send = (options: { readonly signal: AbortSignal }) => PromiseLike<{ readonly data: unknown }>;
