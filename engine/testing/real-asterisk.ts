import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AsteriskServer } from '../adapters/asterisk/server/asterisk-server.ts';
import { programEnv } from '../adapters/asterisk/server/console.ts';
import { freePort } from '../adapters/asterisk/server/free-port.ts';
import { findAsterisk, type AsteriskInstall } from '../adapters/asterisk/server/install.ts';
import type { CarrierSettings, EdgeSettings, SocketAddress } from '../adapters/asterisk/server/settings.ts';
import { findGuard, spawnGuarded } from '../adapters/system/guarded-spawn.ts';
import type { Trunk } from '../contract/trunk.ts';

const PROJECT_DIR = fileURLToPath(new URL('../../.asterisk', import.meta.url));

/** All tests of one process share it: ari-client knows one password a process. */
const ARI_USER = 'halo';
const ARI_PASSWORD = randomBytes(12).toString('hex');

/** Above the kit's; below the kernel's own choice of ports (32768…). Asterisk passes by what is taken. */
const RTP = { from: 20_000, to: 29_998 };

/** Asterisk and SIPp of HALO_ASTERISK_DIR or the project; undefined where there are none, and the test must be skipped by name. */
export async function realAsterisk(): Promise<AsteriskInstall | undefined> {
  const given = process.env['HALO_ASTERISK_DIR'];
  return await findAsterisk(given === undefined || given === '' ? PROJECT_DIR : resolve(given));
}

/** A server in a folder of its own under the temporary folder; `remove` stops it and leaves nothing. */
export interface TestServer {
  readonly server: AsteriskServer;
  readonly sip: SocketAddress;
  remove(): Promise<void>;
}

/** An edge on free ports of 127.0.0.1. */
export async function startEdge(
  install: AsteriskInstall,
  settings: Partial<Omit<EdgeSettings, 'kind'>> & { readonly trunks: readonly Trunk[] },
  log: (line: string) => void = () => {},
): Promise<TestServer> {
  return await startServer(install, log, async () => ({
    kind: 'edge',
    sip: await freeSip('127.0.0.1'),
    ari: await freeAri(),
    rtp: RTP,
    localNetworks: [],
    ...settings,
  }));
}

/** A carrier on free ports: SIP on 127.0.0.2, since the edge knows it by its address. */
export async function startCarrier(
  install: AsteriskInstall,
  settings: Partial<Omit<CarrierSettings, 'kind'>> & { readonly edge: SocketAddress },
  log: (line: string) => void = () => {},
): Promise<TestServer> {
  return await startServer(install, log, async () => ({
    kind: 'carrier',
    sip: await freeSip('127.0.0.2'),
    ari: await freeAri(),
    rtp: RTP,
    ...settings,
  }));
}

/** Where neither the system nor RTP takes ports of its own accord. */
const SIP_PORTS = { from: 10_000, to: 19_998 };
const SIP_CANDIDATES = 50;

/** A free port for SIP, for both ends to know of each other before either is started, some seconds ahead. */
export async function freeSip(address: string): Promise<SocketAddress> {
  const { from, to } = SIP_PORTS;
  const wanted = Array.from({ length: SIP_CANDIDATES }, () => from + Math.floor(Math.random() * (to - from)));
  return { address, port: await freePort(address, ['udp', 'tcp'], wanted) };
}

/** What an edge calls a carrier, or a SIPp, at that address. */
export function trunkTo(sip: SocketAddress, more: Partial<Trunk> = {}): Trunk {
  return {
    name: 'local-carrier',
    host: sip.address,
    port: sip.port,
    transport: 'udp',
    register: false,
    codecs: ['ulaw'],
    numberFormat: 'plain',
    addresses: [],
    ...more,
  };
}

export interface TestSipp {
  /** Where it listens and sends from. */
  readonly address: string;
  readonly port: number;
  /** stdout, without the screens it draws, and its errors. */
  output(): string;
  /** Its exit code: 0 when every call went as the scenario says. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/**
 * Runs SIPp with a scenario file (absolute path) from `address` (127.0.0.2 unless told) on a free port, or on `port`.
 * A calling scenario wants its target in `args`: `['127.0.0.1:5060', '-m', '1', '-s', '+7…']`.
 */
export async function startSipp(
  install: AsteriskInstall,
  scenario: string,
  args: readonly string[] = [],
  where: { readonly address?: string; readonly port?: number } = {},
): Promise<TestSipp> {
  const address = where.address ?? '127.0.0.2';
  const port = where.port ?? (await freePort(address, ['udp', 'tcp']));
  const media = await freePort(address, ['udp']);
  const folder = await mkdtemp(join(tmpdir(), 'halo-sipp-'));
  const own = [
    '-sf',
    scenario,
    '-i',
    address,
    '-p',
    String(port),
    '-mi',
    address,
    '-min_rtp_port',
    String(media),
  ];
  const [program = '', ...rest] = [...install.command('sipp'), ...own, '-nostdin', '-trace_err', ...args];
  const child = spawn(program, rest, {
    cwd: folder,
    env: programEnv(install),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const take = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<number>((fulfil) => {
    child.once('error', () => fulfil(-1));
    child.once('close', (code) => fulfil(code ?? -1));
  });
  void ended.then(() => rm(folder, { recursive: true, force: true }));
  await listening(port, address, child, () => output);
  return {
    address,
    port,
    output: () => output,
    ended,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** SIPp says nothing when it is ready: its port is taken then, or it has placed its calls (1: one of them has failed). */
async function listening(
  port: number,
  address: string,
  child: ReturnType<typeof spawn>,
  output: () => string,
): Promise<void> {
  for (let attempt = 0; attempt < 250; attempt += 1) {
    if (child.exitCode !== null) {
      if (child.exitCode === 0 || child.exitCode === 1) return;
      throw new Error(`SIPp ended with ${child.exitCode}: ${output().slice(-2_000)}`);
    }
    if (!(await isFree(port, address))) return;
    await new Promise((fulfil) => setTimeout(fulfil, 20));
  }
  throw new Error(`SIPp does not listen: ${output().slice(-2_000)}`);
}

async function isFree(port: number, address: string): Promise<boolean> {
  return await freePort(address, ['udp', 'tcp'], [port]).then(
    () => true,
    () => false,
  );
}

async function freeAri(): Promise<EdgeSettings['ari']> {
  return {
    address: '127.0.0.1',
    port: await freePort('127.0.0.1', ['tcp']),
    user: ARI_USER,
    password: ARI_PASSWORD,
  };
}

async function startServer(
  install: AsteriskInstall,
  log: (line: string) => void,
  settings: () => Promise<EdgeSettings | CarrierSettings>,
): Promise<TestServer> {
  const guard = await findGuard('TERM');
  const folder = await mkdtemp(join(tmpdir(), 'halo-asterisk-'));
  for (let attempt = 1; ; attempt += 1) {
    try {
      const server = await AsteriskServer.start({
        install,
        folder,
        settings: await settings(),
        spawn: (command, options) => spawnGuarded(guard, command, options),
        log,
      });
      return {
        server,
        sip: server.settings.sip,
        async remove() {
          await server.stop();
          await rm(folder, { recursive: true, force: true });
        },
      };
    } catch (error) {
      // A port that was free a moment ago may be taken now; ports that were given cannot change.
      if (attempt === 3) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    }
  }
}
