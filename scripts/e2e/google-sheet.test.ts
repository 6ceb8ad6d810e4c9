import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CLIENT_EMAIL, startFakeGoogle } from '../../api/channels/sheets/testing/fake-google.ts';
import { temporaryFolder } from '../../api/persistence/testing/test-persistence.ts';
import { Client } from './client.ts';
import { House } from './house.ts';
import { until } from '../lib/until.ts';

const house = new House();
const folder = temporaryFolder();
afterAll(async () => {
  await house.close();
  folder.remove();
}, 90_000);

describe('HALO with a Google sheet', { timeout: 180_000 }, () => {
  it('killed with -9 between an append and its entry has the row once; rows wait for a sheet that is away', async () => {
    const google = await startFakeGoogle();
    const { credentials, spreadsheetId, rootUrl } = google.options();
    const keyFile = join(folder.path, 'key.json');
    const { clientEmail, privateKey, tokenUri } = credentials;
    writeFileSync(
      keyFile,
      JSON.stringify({ client_email: clientEmail, private_key: privateKey, token_uri: tokenUri }),
    );
    const env = {
      GOOGLE_CREDENTIALS_FILE: keyFile,
      GOOGLE_SHEETS_SPREADSHEET_ID: spreadsheetId,
      GOOGLE_SHEETS_API_URL: rootUrl ?? '',
    };
    try {
      google.server.troubles.push({ how: 'hang', taken: true, at: /:append/ });
      const first = await house.start(env);
      const killed = await new Client(first).call({ phone: '+79990000486' });
      await until('the row is in the sheet', 60_000, async () => google.appends === 1 || undefined);
      await first.kill();

      const restartedMs = performance.now();
      const second = await house.start(env);
      const client = new Client(second);
      expect((await client.finished(killed, 60_000)).map(({ type }) => type).slice(-3)).toEqual([
        'call.ended',
        'delivery.changed',
        'row.done',
      ]);
      console.log(
        `killed after the append: the row was found ${((performance.now() - restartedMs) / 1_000).toFixed(1)} s after the restart`,
      );
      expect(google.appends).toBe(1);

      google.access = 'none';
      const waits = await client.call({ phone: '+79990000503' });
      const told = await until('the row waits', 60_000, async () =>
        (await client.events(waits)).find(
          (event) => event.type === 'delivery.changed' && event.detail.includes(CLIENT_EMAIL),
        ),
      );
      expect(told).toMatchObject({ channel: 'sheet', gateway: 'google-sheets', state: 'pending' });
      google.access = 'editor';
      await client.finished(waits, 60_000);
      expect(google.cells().map((row) => row.slice(1, 5))).toEqual([
        ['call_id', 'phone', 'status', 'final_disposition'],
        [killed, '+79990000486', 'no_answer', 'unknown'],
        [waits, '+79990000503', 'failed', 'unknown'],
      ]);
      expect(house.rows()).toEqual([]);
      expect(first.output + second.output).not.toMatch(/PRIVATE KEY|ya29/);
      expect(second.output).toContain(CLIENT_EMAIL);
    } finally {
      await google.close();
    }
  });
});
