import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRegistrations } from '../../engine/adapters/asterisk/server/house-state.ts';
import type { Trunk } from '../../engine/contract/trunk.ts';
import { realAsterisk, startEdge, trunkTo, type TestServer } from '../../engine/testing/real-asterisk.ts';
import { until } from '../lib/until.ts';
import { check, codes, LOGIN, step } from './trunk-doctor.ts';

const install = await realAsterisk();

/** An edge whose SIP also takes registrations of «halo», one contact at a time, as some providers do. */
async function startRegistrar(): Promise<TestServer> {
  const registrar = await startEdge(install!, { trunks: [] });
  const file = join(registrar.server.folder, 'etc', 'pjsip.conf');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    `${text.replace('endpoint_identifier_order = ip', 'endpoint_identifier_order = username,ip')}
[halo]
type = endpoint
context = from-trunk
disallow = all
allow = alaw
auth = halo
aors = halo
[halo]
type = auth
auth_type = digest
username = halo
password = ${LOGIN.password}
[halo]
type = aor
max_contacts = 1
remove_existing = yes
minimum_expiration = 120
`,
  );
  for (const module of ['endpoint_identifier_user', 'authenticator_digest', 'registrar'])
    await registrar.server.cli(`module load res_pjsip_${module}.so`);
  await registrar.server.cli('module reload res_pjsip.so');
  return registrar;
}

describe.skipIf(install === undefined)('the trunk doctor and a registrar that Asterisk plays', () => {
  let registrar: TestServer;
  const trunk = (more: Partial<Trunk> = {}): Trunk =>
    trunkTo(registrar.sip, { name: 'main', ...LOGIN, codecs: ['alaw'], ...more });
  const contacts = (): Promise<string> => registrar.server.cli('pjsip show contacts');

  beforeAll(async () => {
    registrar = await startRegistrar();
  });
  afterAll(() => registrar.remove());

  it('registers and leaves nothing behind', async () => {
    const report = await check(trunk());
    expect(step(report, 'register')).toMatchObject({ status: 'ok' });
    // This registrar gives no less.
    expect(step(report, 'register').detail).toMatch(/срок 1[12]\d с/);
    expect(await contacts()).toContain('No objects found');
  });

  it('tells a wrong password', async () => {
    expect(codes(step(await check(trunk({ password: 'wrong' })), 'register'))).toEqual(['wrong-password']);
  });

  it('takes the registration of a running HALO, unless its password is wrong: its status says which', async () => {
    for (const [password, status] of [
      [LOGIN.password, 'Registered'],
      ['wrong', 'Rejected'],
    ] as const) {
      const halo = await startEdge(install!, { trunks: [trunk({ password })] });
      try {
        const table = () => halo.server.cli('pjsip show registrations');
        await until(`it is ${status}`, 15_000, async () =>
          readRegistrations(await table()).some((one) => one.status.startsWith(status)) ? true : undefined,
        );
      } finally {
        await halo.remove();
      }
    }
  });

  it('leaves the registration of a running HALO alone, though the registrar keeps only the last one', async () => {
    const contact = async () => /halo@127\.0\.0\.1:\d+/.exec(await contacts())?.[0];
    // The test before has ended its HALO without a farewell: the registrar still has that one.
    const gone = await contact();
    const halo = await startEdge(install!, { trunks: [trunk()] });
    try {
      const before = await until('the running HALO is registered', 15_000, async () => {
        const now = await contact();
        return now === gone ? undefined : now;
      });
      const report = await check(trunk());
      expect(step(report, 'register')).toMatchObject({ status: 'ok' });
      expect(step(report, 'register').detail).toContain('уже зарегистрирован');
      expect(await contacts()).toContain(before);
    } finally {
      await halo.remove();
    }
  });
});
