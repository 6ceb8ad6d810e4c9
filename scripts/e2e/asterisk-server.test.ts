import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { AriAddress } from '../../engine/adapters/asterisk/ari-address.ts';
import { AsteriskServer } from '../../engine/adapters/asterisk/server/asterisk-server.ts';
import type { HouseOptions } from '../../engine/adapters/asterisk/server/house-options.ts';
import { stopHouse } from '../../engine/adapters/asterisk/server/house-state.ts';
import { openAsterisks, type AsteriskHouse } from '../../engine/adapters/asterisk/server/house.ts';
import { isRunning, markOf } from '../../engine/adapters/asterisk/server/process-mark.ts';
import { findGuard, spawnGuarded } from '../../engine/adapters/system/guarded-spawn.ts';
import type { Trunk } from '../../engine/contract/trunk.ts';
import {
  freeSip,
  realAsterisk,
  startCarrier,
  startEdge,
  trunkTo,
} from '../../engine/testing/real-asterisk.ts';
import { until } from './until.ts';

const found = await realAsterisk();
// Never used without one: everything below is skipped then.
const install = found!;
const guard = await findGuard('TERM');
const RTP = { from: 20_000, to: 20_999 };

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folder(name = 'halo-house-'): string {
  const path = mkdtempSync(join(tmpdir(), name));
  cleanups.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A process's mark now, for later. */
function mark(pid: number) {
  const found = markOf(pid);
  if (found === undefined) throw new Error(`no process ${pid}`);
  return found;
}

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
    const process_ = mark(server.pid);
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
    expect(isRunning(mark(server.pid))).toBe(true);
  });

  test('an occupied SIP port is said', async () => {
    const taken = createSocket('udp4');
    await new Promise<void>((done) => taken.bind(0, '127.0.0.1', done));
    cleanups.push(() => void taken.close());
    const sip = { address: '127.0.0.1', port: taken.address().port };
    await expect(startEdge(install, { sip, trunks: [] })).rejects.toThrow('занят порт SIP');
  });
});

