import { createVerify, generateKeyPairSync } from 'node:crypto';
import {
  startFakeGateway,
  type Arrival,
  type FakeAnswer,
  type FakeGateway,
} from '../../sms/testing/fake-gateway.ts';
import type { GoogleSheetOptions } from '../google-sheet.ts';

/** A cell as Google keeps it. `formula`: it would be computed. */
export interface FakeCell {
  readonly kind: 'text' | 'number' | 'formula';
  readonly value: string | number;
}

export interface FakeTab {
  title: string;
  readonly rows: (FakeCell | undefined)[][];
}

export const SPREADSHEET_ID = '1AbCdEfGhIjKlMnOpQrStUvWxYz_0123456789-abcde';
export const CLIENT_EMAIL = 'halo@example-project.iam.gserviceaccount.com';
const SCOPE = 'https://www.googleapis.com/auth/spreadsheets';
const AUDIENCE = 'https://oauth2.googleapis.com/token';
const GRID_ROWS = 1_000;
const COLUMN = /^([A-Z])(\d+):([A-Z])(\d+)$/;

const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });
const OTHER_KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pemOf = ({ privateKey }: typeof KEYS): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/**
 * A Google of our own over HTTP: OAuth 2.0 tokens for a service account (RFC 7523: the assertion's signature, audience,
 * scope and times are checked), and of the Sheets API v4 what documents say of spreadsheets.get, values.get, values.update and
 * values.append: empty cells at the end are left out, null is skipped, RAW is not parsed, USER_ENTERED is; append finds the
 * table around the range's first cell and inserts below it; errors have the body of Google's APIs.
 */
export interface FakeGoogle {
  readonly server: FakeGateway;
  readonly tabs: FakeTab[];
  /** What the service account may do with the spreadsheet. */
  access: 'none' | 'reader' | 'editor';
  apiEnabled: boolean;
  readonly appends: number;
  options(over?: Partial<GoogleSheetOptions>): GoogleSheetOptions;
  /** A key that the account does not have any more. */
  wrongKey(): string;
  /** What people see in a tab; numbers as text. */
  cells(title?: string): string[][];
  close(): Promise<void>;
}

