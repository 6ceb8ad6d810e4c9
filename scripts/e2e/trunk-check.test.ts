import { spawnSync, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import type { Trunk } from '../../engine/contract/trunk.ts';
import { realAsterisk, startSipp, trunkTo, type TestSipp } from '../../engine/testing/real-asterisk.ts';
import { examine } from '../trunk/doctor.ts';
import { serialiseSip } from '../trunk/sip-message.ts';
import { SipStreamReader } from '../trunk/sip-stream.ts';
import { spawnProgram } from '../lib/halo-process.ts';
import { check, codes, LOGIN, OPTIONS, step } from './trunk-doctor.ts';

const install = await realAsterisk();
const scenario = (name: string): string =>
  fileURLToPath(new URL(`sipp/doctor-provider-${name}.xml`, import.meta.url));
describe.skipIf(install === undefined)('the trunk doctor and a provider that SIPp plays', () => {
  let echoing: TestSipp;
  let mute: TestSipp;
  const udp = (more: Partial<Trunk> = {}): Trunk => trunkTo(echoing, { ...LOGIN, ...more });
  const tcp = (more: Partial<Trunk> = {}): Trunk => trunkTo(mute, { ...LOGIN, transport: 'tcp', ...more });

  beforeAll(async () => {
    [echoing, mute] = await Promise.all([
      startSipp(install!, scenario('md5'), ['-rtp_echo']),
      startSipp(install!, scenario('sha256'), ['-t', 't1'], { address: '127.0.0.3' }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([echoing.stop(), mute.stop()]);
  });

  it('finds nothing wrong over UDP: OPTIONS, REGISTER by MD5, an answered call with sound', async () => {
    const report = await check(udp(), '+79990001234');
    expect(report).toMatchObject({ ok: true });
    expect(report.steps.map(({ step: name, status }) => `${name} ${status}`)).toEqual([
      'dns ok',
      'connect ok',
      'options ok',
      'register ok',
      'call ok',
    ]);
    expect(step(report, 'call').detail).toMatch(/PCMA\/8000, за 0\.5 с пакетов RTP [1-9]\d* с 127\.0\.0\.2:/);
  });

  it('registers over TCP by SHA-256, and says that an answered call had no sound', async () => {
    const report = await check(tcp(), '+79990001234');
    expect(step(report, 'register')).toMatchObject({ status: 'ok' });
    expect(step(report, 'call')).toMatchObject({ status: 'fail' });
    expect(codes(step(report, 'call'))).toEqual(['no-rtp']);
    expect(report.ok).toBe(false);
  });

  it.each([
    ['0403', 'fail', 'sip-403', 'caller id not allowed'],
    ['0404', 'fail', 'sip-404', 'TRUNK_NUMBER_FORMAT'],
    ['0488', 'fail', 'sip-488', 'Incompatible media format'],
    ['0503', 'fail', 'sip-503', 'перегружен'],
    ['0486', 'warn', 'sip-486', 'занят'],
  ])('tells what a call to …%s was refused for', async (digits, status, code, words) => {
    const call = step(await check(udp(), `+7999000${digits}`), 'call');
    expect(call).toMatchObject({ status });
    expect(codes(call)).toEqual([code]);
    expect(JSON.stringify(call.diagnoses)).toContain(words);
  });

  it('gives the password to an INVITE too', async () => {
    const report = await check(udp({ register: false }), '+79990000401');
    expect(step(report, 'call')).toMatchObject({ status: 'ok' });
    const wrong = await check(udp({ register: false, password: 'wrong' }), '+79990000401');
    expect(codes(step(wrong, 'call'))).toEqual(['sip-403']);
  });

  it('tells a wrong password, and does not call with it', async () => {
    const report = await check(udp({ password: 'wrong-password' }), '+79990001234');
    expect(codes(step(report, 'register'))).toEqual(['wrong-password']);
    expect(step(report, 'call')).toMatchObject({ status: 'skip' });
    expect(report.ok).toBe(false);
  });

  it('tells a refused login, and one that is missing', async () => {
    const refused = await check(udp({ user: 'nobody' }));
    expect(codes(step(refused, 'register'))).toEqual(['sip-403']);
    const missing = await check(trunkTo(echoing, { register: true }));
    expect(codes(step(missing, 'register'))).toEqual(['no-credentials']);
  });

  it('cancels what nobody answers', async () => {
    const call = step(await check(udp(), '+79990000480'), 'call');
    expect(call).toMatchObject({ status: 'warn', detail: 'вызов отменён (CANCEL)' });
    expect(codes(call)).toEqual(['rang']);
  });

  it('cancels when it is interrupted', async () => {
    const interrupt = new AbortController();
    const report = examine(
      udp(),
      { ...OPTIONS, to: '+79990000480', ringTimeoutMs: 60_000 },
      {
        clock: systemClock,
        resolve: async (host) => ({ addresses: [host], srv: [], naptr: [] }),
        tell: (line) => {
          if (line.startsWith('SIP 180')) interrupt.abort();
        },
        onStep: () => {},
        signal: interrupt.signal,
      },
    );
    expect(step(await report, 'call')).toMatchObject({ detail: 'прервано; вызов отменён' });
  });

  it('is a program that Ctrl-C ends with the call cancelled, also where npm passes it on once more', async () => {
    const flags = ['--host', echoing.address, '--port', String(echoing.port), '--to', '+79990000480'];
    let pressed = false;
    const ended = await run(flags, {}, (soFar, child) => {
      if (pressed || !soFar.includes('SIP 180')) return;
      pressed = true;
      for (let i = 0; i < 2; i++) child.kill('SIGINT');
    });
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stdout).toContain('прервано; вызов отменён');
  });

  it('is a program: prints every step, hides the password and the number, exits with 0 or 1', async () => {
    const env = { TRUNK_PASSWORD: LOGIN.password, HALO_RTP_PORTS: '31000-31998' };
    const flags = [
      '--host',
      echoing.address,
      '--port',
      String(echoing.port),
      '--user',
      'halo',
      '--codecs',
      'alaw',
    ];
    const good = await run([...flags, '--to', '+79990001234', '--json'], env);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toContain('✓ REGISTER');
    expect(good.stdout).toContain('Сейчас зазвонит телефон +***1234');
    expect(good.stdout).not.toContain('9990001234');
    expect(good.stdout).not.toContain(LOGIN.password);
    expect(JSON.parse(good.stdout.trim().split('\n').at(-1)!)).toMatchObject({
      ok: true,
      trunks: [{ trunk: 'main', ok: true }],
    });
    const bad = await run(flags, { ...env, TRUNK_PASSWORD: 'something-else' });
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain('TRUNK_PASSWORD');
    expect(bad.stdout).not.toContain('something-else');
  });
});

describe.skipIf(!hasOpenssl())('the trunk doctor and TLS (with openssl)', () => {
  it('does not talk to a server whose certificate nobody vouches for, and does to one that is trusted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'halo-tls-'));
    const server = await startTls(folder);
    try {
      const { port } = server.address() as AddressInfo;
      const flags = ['--host', 'localhost', '--port', String(port), '--transport', 'tls'];
      const [unknown, trusted] = await Promise.all([
        run(flags, {}),
        run(flags, { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') }),
      ]);
      expect(unknown).toMatchObject({ code: 1 });
      expect(unknown.stdout).toContain('пароль не отправлен');
      expect(trusted.stdout).toContain('отвечает: SIP 200 OK');
      expect(trusted).toMatchObject({ code: 0 });
    } finally {
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('the trunk doctor where nobody answers', () => {
  it('tells a refused UDP port at once', async () => {
    const port = await closedPort();
    const report = await check(trunkTo({ address: '127.0.0.1', port }));
    expect(step(report, 'options')).toMatchObject({ status: 'fail' });
    expect(codes(step(report, 'options'))).toEqual(['refused']);
    expect(step(report, 'options').ms).toBeLessThan(5_000);
  });

  it('tells a refused TCP port and TLS where there is none', async () => {
    const port = await closedPort();
    const report = await check(trunkTo({ address: '127.0.0.1', port }, { transport: 'tcp' }));
    expect(codes(step(report, 'connect'))).toEqual(['refused']);
  });

  it('gives up on silence after its eight seconds, having sent five times', async () => {
    const socket = createSocket('udp4');
    let heard = 0;
    socket.on('message', () => (heard += 1));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    try {
      const report = await check(trunkTo(socket.address()));
      expect(codes(step(report, 'options'))).toEqual(['silence']);
      expect(heard).toBe(5);
    } finally {
      socket.close();
    }
  });

  it('exits with 2 when nothing is configured, and for a password on the command line', async () => {
    const [none, secret] = await Promise.all([run([], {}), run(['--host', 'a', '--password', 'x'], {})]);
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('TRUNK_HOST');
    expect(secret).toMatchObject({ code: 2 });
    expect(secret.stderr).toContain('TRUNK_PASSWORD_FILE');
  });
});

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onOutput: (soFar: string, child: ChildProcess) => void = () => {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawnProgram(['scripts/trunk-check.ts', ...args], env);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
    onOutput(stdout, child);
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}

async function closedPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

function hasOpenssl(): boolean {
  return spawnSync('openssl', ['version']).status === 0;
}

/** Answers every OPTIONS with 200, over TLS, as `localhost`. */
async function startTls(folder: string): Promise<Server> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = spawnSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ].concat([
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      key,
      '-out',
      cert,
    ]),
  );
  if (made.status !== 0) throw new Error(made.stderr.toString('utf8'));
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (socket) => {
    const reader = new SipStreamReader();
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      for (const { headers } of reader.push(chunk))
        socket.write(serialiseSip({ kind: 'response', status: 200, reason: 'OK', headers, body: '' }));
    });
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return server;
}