describe.skipIf(found === undefined)('the Asterisks of a data folder', () => {
  const asked = () => AbortSignal.timeout(30_000);

  function open(path: string, more: Partial<HouseOptions> = {}): AsteriskHouse {
    const house = openAsterisks({
      folder: path,
      install,
      log: () => {},
      edge: { sip: { address: '127.0.0.1', port: 5060 }, trunks: [], rtp: RTP, localNetworks: [] },
      ...more,
    });
    cleanups.push(() => house.close());
    return house;
  }

  const script = fileURLToPath(new URL('hold-asterisks.ts', import.meta.url));

  /** Another process that uses the house. */
  async function hold(path: string, ...args: string[]) {
    const holder = spawn(process.execPath, ['--import', 'tsx', script, path, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise<string>((fulfil) =>
      holder.once('exit', (code, signal) => fulfil(String(code ?? signal))),
    );
    cleanups.push(async () => {
      holder.kill('SIGKILL');
      await exited;
    });
    const line = await new Promise<string>((fulfil, reject) => {
      createInterface({ input: holder.stdout }).once('line', fulfil);
      void exited.then((how) => reject(new Error(`the holder ended: ${how}`)));
    });
    const said = JSON.parse(line) as { servers: number[]; url: string; child: number };
    if (said.child > 0) cleanups.push(() => void process.kill(said.child, 'SIGKILL'));
    return { ...said, pid: holder.pid ?? 0, exited, end: (how: NodeJS.Signals) => holder.kill(how) };
  }

  const answers = async ({ url, user, password }: AriAddress) => {
    const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
    return (await fetch(`${url}/ari/asterisk/info`, { headers })).ok;
  };

  /** True when no process that we can look into has the house's FIFO open. */
  function nobodyIn(path: string): true | undefined {
    const fifo = join(realpathSync(path), 'users');
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const has = (pid: string) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === fifo);
      } catch {
        return false;
      }
    };
    return pids.some(has) ? undefined : true;
  }

  const pidsOf = async (house: AsteriskHouse) =>
    (await house.describe()).servers.map(({ kind, pid }) => `${kind} ${pid}`);

  test('are shared by all who open it, also in one process', async () => {
    const path = folder();
    const [first, second] = [open(path), open(path)];
    const [one, two, carrier] = await Promise.all([
      first.edge(asked()),
      second.edge(asked()),
      second.carrier?.(asked()),
    ]);
    expect(two).toEqual(one);
    expect(carrier?.url).not.toBe(one.url);
    const before = await pidsOf(first);
    expect(before).toHaveLength(2);
    expect(statSync(join(path, 'running.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(path, 'running.json'), 'utf8')).not.toContain(one.password);
    // Whichever of the two has started them.
    await first.close();
    await second.edge(asked());
    await second.carrier?.(asked());
    expect(await pidsOf(second)).toEqual(before);
    await second.close();
    expect(await pidsOf(second)).toEqual([]);
    await expect(second.edge(asked())).rejects.toThrow('останавливается');
  });

  test('killed, they are back at the next ask, at the same address', async () => {
    const house = open(folder());
    const before = await house.edge(asked());
    const [edge] = (await house.describe()).servers;
    const process_ = mark(edge!.pid);
    process.kill(edge!.pid, 'SIGKILL');
    await until('it has gone', 5_000, async () => (isRunning(process_) ? undefined : true));
    expect(await house.edge(asked())).toEqual(before);
    const [again] = (await house.describe()).servers;
    expect(again?.pid).not.toBe(edge?.pid);
  });

  test('outlive the process that started them, in good order, and end with the last user', async () => {
    const path = folder();
    const starter = await hold(path);
    const house = open(path);
    expect((await house.edge(asked())).url).toBe(starter.url);
    const { servers } = await house.describe();
    expect(servers.map(({ users }) => users)).toEqual(
      Array.from({ length: 2 }, () => [process.pid, starter.pid].sort((a, b) => a - b)),
    );
    const marks = starter.servers.map(mark);
    starter.end('SIGTERM');
    expect(await starter.exited).toBe('0');
    expect(marks.filter(isRunning)).toEqual(marks);
    // The look itself works.
    expect(nobodyIn(path)).toBe(undefined);
    expect(await answers(await house.edge(asked()))).toBe(true);
    expect(await pidsOf(house)).toEqual([`edge ${starter.servers[0]}`, `carrier ${starter.servers[1]}`]);
    await house.close();
    expect(marks.filter(isRunning)).toEqual([]);
    await until('the keepers have gone', 2_000, async () => nobodyIn(path));
  });

  test('outlive it killed, and its children do not keep them', async () => {
    const path = folder();
    const starter = await hold(path, 'with a child');
    const other = await hold(path, 'with a child');
    expect(other.servers).toEqual(starter.servers);
    const house = open(path);
    const before = await house.edge(asked());
    const edge = mark(starter.servers[0]!);
    process.kill(edge.pid, 'SIGKILL');
    await until('it has gone', 5_000, async () => (isRunning(edge) ? undefined : true));
    // While the one whose child it was tidies after it.
    expect(await house.edge(asked())).toEqual(before);
    const marks = (await house.describe()).servers.map(({ pid }) => mark(pid));
    expect(marks).toHaveLength(2);
    await house.close();
    const children = [starter, other].map(({ child }) => mark(child));
    starter.end('SIGKILL');
    await starter.exited;
    // Longer than they need to end.
    await sleep(1_500);
    expect(marks.filter(isRunning)).toEqual(marks);
    expect(await answers(before)).toBe(true);
    other.end('SIGKILL');
    await until('servers and keepers have gone', 3_000, async () =>
      marks.some(isRunning) ? undefined : nobodyIn(path),
    );
    expect(children.filter(isRunning)).toEqual(children);
    expect(await pidsOf(house)).toEqual([]);
  });

  test('work for who comes in the moment in which their last user is killed', async () => {
    const path = folder();
    let house: AsteriskHouse | undefined;
    for (let round = 0; round < 5; round += 1) {
      const last = await hold(path);
      const marks = last.servers.map(mark);
      await house?.close();
      expect(marks.filter(isRunning)).toHaveLength(2);
      house = open(path);
      last.end('SIGKILL');
      await sleep(round * 2);
      expect(await answers(await house.edge(asked()))).toBe(true);
      const now = (await house.describe()).servers.map(({ pid }) => pid);
      expect(now).toHaveLength(2);
      // None of before is left beside those that the house knows of.
      expect(marks.filter((one) => isRunning(one) && !now.includes(one.pid))).toEqual([]);
      // Nor are these about to leave.
      await sleep(300);
      expect(await answers(await house.edge(asked()))).toBe(true);
      expect((await house.describe()).servers.map(({ pid }) => pid)).toEqual(now);
    }
  });

  test('may be started to stay; other settings do not fit them', async () => {
    const path = folder();
    const staying = open(path, { staying: true });
    const { url } = await staying.edge(asked());
    await staying.close();
    const user = open(path);
    expect((await user.edge(asked())).url).toBe(url);
    await user.close();
    const [edge, carrier] = (await user.describe()).servers;
    expect(edge).toMatchObject({ kind: 'edge', channels: 0, strangers: 0, stays: true, users: [] });
    const other = open(path, {
      edge: {
        sip: await freeSip('127.0.0.1'),
        trunks: [trunkTo({ address: '127.0.0.9', port: 5999 })],
        rtp: RTP,
        localNetworks: [],
      },
    });
    await expect(other.edge(asked())).rejects.toThrow('с другими настройками');
    expect(await stopHouse(path, install)).toMatchObject({ stopped: [edge?.pid, carrier?.pid], left: [] });
    expect(await pidsOf(user)).toEqual([]);
    expect((await other.edge(asked())).url).toMatch(/^http/);
    // Now they live by a user.
    const [its] = (await other.describe()).servers;
    expect(await stopHouse(path, install)).toEqual({ stopped: [], left: [its?.pid], users: [process.pid] });
    await expect(open(path).edge(asked())).rejects.toThrow(
      `использует процесс HALO ${process.pid}; остановите`,
    );
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
