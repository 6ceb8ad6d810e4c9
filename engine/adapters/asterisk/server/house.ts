import type { ChildProcess } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import type { AriSource } from '../ari-address.ts';
import { orAbort } from '../or-abort.ts';
import { ariOf, AsteriskServer } from './asterisk-server.ts';
import { Backoff } from './backoff.ts';
import { noteProcess, previousGone, spawnKept, spawnStaying } from './house-keeper.ts';
import { withFolderLock } from './house-lock.ts';
import {
  ensurePassword,
  makeHouseFolder,
  readPassword,
  readRecord,
  writeRecord,
  SERVER_KINDS,
  type HousePlan,
  type HouseRecord,
  type ServerKind,
  type ServerRecord,
} from './house-record.ts';
import { makePlan, serverSettings, settingsHash } from './house-plan.ts';
import { describeHouse, folderOf, gone, stopRecorded, tidied, type HouseState } from './house-state.ts';
import { HouseHold, pidsOfUsers, type HouseUser } from './house-users.ts';
import type { HouseOptions } from './house-options.ts';
import { isRunning, markOf } from '../../system/process-mark.ts';
import { pathsOf } from './run-folder.ts';
import type { SocketAddress } from './settings.ts';
import { StrangerLog } from './stranger-log.ts';

/** The Asterisks of one data folder. */
export interface AsteriskHouse {
  readonly edge: AriSource;
  /** Present where there are no trunks. */
  readonly carrier?: AriSource;
  /** SIP requests of unknown senders that the edge has refused since it was started. */
  strangers(): number;
  describe(): Promise<HouseState>;
  /** Leaves; the last user stops the servers in good order. Idempotent. */
  close(): Promise<void>;
}

const START_ATTEMPTS = 3;
const TRIM_MS = 60_000;
/** For a server whose users have gone: longer means that nothing has told it. */
const LEAVING_MS = 3_000;

/**
 * Opens the house; nothing is started before the first ask for an address. Each ask sees to it that the servers run:
 * whoever finds one missing or dead starts it, all processes of this folder with the same settings use it, and it ends
 * with the last of them (house-users.ts).
 */
export function openAsterisks(options: HouseOptions): AsteriskHouse {
  return new House(options);
}

class House implements AsteriskHouse {
  readonly edge: AriSource = (signal) => this.#ask('edge', signal);
  readonly carrier?: AriSource;
  readonly #options: HouseOptions;
  readonly #wanted: readonly ServerKind[];
  readonly #hash: string;
  /** Started by us. */
  readonly #own = new Map<ServerKind, AsteriskServer>();
  readonly #backoff = { edge: new Backoff(), carrier: new Backoff() };
  readonly #strangers: StrangerLog;
  readonly #trimming: NodeJS.Timeout;
  #hold: HouseHold | undefined;
  #ensuring: Promise<Map<ServerKind, Error>> | undefined;
  #closed = false;

