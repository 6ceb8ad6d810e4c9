import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hangUpAll } from './asterisk-server.ts';
import { askConsole } from './console.ts';
import { withFolderLock } from './house-lock.ts';
import { readRecord, SERVER_KINDS, type ServerKind, type ServerRecord } from './house-record.ts';
import { liveUsers, pidsOfUsers } from './house-users.ts';
import type { AsteriskInstall } from './install.ts';
import { isRunning, type ProcessMark } from '../../system/process-mark.ts';
import { cleanFolder, pathsOf } from './run-folder.ts';
import type { SocketAddress } from './settings.ts';
import { StrangerLog } from './stranger-log.ts';

export interface ServerState {
  readonly kind: ServerKind;
  readonly pid: number;
  /** Started to stay until it is stopped; else it ends with the last of `users`. */
  readonly stays: boolean;
  /** The HALO processes that use it, by number. */
  readonly users: readonly number[];
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
const TIDY_MS = 2_000;

export function folderOf(house: string, kind: ServerKind): string {
  return join(house, kind);
}

/** What runs in the house now, whoever has started it. */
export async function describeHouse(folder: string, install: AsteriskInstall): Promise<HouseState> {
  const record = await readRecord(folder);
  const users = pidsOfUsers(liveUsers(folder, record?.users ?? []));
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
      stays: server.stays === true,
      users,
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

/** Ends a server in good order, whoever has started it. Under the folder's lock. */
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
  if (!(await gone(server.process, STOP_MS))) {
    process.kill(server.process.pid, 'SIGKILL');
    await gone(server.process, STOP_MS);
  }
  await tidied(folder, kind, server, install);
  await cleanFolder(paths);
}

/** Whether the process ends within `withinMs`. */
export async function gone(mark: ProcessMark, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isRunning(mark)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** After a server's end: its starter clears its folder, which must not happen under the next one's feet. */
export async function tidied(
  folder: string,
  kind: ServerKind,
  { starter }: ServerRecord,
  install: AsteriskInstall,
): Promise<void> {
  const { runDir } = pathsOf(folderOf(folder, kind), install);
  const deadline = Date.now() + TIDY_MS;
  while (existsSync(runDir) && isRunning(starter) && Date.now() < deadline) await sleep(20);
}

/** What `stopHouse` did. */
export interface StoppedHouse {
  /** By process number. */
  readonly stopped: readonly number[];
  /** Those that live by their users, and were left to them. */
  readonly left: readonly number[];
  /** The HALO processes that use the house. */
  readonly users: readonly number[];
}

/** Stops the servers of a house that were started to stay, and those that nobody uses. */
export async function stopHouse(folder: string, install: AsteriskInstall): Promise<StoppedHouse> {
  if (!existsSync(folder)) return { stopped: [], left: [], users: [] };
  return await withFolderLock(folder, async () => {
    const record = await readRecord(folder);
    const users = pidsOfUsers(liveUsers(folder, record?.users ?? []));
    const stopped: number[] = [];
    const left: number[] = [];
    for (const kind of SERVER_KINDS) {
      const server = record?.servers[kind];
      if (server === undefined || !isRunning(server.process)) continue;
      const isLeft = server.stays !== true && users.length > 0;
      (isLeft ? left : stopped).push(server.process.pid);
      if (!isLeft) await stopRecorded(folder, kind, server, install);
    }
    return { stopped, left, users };
  });
}
