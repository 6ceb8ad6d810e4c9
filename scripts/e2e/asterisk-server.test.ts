import { createSocket } from 'node:dgram';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AsteriskServer } from '../../engine/adapters/asterisk/server/asterisk-server.ts';
import { isRunning } from '../../engine/adapters/system/process-mark.ts';
import { findGuard, spawnGuarded } from '../../engine/adapters/system/guarded-spawn.ts';
import type { Trunk } from '../../engine/contract/trunk.ts';
import {
  freeSip,
  realAsterisk,
  startCarrier,
  startEdge,
  trunkTo,
} from '../../engine/testing/real-asterisk.ts';
import { markOfLiving, takeAwayAfterEach } from './leftovers.ts';
import { until } from '../lib/until.ts';

const found = await realAsterisk();
// Never used without one: everything below is skipped then.
const install = found!;
const RTP = { from: 20_000, to: 20_999 };
const cleanups = takeAwayAfterEach();
const { folder } = cleanups;
const guard = await findGuard('TERM');

const login = { user: '100500', password: 'a;b\\;c=>d"e' };
const PROVIDERS: readonly (readonly [string, Partial<Trunk>])[] = [
  ['known by address', { callerId: '+74951234567' }],
  ['registered over UDP', { ...login, register: true, fromDomain: 'pbx.example.org', callerId: '+7495' }],
  ['registered over TLS', { ...login, register: true, transport: 'tls' }],
];
const MORE: readonly Partial<Trunk>[] = [
  { addresses: ['203.0.113.0/24', '2001:db8::/32'] },
  { ...login, register: false },
  { user: 'known-by-address-too' },
  { ...login, user: 'a@b.example.org', register: true, transport: 'tcp' },
  { codecs: ['g722', 'alaw', 'ulaw'] },
  { host: 'localhost' },
];

