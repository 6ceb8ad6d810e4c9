import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { GoogleCredentials } from './channels/sheets/google-client.ts';
import type { GoogleSheetOptions } from './channels/sheets/google-sheet.ts';
import type { ConfigValues } from './config-table.ts';

/** cloud.google.com/iam/docs/keys-create-delete: what a service account's JSON key has. */
const ServiceAccountKey = Type.Object({
  client_email: Type.String({ pattern: String.raw`^[^\s@]+@[^\s@]+$` }),
  private_key: Type.String({ minLength: 1 }),
  token_uri: Type.Optional(Type.String({ pattern: String.raw`^https?://\S+$` })),
});

/** What the environment says of Google Sheets; undefined: no key, rows go into the CSV file. Adds to `problems`. */
export function readSheets(values: ConfigValues, problems: string[]): GoogleSheetOptions | undefined {
  const {
    GOOGLE_CREDENTIALS_JSON: json,
    GOOGLE_CREDENTIALS_FILE: file,
    GOOGLE_SHEETS_SPREADSHEET_ID: spreadsheetId,
    GOOGLE_SHEETS_TAB: tab,
    GOOGLE_SHEETS_API_URL: rootUrl,
  } = values;
  if (json === undefined && file === undefined) {
    if (spreadsheetId !== undefined)
      problems.push(
        'GOOGLE_SHEETS_SPREADSHEET_ID: таблица задана, а ключа нет; задайте GOOGLE_CREDENTIALS_JSON или GOOGLE_CREDENTIALS_FILE',
      );
    return undefined;
  }
  const name = json === undefined ? 'GOOGLE_CREDENTIALS_FILE' : 'GOOGLE_CREDENTIALS_JSON';
  if (json !== undefined && file !== undefined) {
    problems.push('GOOGLE_CREDENTIALS_JSON: задан ещё и GOOGLE_CREDENTIALS_FILE; оставьте одно');
    return undefined;
  }
  if (spreadsheetId === undefined) {
    problems.push(`${name}: ключ задан, а таблица нет; задайте GOOGLE_SHEETS_SPREADSHEET_ID`);
    return undefined;
  }
  const credentials = readKey(name, json, file, problems);
  if (credentials === undefined) return undefined;
  return {
    credentials,
    spreadsheetId,
    ...(tab !== undefined && { tab }),
    ...(rootUrl !== undefined && { rootUrl }),
  };
}

/** Nothing of what the key has is ever part of a problem. */
function readKey(
  name: string,
  json: string | undefined,
  file: string | undefined,
  problems: string[],
): GoogleCredentials | undefined {
  let text = json ?? '';
  if (file !== undefined) {
    try {
      text = readFileSync(file.trim(), 'utf8');
    } catch (error) {
      problems.push(`${name}: файл не читается: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
  let key: unknown;
  try {
    key = JSON.parse(text);
  } catch {
    problems.push(`${name}: это не JSON; нужен файл ключа сервисного аккаунта целиком, как его дал Google`);
    return undefined;
  }
  if (!Value.Check(ServiceAccountKey, key)) {
    problems.push(
      `${name}: в JSON нет client_email или private_key; нужен ключ сервисного аккаунта (Google Cloud → IAM → Service Accounts → Keys)`,
    );
    return undefined;
  }
  // Where a variable cannot hold line ends, they come as two characters.
  const privateKey = key.private_key.replaceAll(String.raw`\n`, '\n');
  try {
    createPrivateKey(privateKey);
  } catch {
    problems.push(`${name}: private_key в ключе повреждён; возьмите файл ключа целиком, как его дал Google`);
    return undefined;
  }
  return {
    clientEmail: key.client_email,
    privateKey,
    ...(key.token_uri !== undefined && { tokenUri: key.token_uri }),
  };
}
