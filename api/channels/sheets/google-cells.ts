import { plainText } from './csv-format.ts';
import { COLUMNS, type SheetRow } from './row.ts';

/** Google Sheets takes no more in one cell («Files you can store in Google Drive»). UTF-16 units, as its editor counts. */
export const CELL_MAX = 50_000;
const CUT = '…';

/** What one cell is given; with valueInputOption RAW a text stays a text and a number a number. */
export type GoogleCell = string | number;

/**
 * The cells of V8's columns in their order. Texts as they are, on one line: RAW input is never computed, so nothing
 * guards against formulas here. The duration is a number, so that the sheet can sum it.
 */
export function googleCellsOf(row: SheetRow): GoogleCell[] {
  return COLUMNS.map((column) => {
    if (column === 'duration_sec' && /^\d{1,9}$/.test(row[column])) return Number(row[column]);
    return cut(plainText(row[column]));
  });
}

function cut(text: string): string {
  if (text.length <= CELL_MAX) return text;
  // The cut may have split a surrogate pair: its half goes too.
  return `${text.slice(0, CELL_MAX - CUT.length).replace(/[\uD800-\uDBFF]$/, '')}${CUT}`;
}