describe.skipIf(found === undefined)('a real Asterisk server', () => {
  test.each(PROVIDERS)('takes a trunk %s, without an error in its log', async (_, trunk) => {
    const errors: string[] = [];
    const one = { ...trunkTo({ address: '127.0.0.9', port: 5999 }), name: 'one', ...trunk };
    const { server, remove } = await startEdge(install, { trunks: [one] }, (line) => errors.push(line));
    cleanups.push(remove);
    expect(errors).toEqual([]);
    expect(readFileSync(join(server.folder, 'log/messages.log'), 'utf8')).not.toMatch(
      /ERROR|WARNING.*(pjsip\.conf|module)/,
    );
    const endpoint = await server.cli('pjsip show endpoint trunk-one');
    expect(endpoint).toContain(`transport                          : ${one.transport}`);
    expect(endpoint).toContain(`allow                              : (${one.codecs.join('|')})`);
    expect(endpoint).toMatch(/Identify: {2}trunk-one-from-1/);
    if (trunk.password !== undefined)
      expect(await server.cli('pjsip show auth trunk-one-login')).toContain(`: ${trunk.password}\n`);
    const registrations = await server.cli('pjsip show registrations');
    if (one.register) expect(registrations).toContain('trunk-one/sip:127.0.0.9');
    else expect(registrations).not.toContain('trunk-one');
  });

  test('every kind of trunk at once, behind a NAT', async () => {
    const errors: string[] = [];
    const { server, remove } = await startEdge(
      install,
      {
        trunks: [...PROVIDERS.map(([, trunk]) => trunk), ...MORE].map((trunk, at) => ({
          ...trunkTo({ address: `127.0.1.${at + 1}`, port: 5999 }),
          ...trunk,
          name: `number-${at}`,
        })),
        externalAddress: '198.51.100.7',
        localNetworks: ['10.0.0.0/8', '192.168.0.0/16'],
      },
      (line) => errors.push(line),
    );
    cleanups.push(remove);
    expect(errors).toEqual([]);
    expect(await server.cli('pjsip show transports')).toContain('Objects found: 3');
    expect(await server.cli('pjsip show endpoints')).toContain(
      `Objects found: ${PROVIDERS.length + MORE.length}`,
    );
    expect(await server.cli('pjsip show transport tcp')).toContain('198.51.100.7');
  });

  test('a stranger gets nothing and is counted; the trunk is refused while nobody takes calls', async () => {
    const edge = await startEdge(install, { trunks: [trunkTo({ address: '127.0.0.2', port: 5999 })] });
    cleanups.push(edge.remove);
    for (const method of ['INVITE', 'REGISTER', 'OPTIONS']) {
      // He may call himself what he likes.
      expect(await ask(edge.sip, '127.0.0.9', method, 'trunk-local-carrier')).toMatch(/^SIP\/2\.0 401 /);
    }
    await until('three strangers counted', 5_000, async () =>
      edge.server.strangers() === 3 ? true : undefined,
    );
    expect(await ask(edge.sip, '127.0.0.2', 'INVITE', 'carrier')).toMatch(/^SIP\/2\.0 403 /);
    expect(edge.server.strangers()).toBe(3);
    expect(await edge.server.cli('core show channels count')).toContain('0 active channels');
  });

  test("a call with the mark of our registration is the trunk's, from whatever address", async () => {
    const provider = createSocket('udp4');
    await new Promise<void>((done) => provider.bind(0, '127.0.0.9', done));
    cleanups.push(() => void provider.close());
    const contact = new Promise<string>((fulfil) => {
      provider.on('message', (message, from) => {
        const request = message.toString();
        if (!request.startsWith('REGISTER ')) return;
        const header = (name: string) => new RegExp(`^${name}: .*$`, 'm').exec(request)?.[0] ?? '';
        const copied = ['Via', 'From', 'Call-ID', 'CSeq', 'Contact'].map(header);
        const answer = [
          'SIP/2.0 200 OK',
          ...copied,
          `${header('To')};tag=9`,
          'Expires: 300',
          'Content-Length: 0',
          '',
          '',
        ];
        provider.send(answer.join('\r\n'), from.port, from.address);
        fulfil(/<(sip:[^>]+)>/.exec(header('Contact'))?.[1] ?? '');
      });
    });
    const trunk = { ...trunkTo(provider.address()), ...login, name: 'main', register: true };
    const edge = await startEdge(install, { trunks: [trunk] });
    cleanups.push(edge.remove);
    const uri = await contact;
    expect(uri).toMatch(/^sip:100500@127\.0\.0\.1:\d+;line=\w+$/);
    await until('it is registered', 5_000, async () =>
      /trunk-main\/.*Registered/.test(await edge.server.cli('pjsip show registrations')) ? true : undefined,
    );
    expect(await ask(edge.sip, '127.0.0.8', 'INVITE', 'somebody', uri)).toMatch(/^SIP\/2\.0 403 /);
    const forged = uri.replace(/line=\w+/, 'line=forgery');
    expect(await ask(edge.sip, '127.0.0.8', 'INVITE', 'forger', forged)).toMatch(/^SIP\/2\.0 401 /);
  });

  test('keeps its secrets to itself, and leaves nothing when it is stopped', async () => {
    const sip = await freeSip('127.0.0.2');
    const { server, remove } = await startCarrier(install, {
      sip,
      edge: { address: '127.0.0.1', port: 5999 },
    });
    cleanups.push(remove);
    const process_ = markOfLiving(server.pid);
    expect(statSync(server.folder).mode & 0o777).toBe(0o700);
    const etc = join(server.folder, 'etc');
    for (const name of readdirSync(etc)) expect(statSync(join(etc, name)).mode & 0o777, name).toBe(0o600);
    expect(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain(server.ari.password);
    // Node raises the limit for itself, and its children have it too.
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/limits`, 'utf8'))?.[1];
    expect(Number(limit)).toBeGreaterThanOrEqual(4096);
    await server.stop();
    await server.stop();
    expect(isRunning(process_)).toBe(false);
    expect(existsSync(join(server.folder, 'run'))).toBe(false);
    expect(await freeSip('127.0.0.2')).toBeDefined();
  });

  test('a folder with a long name will do', async () => {
    const deep = join(folder(), 'д'.repeat(60), 'e'.repeat(60));
    const options = {
      install,
      folder: deep,
      settings: {
        kind: 'carrier',
        sip: await freeSip('127.0.0.2'),
        ari: { address: '127.0.0.1', port: (await freeSip('127.0.0.1')).port, user: 'halo', password: 'x' },
        rtp: RTP,
        edge: { address: '127.0.0.1', port: 5999 },
      },
      spawn: (command, how) => spawnGuarded(guard, command, how),
      log: () => {},
    } satisfies Parameters<typeof AsteriskServer.start>[0];
    const server = await AsteriskServer.start(options);
    cleanups.push(() => server.stop());
    expect(await server.cli('core show uptime')).toContain('System uptime');
    await expect(AsteriskServer.start(options)).rejects.toThrow('уже работает другой Asterisk');
    expect(isRunning(markOfLiving(server.pid))).toBe(true);
  });

  test('an occupied SIP port is said', async () => {
    const taken = createSocket('udp4');
    await new Promise<void>((done) => taken.bind(0, '127.0.0.1', done));
    cleanups.push(() => void taken.close());
    const sip = { address: '127.0.0.1', port: taken.address().port };
    await expect(startEdge(install, { sip, trunks: [] })).rejects.toThrow('занят порт SIP');
  });
});

/** Sends one request and resolves to the final answer. */
function ask(
  to: { address: string; port: number },
  from: string,
  method: string,
  user: string,
  uri = `sip:+74951234567@${to.address}`,
): Promise<string> {
  const socket = createSocket('udp4');
  return new Promise<string>((fulfil, reject) => {
    const late = setTimeout(() => reject(new Error(`no answer to ${method}`)), 5_000);
    socket.on('message', (message) => {
      if (/^SIP\/2\.0 1/.test(message.toString())) return;
      clearTimeout(late);
      fulfil(message.toString());
    });
    socket.bind(0, from, () => {
      const me = `${from}:${socket.address().port}`;
      const lines = [
        `${method} ${uri} SIP/2.0`,
        `Via: SIP/2.0/UDP ${me};branch=z9hG4bK${method}${user}`,
        `From: <sip:${user}@${me}>;tag=1`,
        `To: <sip:+74951234567@${to.address}>`,
        `Call-ID: ${method}-${user}`,
        `CSeq: 1 ${method}`,
        `Contact: <sip:${user}@${me}>`,
        'Max-Forwards: 70',
        'Content-Length: 0',
      ];
      socket.send([...lines, '', ''].join('\r\n'), to.port, to.address);
    });
  }).finally(() => socket.close());
}
