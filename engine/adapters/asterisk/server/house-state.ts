import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hangUpAll } from './asterisk-server.ts';
import { askConsole } from './console.ts';
import { withFolderLock } from './house-lock.ts';
import { readRecord, SERVER_KINDS, type ServerKind, type ServerRecord } from './house-record.ts';
import type { AsteriskInstall } from './install.ts';
import { isRunning } from './process-mark.ts';
import { cleanFolder, pathsOf } from './run-folder.ts';
import type { SocketAddress } from './settings.ts';
import { StrangerLog } from './stranger-log.ts';

export interface ServerState {
  readonly kind: ServerKind;
  readonly pid: number;
  /** The process that it dies with; undefined: it stays until it is stopped. */
  readonly ownerPid?: number;
  readonly uptimeMs: number;
  readonly sip: SocketAddress;
  readonly ari: SocketAddress;
  /** Channels up now; undefined where the server does not answer. */
  readonly channels?: number;
  readonly registrations: readonly Registration[];
  readonly strangers: number;
}

export interface Registration {
  /** `trunk-<name>`. */
  readonly endpoint: string;
  /** Asterisk's word: Registered, Unregistered, Rejected, … */
  readonly status: string;
}

export interface HouseState {
  readonly version: string;
  readonly suite: string;
  /** Only those that run. */
  readonly servers: readonly ServerState[];
}

const STOP_MS = 5_000;

export function folderOf(house: string, kind: ServerKind): string {
  return join(house, kind);
}

/** What runs in the house now, whoever has started it. */
export async function describeHouse(folder: string, install: AsteriskInstall): Promise<HouseState> {
  const record = await readRecord(folder);
  const servers: ServerState[] = [];
  for (const kind of SERVER_KINDS) {
    const server = record?.servers[kind];
    if (record === undefined || server === undefined || !isRunning(server.process)) continue;
    const paths = pathsOf(folderOf(folder, kind), install);
    const ask = (command: string) => askConsole(install, paths.etcDir, command, 5_000).catch(() => '');
    const channels = /^(\d+) active channel/m.exec(await ask('core show channels count'))?.[1];
    servers.push({
      kind,
      pid: server.process.pid,
      ...(server.owner === undefined ? {} : { ownerPid: server.owner.pid }),
      uptimeMs: Math.max(0, Date.now() - Date.parse(server.startedAt)),
      ...record.plan[kind],
      ...(channels === undefined ? {} : { channels: Number(channels) }),
      registrations: kind === 'edge' ? readRegistrations(await ask('pjsip show registrations')) : [],
      strangers: new StrangerLog(paths.logDir).count(),
    });
  }
  return { version: install.version, suite: install.suite, servers };
}

/** Reads the table of `pjsip show registrations`: ` trunk-main/sip:host:5060   trunk-main-login   Registered  (exp. 250s)`. */
export function readRegistrations(table: string): Registration[] {
  return [...table.matchAll(/^\s*(trunk-[a-z0-9-]+)\/sips?:\S+\s+\S+\s+(\S.*?)(?:\s+\(exp\..*)?\s*$/gm)].map(
    ([, endpoint = '', status = '']) => ({ endpoint, status }),
  );
}

/** Ends a server that another process has started. */
export async function stopRecorded(
  folder: string,
  kind: ServerKind,
  server: ServerRecord,
  install: AsteriskInstall,
): Promise<void> {
  const paths = pathsOf(folderOf(folder, kind), install);
  const ask = (command: string) => askConsole(install, paths.etcDir, command, 3_000);
  await hangUpAll(ask).catch(() => {});
  await ask('core stop now').catch(() => {});
  const deadline = Date.now() + STOP_MS;
  while (isRunning(server.process)) {
    if (Date.now() > deadline) {
      process.kill(server.process.pid, 'SIGKILL');
      break;
    }
    await sleep(20);
  }
  await cleanFolder(paths);
}

/** Stops the servers of a house that were started to stay. Resolves to those that are somebody's own, and were left. */
export async function stopHouse(folder: string, install: AsteriskInstall): Promise<ServerRecord[]> {
  if (!existsSync(folder)) return [];
  return await withFolderLock(folder, async () => {
    const record = await readRecord(folder);
    const left: ServerRecord[] = [];
    for (const kind of SERVER_KINDS) {
      const server = record?.servers[kind];
      if (server === undefined || !isRunning(server.process)) continue;
      if (server.owner !== undefined && isRunning(server.owner)) left.push(server);
      else await stopRecorded(folder, kind, server, install);
    }
    return left;
  });
}
