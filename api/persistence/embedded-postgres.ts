import { mkdirSync, realpathSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorFields, type Log } from '../log.ts';
import { findBinaries } from './postgres/binaries.ts';
import { InstanceFolder } from './postgres/folder.ts';
import { findLauncher, giveTo } from './postgres/launcher.ts';
import { findPostmaster, isAlive, reach } from './postgres/running.ts';
import { OwnServer } from './postgres/server.ts';

const EXTERNAL_TIMEOUT_MS = 30_000;
const START_TIMEOUT_MS = 90_000;
const RETRY_MS = 150;
const WATCH_MS = 500;

export interface Database {
  /** With the password in it: never log it. */
  readonly url: string;
  /** True for our own instance, whoever started it. */
  readonly embedded: boolean;
  /** Stops the server if this process started it (or took it over). Idempotent. */
  stop(): Promise<void>;
}

export interface DatabaseOptions {
  /** DATABASE_URL; nothing is started then. */
  readonly databaseUrl?: string | undefined;
  /** Where the product keeps its state; the instance lives in `postgres/` inside. */
  readonly dataDir: string;
  readonly log: Log;
}

/**
 * A PostgreSQL to work with: the one of `databaseUrl`; else our own instance in `dataDir/postgres`, running already
 * (another of our processes started it) or started now from the npm package.
 *
 * The instance listens on 127.0.0.1 only, with a random password kept in `dataDir/postgres/password` (0600). It stops
 * with the process that started it, however that ends; another process on the same folder then starts it again, on
 * the same port, and has lost its connections in between.
 * Rejects with an Error that says what to do.
 */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  return options.databaseUrl === undefined || options.databaseUrl === ''
    ? await ownInstance(options.dataDir, options.log)
    : await external(options.databaseUrl, options.log);
}

async function external(url: string, log: Log): Promise<Database> {
  const deadline = Date.now() + EXTERNAL_TIMEOUT_MS;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await reach(url);
    if (answer.kind === 'ready') return { url, embedded: false, stop: async () => {} };
    if (answer.kind === 'refused' || Date.now() > deadline) {
      throw new Error(
        `the PostgreSQL of DATABASE_URL (${placeOf(url)}) does not let us in: ${answer.reason}. ` +
          'Check its host, port, user, password and database, or unset DATABASE_URL to use the embedded one.',
      );
    }
    if (attempt % 5 === 1)
      log.warn({ place: placeOf(url), reason: answer.reason }, 'waiting for the PostgreSQL of DATABASE_URL');
    await sleep(1_000);
  }
}

async function ownInstance(dataDir: string, log: Log): Promise<Database> {
  mkdirSync(dataDir, { recursive: true });
  const folder = new InstanceFolder(realpathSync(dataDir));
  folder.open();
  const held = await acquire(folder, log);
  return held.kind === 'started'
    ? { url: folder.url(held.port), embedded: true, stop: () => held.server.stop() }
    : new JoinedInstance(folder, held, log);
}

type Held =
  | { readonly kind: 'started'; readonly port: number; readonly server: OwnServer }
  | { readonly kind: 'joined'; readonly port: number; readonly pid: number };

/** Joins the instance that runs, or starts it; of several processes at once one starts it and the others join. */
async function acquire(folder: InstanceFolder, log: Log): Promise<Held> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const found = await joinRunning(folder);
    if (found.kind === 'joined') {
      log.info({ port: found.port }, 'using the embedded PostgreSQL that another process started');
      return found;
    }
    const attempt = found.kind === 'wait' ? found : await startOne(folder, log);
    if (attempt.kind === 'started') return attempt;
    if (Date.now() > deadline) {
      throw new Error(
        `the embedded PostgreSQL in ${folder.home} cannot be used: ${attempt.reason}. ` +
          `See ${folder.log}; stop what holds it, or set DATABASE_URL.`,
      );
    }
    await sleep(RETRY_MS);
  }
}

/** An instance that another process started. When that process ends, and the server with it, this one takes over. */
class JoinedInstance implements Database {
  readonly embedded = true;
  readonly url: string;
  readonly #folder: InstanceFolder;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #held: Held;
  #takingOver: Promise<void> | undefined;
  #stopped = false;

  constructor(folder: InstanceFolder, held: Held, log: Log) {
    this.#folder = folder;
    this.#held = held;
    this.#log = log;
    this.url = folder.url(held.port);
    this.#timer = setInterval(() => this.#check(), WATCH_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#takingOver;
    if (this.#held.kind === 'started') await this.#held.server.stop();
  }

  #check(): void {
    if (this.#stopped || this.#held.kind === 'started' || isAlive(this.#held.pid)) return;
    this.#takingOver ??= this.#takeOver().finally(() => {
      this.#takingOver = undefined;
    });
  }

  async #takeOver(): Promise<void> {
    this.#log.warn({}, 'the process that started the embedded PostgreSQL has ended: taking over');
    try {
      this.#held = await acquire(this.#folder, this.#log);
      if (this.#folder.url(this.#held.port) === this.url) return;
      clearInterval(this.#timer);
      this.#log.error(
        { port: this.#held.port },
        'the embedded PostgreSQL is now on another port: restart this process',
      );
    } catch (error) {
      clearInterval(this.#timer);
      this.#log.error(errorFields(error), 'the embedded PostgreSQL has gone: restart this process');
    }
  }
}

type Found =
  | { readonly kind: 'none' }
  | { readonly kind: 'wait'; readonly reason: string }
  | (Held & { readonly kind: 'joined' });

async function joinRunning(folder: InstanceFolder): Promise<Found> {
  if (!folder.isInitialised()) return { kind: 'none' };
  const postmaster = findPostmaster(folder.data);
  if (postmaster === undefined) return { kind: 'none' };
  const { pid, port } = postmaster;
  if (port === 0) return { kind: 'wait', reason: 'it is starting' };
  const answer = await reach(folder.url(port), folder.data);
  if (answer.kind === 'ready') return { kind: 'joined', port, pid };
  if (answer.kind === 'refused') {
    throw new Error(
      `the embedded PostgreSQL (pid ${pid}) refuses the password kept in ${folder.home}: ${answer.reason}. ` +
        'Was the folder copied? Stop that process, or use another HALO_DATA_DIR.',
    );
  }
  return { kind: 'wait', reason: answer.reason };
}

async function startOne(
  folder: InstanceFolder,
  log: Log,
): Promise<(Held & { readonly kind: 'started' }) | { readonly kind: 'ended'; readonly reason: string }> {
  const binaries = findBinaries();
  const fresh = !folder.isInitialised();
  if (!fresh && folder.version() !== binaries.major) {
    throw new Error(
      `the data in ${folder.data} were made by PostgreSQL ${folder.version()} and this one is ${binaries.major}. ` +
        'Use another HALO_DATA_DIR, or run them on a PostgreSQL of that version and set DATABASE_URL.',
    );
  }
  const launcher = await findLauncher(folder.home, binaries.postgres, fresh);
  if (fresh) {
    log.info({ folder: folder.home, as: launcher.name }, 'making the embedded PostgreSQL');
    await folder.initialise(binaries, launcher);
  }
  giveTo(folder.data, launcher.fileOwner);
  const port = await folder.choosePort();
  const server = new OwnServer(folder, binaries, launcher, port, log);
  if (!(await server.start())) return { kind: 'ended', reason: server.lastWords() };
  log.info({ port, as: launcher.name }, 'the embedded PostgreSQL is ready');
  return { kind: 'started', port, server };
}

/** The URL without its password. */
function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return 'not a URL: postgres://user:password@host:5432/database is expected';
  }
}
