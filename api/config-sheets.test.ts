import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'halo-google-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PRIVATE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const KEY = {
  type: 'service_account',
  project_id: 'example',
  private_key_id: '0',
  private_key: PRIVATE_KEY,
  client_email: 'halo@example.iam.gserviceaccount.com',
  token_uri: 'https://oauth2.googleapis.com/token',
};
const JSON_KEY = JSON.stringify(KEY, null, 2);
const ID = '1AbCdEfGhIjKlMnOpQrStUvWxYz';
const CREDENTIALS = { clientEmail: KEY.client_email, privateKey: PRIVATE_KEY, tokenUri: KEY.token_uri };

function fileOf(text: string): string {
  const path = join(folder, `key-${Math.random()}.json`);
  writeFileSync(path, text);
  return path;
}

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration of Google Sheets', () => {
  it('is none without a key: rows go into the CSV file', () => {
    expect(readConfig({}).sheets).toBeUndefined();
    expect(readConfig({ GOOGLE_SHEETS_TAB: 'Звонки', GOOGLE_CREDENTIALS_JSON: '' }).sheets).toBeUndefined();
  });

  it('takes the key as text, as V8’s file and as a secret’s file', () => {
    const whole = { credentials: CREDENTIALS, spreadsheetId: ID };
    const more = { GOOGLE_SHEETS_SPREADSHEET_ID: ID };
    expect(readConfig({ GOOGLE_CREDENTIALS_JSON: JSON_KEY, ...more }).sheets).toEqual(whole);
    expect(readConfig({ GOOGLE_CREDENTIALS_FILE: fileOf(JSON_KEY), ...more }).sheets).toEqual(whole);
    expect(readConfig({ GOOGLE_CREDENTIALS_JSON_FILE: fileOf(`${JSON_KEY}\n`), ...more }).sheets).toEqual(
      whole,
    );
    // Line ends of the PEM as an .env file has them, twice escaped.
    const flat = JSON.stringify({ ...KEY, private_key: PRIVATE_KEY.replaceAll('\n', String.raw`\n`) });
    expect(
      readConfig({
        GOOGLE_CREDENTIALS_JSON: flat,
        GOOGLE_SHEETS_TAB: 'Лист 1',
        GOOGLE_SHEETS_API_URL: 'http://127.0.0.1:1',
        ...more,
      }).sheets,
    ).toEqual({ ...whole, tab: 'Лист 1', rootUrl: 'http://127.0.0.1:1' });
  });

  it.each([
    [{ GOOGLE_SHEETS_SPREADSHEET_ID: ID }, /^GOOGLE_SHEETS_SPREADSHEET_ID: .*GOOGLE_CREDENTIALS_JSON/],
    [{ GOOGLE_CREDENTIALS_JSON: JSON_KEY }, /^GOOGLE_CREDENTIALS_JSON: .*GOOGLE_SHEETS_SPREADSHEET_ID/],
    [
      { GOOGLE_CREDENTIALS_JSON: JSON_KEY, GOOGLE_CREDENTIALS_FILE: 'x', GOOGLE_SHEETS_SPREADSHEET_ID: ID },
      /оставьте одно/,
    ],
    [
      { GOOGLE_CREDENTIALS_JSON: JSON_KEY, GOOGLE_SHEETS_SPREADSHEET_ID: 'https://docs.google.com/x' },
      /между \/d\/ и \/edit/,
    ],
    [
      { GOOGLE_CREDENTIALS_FILE: '/no/such/file', GOOGLE_SHEETS_SPREADSHEET_ID: ID },
      /^GOOGLE_CREDENTIALS_FILE: файл не читается/,
    ],
    [{ GOOGLE_CREDENTIALS_JSON: '{oops}', GOOGLE_SHEETS_SPREADSHEET_ID: ID }, /это не JSON/],
    [{ GOOGLE_CREDENTIALS_JSON: 'secret-text', GOOGLE_SHEETS_SPREADSHEET_ID: ID }, /значение скрыто/],
    [
      { GOOGLE_CREDENTIALS_JSON: '{"type":"authorized_user"}', GOOGLE_SHEETS_SPREADSHEET_ID: ID },
      /нет client_email или private_key/,
    ],
    [
      {
        GOOGLE_CREDENTIALS_JSON: JSON.stringify({ ...KEY, private_key: PRIVATE_KEY.slice(0, 200) }),
        GOOGLE_SHEETS_SPREADSHEET_ID: ID,
      },
      /private_key в ключе повреждён/,
    ],
  ])('says what is wrong, and nothing of the key: %#', (env, words) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(words);
    expect(problems[0]).not.toMatch(/PRIVATE|MII|secret-text|oops/);
  });
});
