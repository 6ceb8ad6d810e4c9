import { mkdirSync, realpathSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { findBinaries } from './postgres/binaries.ts';
import { InstanceFolder } from './postgres/folder.ts';
import { findLauncher, giveTo } from './postgres/launcher.ts';
import { findPostmaster, reach } from './postgres/running.ts';
import { OwnServer } from './postgres/server.ts';

const EXTERNAL_TIMEOUT_MS = 30_000;
const START_TIMEOUT_MS = 90_000;

export interface Database {
  /** With the password in it: never log it. */
  readonly url: string;
  /** True for our own instance, whoever started it. */
  readonly embedded: boolean;
  /** Stops the server if this process started it. Idempotent. */
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
 * with the process that started it, however that ends; the others on the same folder then lose their connections.
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
    if (attempt % 5 === 1) log.warn({ place: placeOf(url), reason: answer.reason }, 'waiting for the PostgreSQL of DATABASE_URL');
    await sleep(1_000);
  }
}

async function ownInstance(dataDir: string, log: Log): Promise<Database> {
  mkdirSync(dataDir, { recursive: true });
  const folder = new InstanceFolder(realpathSync(dataDir));
  folder.open();
  const deadline = Date.now() + START_TIMEOUT_MS;
  let lastWords = '';
  for (;;) {
    const found = await joinRunning(folder);
    if (found.kind === 'joined') {
      log.info({ port: found.port }, 'using the embedded PostgreSQL that another process started');
      return { url: folder.url(found.port), embedded: true, stop: async () => {} };
    }
    if (found.kind === 'none') {
      const started = await startOne(folder, log);
      if (started.kind === 'started') return started.database;
      lastWords = started.lastWords;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `the embedded PostgreSQL in ${folder.home} cannot be used: ${found.kind === 'wait' ? found.reason : lastWords}. ` +
          `See ${folder.log}; stop what holds it, or set DATABASE_URL.`,
      );
    }
    await sleep(found.kind === 'wait' ? 100 : 500);
  }
}

type Found =
  | { readonly kind: 'none' }
  | { readonly kind: 'wait'; readonly reason: string }
  | { readonly kind: 'joined'; readonly port: number };

async function joinRunning(folder: InstanceFolder): Promise<Found> {
  if (!folder.isInitialised()) return { kind: 'none' };
  const postmaster = findPostmaster(folder.data);
  if (postmaster === undefined) return { kind: 'none' };
  if (postmaster.port === 0) return { kind: 'wait', reason: 'it is starting' };
  const answer = await reach(folder.url(postmaster.port), folder.data);
  if (answer.kind === 'ready') return { kind: 'joined', port: postmaster.port };
  if (answer.kind === 'refused') {
    throw new Error(
      `the embedded PostgreSQL (pid ${postmaster.pid}) refuses the password kept in ${folder.home}: ${answer.reason}. ` +
        'Was the folder copied? Stop that process, or use another HALO_DATA_DIR.',
    );
  }
  return { kind: 'wait', reason: answer.reason };
}

type Started =
  { readonly kind: 'started'; readonly database: Database } | { readonly kind: 'ended'; readonly lastWords: string };

async function startOne(folder: InstanceFolder, log: Log): Promise<Started> {
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
  const server = new OwnServer(folder, binaries, launcher, await folder.choosePort(), log);
  if (!(await server.start())) return { kind: 'ended', lastWords: server.lastWords() };
  const port = findPostmaster(folder.data)?.port ?? 0;
  log.info({ port, as: launcher.name }, 'the embedded PostgreSQL is ready');
  return {
    kind: 'started',
    database: { url: folder.url(port), embedded: true, stop: () => server.stop() },
  };
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
