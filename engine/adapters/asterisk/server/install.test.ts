import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRegistrations } from './house-state.ts';
import { findAsterisk } from './install.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'halo-install-'))));
afterEach(() => rmSync(dir, { recursive: true }));

function put(path: string, text = ''): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

it('finds a whole one, of whatever machine, and no other', async () => {
  expect(await findAsterisk(dir)).toBeUndefined();
  const machine = 'root/usr/lib/aarch64-linux-gnu';
  put(
    'installed.json',
    JSON.stringify({
      suite: 'forky',
      packages: { asterisk: '1:22.10.1+dfsg+~cs6.17-1' },
      loader: `${machine}/ld-linux-aarch64.so.1`,
      libraryPath: [machine],
    }),
  );
  put(`${machine}/ld-linux-aarch64.so.1`);
  put('root/usr/sbin/asterisk');
  expect(await findAsterisk(dir)).toBeUndefined();
  put(`${machine}/asterisk/modules/chan_pjsip.so`);
  const install = await findAsterisk(dir);
  expect(install).toMatchObject({
    version: '22.10.1',
    suite: 'forky',
    modulesDir: join(dir, machine, 'asterisk/modules'),
  });
  expect(install?.command('sipp').join(' ')).toBe(
    `${dir}/${machine}/ld-linux-aarch64.so.1 --library-path ${dir}/${machine} --argv0 sipp ${dir}/root/usr/bin/sipp`,
  );
  put('installed.json', '{"suite": "forky"');
  expect(await findAsterisk(dir)).toBeUndefined();
});

it('reads the table of registrations', () => {
  const table = `
 <Registration/ServerURI..............................>  <Auth....................>  <Status.......>
==========================================================================================

 trunk-main/sip:sip.example.org:5060                     trunk-main-login            Registered        (exp. 285s)
 trunk-two/sip:10.0.0.1:5061;transport=tls               trunk-two-login             Rejected

Objects found: 2
`;
  expect(readRegistrations(table)).toEqual([
    { endpoint: 'trunk-main', status: 'Registered' },
    { endpoint: 'trunk-two', status: 'Rejected' },
  ]);
});
