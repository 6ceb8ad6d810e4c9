import { COLUMNS, type SheetRow } from './row.ts';

/** Ends each record (RFC 4180 §2.1). No cell contains a line end, so a record is always one line of the file. */
export const LINE_END = '\r\n';
export const HEADER = `${COLUMNS.join(',')}${LINE_END}`;

// Spreadsheets read a cell that begins so as a formula (OWASP «CSV Injection»), some after leading blanks too.
const FORMULA_START = /^\s*[=+\-@＝＋－＠]/u;
// A phone in E.164 is digits after its plus: as a formula it could only be that number, so it is left as it is.
const PHONE = /^\+\d{5,15}$/;
const CONTROL = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * One record, quoted as RFC 4180 §2.5–2.7 has it. Line ends and other control characters become blanks. A cell that
 * a spreadsheet would compute gets an apostrophe before it; phone numbers stay as they are.
 */
export function recordOf(row: SheetRow): string {
  return `${COLUMNS.map((column) => cell(row[column])).join(',')}${LINE_END}`;
}

/** The cells of one record (without its line end). Undefined when quotes do not match. */
export function cellsOf(record: string): string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (record[at] === '"') {
      const quoted = /"([^"]*(?:""[^"]*)*)"(?=,|$)/y;
      quoted.lastIndex = at;
      const match = quoted.exec(record);
      if (match?.[1] === undefined) return undefined;
      cells.push(match[1].replaceAll('""', '"'));
      at = quoted.lastIndex;
    } else {
      const comma = record.indexOf(',', at);
      const end = comma === -1 ? record.length : comma;
      cells.push(record.slice(at, end));
      at = end;
    }
    if (at >= record.length) return cells;
    at += 1;
  }
}

/** On one line, and nothing in it that is not a character. */
export function plainText(value: string): string {
  return value.replace(CONTROL, ' ').toWellFormed();
}

function cell(value: string): string {
  const line = plainText(value);
  const safe = FORMULA_START.test(line) && !PHONE.test(line) ? `'${line}` : line;
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