export async function startFakeGoogle(): Promise<FakeGoogle> {
  const tokens = new Set<string>();
  const tabs: FakeTab[] = [{ title: 'Звонки', rows: [] }];
  let appends = 0;

  const authorised = ({ headers }: Arrival): boolean =>
    tokens.has((headers.authorization ?? '').replace(/^Bearer /, ''));

  const token = ({ body }: Arrival): FakeAnswer => {
    const form = new URLSearchParams(body);
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const signed = createVerify('RSA-SHA256')
      .update(`${head}.${claims}`)
      .verify(KEYS.publicKey, Buffer.from(signature, 'base64url'));
    const says = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Record<string, unknown>;
    const nowSec = Date.now() / 1_000;
    const good =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
      says['iss'] === CLIENT_EMAIL &&
      says['aud'] === AUDIENCE &&
      says['scope'] === SCOPE &&
      Number(says['iat']) <= nowSec + 60 &&
      Number(says['exp']) > nowSec;
    if (!signed || !good)
      return { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } };
    const issued = `ya29.fake-${tokens.size + 1}`;
    tokens.add(issued);
    return { body: { access_token: issued, expires_in: 3_599, token_type: 'Bearer' } };
  };

  const values = (arrival: Arrival, range: string, action: string, query: URLSearchParams): FakeAnswer => {
    const [, name = '', cells = ''] = /^'((?:[^']|'')+)'!(.+)$/.exec(range) ?? [];
    const tab = tabs.find(({ title }) => title === name.replaceAll("''", "'"));
    const place = COLUMN.exec(cells);
    if (tab === undefined || place === null)
      return apiError(400, 'INVALID_ARGUMENT', `Unable to parse range: ${range}`);
    const [left, top, right, bottom] = [
      place[1]!.charCodeAt(0) - 65,
      Number(place[2]) - 1,
      place[3]!.charCodeAt(0) - 64,
      Number(place[4]),
    ];
    if (arrival.method === 'GET') {
      const rows = tab.rows.slice(top, bottom).map((row) => trimmed(row.slice(left, right).map(shown)));
      while (rows.at(-1)?.length === 0) rows.pop();
      const columns = rows.length === 0 ? [] : [rows.map((row) => row[0] ?? '')];
      const byColumn = query.get('majorDimension') === 'COLUMNS';
      const found = byColumn ? columns : rows;
      return { body: { range, ...(found.length === 0 ? {} : { values: found }) } };
    }
    const given = (JSON.parse(arrival.body) as { values: (string | number | null)[][] }).values;
    const raw = query.get('valueInputOption') === 'RAW';
    if (given.some((row) => row.some((cell) => typeof cell === 'string' && cell.length > 50_000)))
      return apiError(
        400,
        'INVALID_ARGUMENT',
        'Your input contains more than the maximum of 50000 characters in a single cell.',
      );
    const put = (row: (FakeCell | undefined)[], cellsOfRow: (string | number | null)[]): void =>
      cellsOfRow.forEach((cell, at) => {
        if (cell !== null) row[left + at] = cellOf(cell, raw);
      });
    if (action === 'append') {
      appends += 1;
      let end = top;
      while ((tab.rows[end] ?? []).some((cell) => cell !== undefined && cell.value !== '')) end += 1;
      const rows = given.map((row) => {
        const added: (FakeCell | undefined)[] = [];
        put(added, row);
        return added;
      });
      if (query.get('insertDataOption') === 'INSERT_ROWS') tab.rows.splice(end, 0, ...rows);
      else tab.rows.splice(end, rows.length, ...rows);
      const updatedRange = `'${name}'!A${end + 1}:H${end + rows.length}`;
      return {
        body: {
          spreadsheetId: SPREADSHEET_ID,
          updates: { spreadsheetId: SPREADSHEET_ID, updatedRange, updatedRows: rows.length },
        },
      };
    }
    given.forEach((row, at) => put((tab.rows[top + at] ??= []), row));
    return { body: { spreadsheetId: SPREADSHEET_ID, updatedRange: range, updatedRows: given.length } };
  };

  const answer = (arrival: Arrival): FakeAnswer => {
    const url = new URL(arrival.path, 'http://fake');
    if (url.pathname === '/token') return token(arrival);
    if (!authorised(arrival))
      return apiError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    if (!google.apiEnabled)
      return apiError(403, 'PERMISSION_DENIED', 'Google Sheets API has not been used.', 'SERVICE_DISABLED');
    const [, id, rest = ''] = /^\/v4\/spreadsheets\/([^/]+)(?:\/values\/(.+))?$/.exec(url.pathname) ?? [];
    if (id !== SPREADSHEET_ID) return apiError(404, 'NOT_FOUND', 'Requested entity was not found.');
    const writes = arrival.method !== 'GET';
    if (google.access === 'none' || (writes && google.access === 'reader'))
      return apiError(403, 'PERMISSION_DENIED', 'The caller does not have permission');
    if (rest === '') {
      const sheets = tabs.map(({ title, rows }) => ({
        properties: { title, gridProperties: { rowCount: Math.max(GRID_ROWS, rows.length) } },
      }));
      return { body: { properties: { title: 'Мои звонки' }, sheets } };
    }
    const [, range = '', action = ''] = /^(.*?)(?::(append))?$/.exec(decodeURIComponent(rest)) ?? [];
    return values(arrival, range, action, url.searchParams);
  };

  const server = await startFakeGateway(answer);
  const google: FakeGoogle = {
    server,
    tabs,
    access: 'editor',
    apiEnabled: true,
    get appends() {
      return appends;
    },
    options: (over = {}) => ({
      credentials: {
        clientEmail: CLIENT_EMAIL,
        privateKey: pemOf(KEYS),
        tokenUri: `${server.baseUrl}/token`,
      },
      spreadsheetId: SPREADSHEET_ID,
      rootUrl: server.baseUrl,
      answerMs: 300,
      ...over,
    }),
    wrongKey: () => pemOf(OTHER_KEYS),
    cells: (title = tabs[0]?.title) =>
      (tabs.find((tab) => tab.title === title)?.rows ?? []).map((row) => trimmed(row.map(shown))),
    close: () => server.close(),
  };
  return google;
}

/** The body of Google's API errors (cloud.google.com/apis/design/errors). */
export function apiError(code: number, status: string, message: string, reason?: string): FakeAnswer {
  const details =
    reason === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' }];
  return { status: code, body: { error: { code, message, status, details } } };
}

function cellOf(value: string | number, raw: boolean): FakeCell {
  if (typeof value === 'number') return { kind: 'number', value };
  if (raw) return { kind: 'text', value };
  if (/^[=+]/.test(value)) return { kind: 'formula', value };
  return /^-?\d+$/.test(value) ? { kind: 'number', value: Number(value) } : { kind: 'text', value };
}

function shown(cell: FakeCell | undefined): string {
  return cell === undefined ? '' : String(cell.value);
}

function trimmed(row: string[]): string[] {
  const end = row.findLastIndex((cell) => cell !== '');
  return row.slice(0, end + 1);
}
