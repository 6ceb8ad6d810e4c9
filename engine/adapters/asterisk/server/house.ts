import type { AriSource } from '../ari-address.ts';
import { ariOf, AsteriskServer } from './asterisk-server.ts';
import { Backoff } from './backoff.ts';
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
import { describeHouse, folderOf, stopRecorded, type HouseState } from './house-state.ts';
import type { HouseOptions } from './house-options.ts';
import { isRunning, markOf } from './process-mark.ts';
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
  /** Stops the servers that this process has started. Idempotent. */
  close(): Promise<void>;
}

const START_ATTEMPTS = 3;
const TRIM_MS = 60_000;

/**
 * Opens the house; nothing is started before the first ask for an address. Each ask sees to it that the servers run:
 * started by another process of this folder with the same settings they are used as they are; whoever finds one dead
 * starts it again and owns it; and it dies with its owner.
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
  readonly #owned = new Map<ServerKind, AsteriskServer>();
  readonly #backoff = { edge: new Backoff(), carrier: new Backoff() };
  readonly #strangers: StrangerLog;
  readonly #trimming: NodeJS.Timeout;
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
    if (this.#options.staying === true || this.#owned.size === 0) return;
    await withFolderLock(this.#options.folder, async () => {
      await Promise.all([...this.#owned.values()].map((server) => server.stop()));
      const record = await readRecord(this.#options.folder);
      if (record === undefined) return;
      const left = Object.entries(record.servers).filter(([, server]) => isRunning(server.process));
      await writeRecord(this.#options.folder, { ...record, servers: Object.fromEntries(left) });
    });
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
      const record = await this.#usable(await readRecord(folder));
      const alive = record?.servers ?? {};
      const missing = this.#wanted.filter((kind) => alive[kind] === undefined);
      if (record !== undefined && missing.length === 0) return new Map();
      return await this.#startMissing(missing, record);
    });
  }

  /** The record without its dead servers. Undefined: nothing runs. Throws where what runs cannot be used. */
  async #usable(record: HouseRecord | undefined): Promise<HouseRecord | undefined> {
    if (record === undefined) return undefined;
    const alive: Partial<Record<ServerKind, ServerRecord>> = {};
    for (const kind of SERVER_KINDS) {
      const server = record.servers[kind];
      if (server === undefined || !isRunning(server.process)) continue;
      // Without its owner it is on its way out.
      if (server.owner !== undefined && !isRunning(server.owner))
        await stopRecorded(this.#options.folder, kind, server, this.#options.install);
      else alive[kind] = server;
    }
    if (record.settings === this.#hash) return { ...record, servers: alive };
    for (const { owner } of Object.values(alive)) throw new Error(otherSettings(owner?.pid));
    return undefined;
  }

  async #startMissing(
    missing: readonly ServerKind[],
    record: HouseRecord | undefined,
  ): Promise<Map<ServerKind, Error>> {
    const { folder, install, log } = this.#options;
    const password = this.#options.ari?.password ?? (await ensurePassword(folder));
    let plan = record?.plan ?? (await makePlan(this.#options));
    let servers: Partial<Record<ServerKind, ServerRecord>> = { ...record?.servers };
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
      await writeRecord(folder, { settings: this.#hash, version: install.version, plan, servers });
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
      log('Asterisk: порты заняты, выбираю другие');
    }
    return failures;
  }

  async #start(kind: ServerKind, plan: HousePlan, password: string): Promise<ServerRecord> {
    const { folder, install, spawn, log, staying } = this.#options;
    const startedAt = new Date();
    const server = await AsteriskServer.start({
      install,
      folder: folderOf(folder, kind),
      settings: serverSettings(kind, plan, this.#options, password),
      spawn,
      log,
    });
    const bootMs = Date.now() - startedAt.getTime();
    this.#backoff[kind].started();
    this.#owned.set(kind, server);
    const process_ = markOf(server.pid);
    const owner = markOf(process.pid);
    if (process_ === undefined || owner === undefined)
      throw new Error('Asterisk завершился сразу после запуска');
    log(`Asterisk ${install.version} (${kind}) запущен за ${bootMs} мс, SIP ${shown(server.settings.sip)}`);
    void server.exited.then(() => {
      if (this.#owned.get(kind) === server) this.#owned.delete(kind);
      this.#backoff[kind].ended();
      if (!this.#closed) log(`Asterisk (${kind}) завершился; он будет запущен снова`);
    });
    return { process: process_, ...(staying === true ? {} : { owner }), startedAt: startedAt.toISOString() };
  }

  /** The logs of a server that nobody owns are cut by whoever uses it. */
  async #trim(): Promise<void> {
    const { folder, install } = this.#options;
    const record = await readRecord(folder);
    for (const kind of this.#wanted) {
      const server = record?.servers[kind];
      if (server === undefined || server.owner !== undefined) continue;
      const log =
        kind === 'edge' ? this.#strangers : new StrangerLog(pathsOf(folderOf(folder, kind), install).logDir);
      await withFolderLock(folder, async () => {
        log.trim();
      });
    }
  }
}

function otherSettings(ownerPid: number | undefined): string {
  return ownerPid === undefined
    ? 'Asterisk запущен с другими настройками; перезапустите его: npm run asterisk -- stop, затем start'
    : `Asterisk этой папки данных запустил процесс HALO ${ownerPid} с другими настройками; остановите его или задайте другую HALO_DATA_DIR`;
}

function shown({ address, port }: SocketAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((fulfil, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(fulfil, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