  constructor(options: HouseOptions) {
    const { install, edge, folder } = options;
    this.#options = options;
    this.#wanted = edge.trunks.length > 0 ? ['edge'] : ['edge', 'carrier'];
    if (this.#wanted.includes('carrier')) this.carrier = (signal) => this.#ask('carrier', signal);
    this.#hash = settingsHash(options);
    this.#strangers = new StrangerLog(pathsOf(folderOf(folder, 'edge'), install).logDir);
    this.#trimming = setInterval(() => void this.#trim().catch(() => {}), TRIM_MS);
    this.#trimming.unref();
  }

  strangers(): number {
    return this.#strangers.count();
  }

  describe(): Promise<HouseState> {
    return describeHouse(this.#options.folder, this.#options.install);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#trimming);
    await this.#ensuring?.catch(() => {});
    const hold = this.#hold;
    if (hold === undefined) return;
    try {
      await withFolderLock(this.#options.folder, () => this.#leave(hold));
    } finally {
      hold.release();
    }
  }

  async #leave(hold: HouseHold): Promise<void> {
    const { folder, install } = this.#options;
    const record = await readRecord(folder);
    if (record === undefined) return;
    const users = hold.othersOf(record.users);
    const servers: Partial<Record<ServerKind, ServerRecord>> = {};
    const stops = SERVER_KINDS.map(async (kind) => {
      const [server, own] = [record.servers[kind], this.#own.get(kind)];
      if (server === undefined || !isRunning(server.process)) return;
      if (server.stays === true || users.length > 0) servers[kind] = server;
      else if (own?.pid === server.process.pid) await own.stop();
      else await stopRecorded(folder, kind, server, install);
    });
    await Promise.all(stops);
    await writeRecord(folder, { ...record, users, servers });
  }

  async #ask(kind: ServerKind, signal: AbortSignal): ReturnType<AriSource> {
    signal.throwIfAborted();
    // Shared by all who ask at the same time; nobody's abort spoils it for the others.
    this.#ensuring ??= this.#ensure().finally(() => (this.#ensuring = undefined));
    const failures = await orAbort(this.#ensuring, signal);
    const failure = failures.get(kind);
    if (failure !== undefined) throw failure;
    const { folder } = this.#options;
    const [record, password] = [await readRecord(folder), await readPassword(folder)];
    if (record === undefined) throw new Error(`Папка ${folder} удалена во время работы: перезапустите HALO`);
    return ariOf(serverSettings(kind, record.plan, this.#options, password ?? ''));
  }

  /** Sees to it that every wanted server runs. Resolves to what went wrong, by server. */
  async #ensure(): Promise<Map<ServerKind, Error>> {
    if (this.#closed) throw new Error('HALO останавливается');
    const { folder } = this.#options;
    await makeHouseFolder(folder);
    return await withFolderLock(folder, async () => {
      const found = await readRecord(folder);
      const { users, isFirst } = await this.#join(found?.users ?? []);
      const alive = found === undefined ? {} : await this.#alive(found, isFirst);
      const differing = Object.values(found?.settings === this.#hash ? {} : alive);
      if (differing.length > 0) {
        const others = this.#hold?.othersOf(users) ?? [];
        this.#hold?.release();
        this.#hold = undefined;
        throw new Error(otherSettings(differing, others));
      }
      const plan = found?.settings === this.#hash ? found.plan : await makePlan(this.#options);
      const record = {
        settings: this.#hash,
        version: this.#options.install.version,
        plan,
        users,
        servers: alive,
      };
      if (!isDeepStrictEqual(record, found)) await writeRecord(folder, record);
      const missing = this.#wanted.filter((kind) => record.servers[kind] === undefined);
      return missing.length === 0 ? new Map<ServerKind, Error>() : await this.#startMissing(missing, record);
    });
  }

  /** Makes us a user. `isFirst`: nobody was one, and what runs for users is on its way out. */
  async #join(known: readonly HouseUser[]): Promise<{ users: readonly HouseUser[]; isFirst: boolean }> {
    if (this.#hold?.isCurrent() === true)
      return { users: [...this.#hold.othersOf(known), this.#hold.user], isFirst: false };
    this.#hold?.release();
    this.#hold = undefined;
    const { hold, others } = await HouseHold.take(this.#options.folder, known);
    this.#hold = hold;
    return { users: [...others, hold.user], isFirst: others.length === 0 };
  }

  /** The servers that can be counted on. Those that cannot have ended, and left their place, when this resolves. */
  async #alive(record: HouseRecord, isFirst: boolean): Promise<Partial<Record<ServerKind, ServerRecord>>> {
    const { folder, install } = this.#options;
    const alive: Partial<Record<ServerKind, ServerRecord>> = {};
    for (const kind of SERVER_KINDS) {
      const server = record.servers[kind];
      if (server === undefined) continue;
      const isLeaving = isFirst && server.stays !== true;
      if (isRunning(server.process) && !isLeaving) alive[kind] = server;
      else if (await gone(server.process, LEAVING_MS)) await tidied(folder, kind, server, install);
      else await stopRecorded(folder, kind, server, install);
    }
    return alive;
  }

  async #startMissing(missing: readonly ServerKind[], record: HouseRecord): Promise<Map<ServerKind, Error>> {
    const { folder, install, log } = this.#options;
    const password = this.#options.ari?.password ?? (await ensurePassword(folder));
    let { plan } = record;
    let servers: Partial<Record<ServerKind, ServerRecord>> = { ...record.servers };
    const failures = new Map<ServerKind, Error>();
    const due = missing.filter((kind) => {
      const waiting = this.#backoff[kind].waiting();
      if (waiting !== undefined) failures.set(kind, waiting);
      return waiting === undefined;
    });
    for (let attempt = 1; due.length > 0; attempt += 1) {
      const started = await Promise.allSettled(due.map((kind) => this.#start(kind, plan, password)));
      const failed: ServerKind[] = [];
      for (const [at, kind] of due.entries()) {
        const result = started[at]!;
        if (result.status === 'fulfilled') {
          servers[kind] = result.value;
        } else {
          failed.push(kind);
          failures.set(
            kind,
            result.reason instanceof Error ? result.reason : new Error(String(result.reason)),
          );
        }
      }
      await writeRecord(folder, { ...record, plan, servers });
      const portsTaken = failed.some((kind) =>
        /занят порт|другая программа/.test(failures.get(kind)?.message ?? ''),
      );
      if (!portsTaken || attempt === START_ATTEMPTS) {
        for (const kind of failed) this.#backoff[kind].failed(failures.get(kind)!);
        break;
      }
      // Each knows the other's port: both start anew with other ones.
      for (const kind of this.#wanted) {
        const server = servers[kind];
        if (server !== undefined) await stopRecorded(folder, kind, server, install);
      }
      servers = {};
      due.splice(0, due.length, ...this.#wanted);
      failures.clear();
      plan = await makePlan(this.#options);
      log('Asterisk: its ports are taken, others are chosen');
    }
    return failures;
  }

  async #start(kind: ServerKind, plan: HousePlan, password: string): Promise<ServerRecord> {
    const { folder, install, log, staying } = this.#options;
    const [hold, starter] = [this.#hold, markOf(process.pid)];
    if (hold === undefined || starter === undefined) throw new Error('HALO останавливается');
    await previousGone(folder, kind);
    const startedAt = new Date();
    let child: ChildProcess | undefined;
    const server = await AsteriskServer.start({
      install,
      folder: folderOf(folder, kind),
      settings: serverSettings(kind, plan, this.#options, password),
      spawn: (command, how) => {
        child = staying === true ? spawnStaying(command, how) : spawnKept(hold, command, how);
        noteProcess(folder, kind, child.pid);
        return child;
      },
      log,
    });
    // From here on it may outlive us.
    child?.unref();
    const bootMs = Date.now() - startedAt.getTime();
    this.#backoff[kind].started();
    this.#own.set(kind, server);
    void server.exited.then(() => {
      if (this.#own.get(kind) === server) this.#own.delete(kind);
      this.#backoff[kind].ended();
      if (!this.#closed) log(`Asterisk (${kind}) has ended; it is started again when it is asked for`);
    });
    const process_ = markOf(server.pid);
    if (process_ === undefined) throw new Error('Asterisk завершился сразу после запуска');
    log(`Asterisk ${install.version} (${kind}) started in ${bootMs} ms, SIP ${shown(server.settings.sip)}`);
    return {
      process: process_,
      starter,
      ...(staying === true && { stays: true }),
      startedAt: startedAt.toISOString(),
    };
  }

  /** The logs of a server whose starter has gone are cut by whoever uses it. */
  async #trim(): Promise<void> {
    const { folder, install } = this.#options;
    const record = await readRecord(folder);
    for (const kind of this.#wanted) {
      const server = record?.servers[kind];
      if (server === undefined || isRunning(server.starter)) continue;
      const log =
        kind === 'edge' ? this.#strangers : new StrangerLog(pathsOf(folderOf(folder, kind), install).logDir);
      await withFolderLock(folder, async () => {
        log.trim();
      });
    }
  }
}

function otherSettings(servers: readonly ServerRecord[], others: readonly HouseUser[]): string {
  if (servers.some(({ stays }) => stays === true))
    return 'Asterisk запущен с другими настройками; перезапустите его: npm run asterisk -- stop, затем start';
  const pids = pidsOfUsers(others);
  return (
    `Asterisk этой папки данных с другими настройками ${pids.length === 1 ? 'использует процесс' : 'используют процессы'} ` +
    `HALO ${pids.join(', ')}; остановите ${pids.length === 1 ? 'его' : 'их'} или задайте другую HALO_DATA_DIR`
  );
}

function shown({ address, port }: SocketAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
