import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorFields, type Log } from '../../log.ts';
import type { PostgresBinaries } from './binaries.ts';
import type { InstanceFolder } from './folder.ts';
import type { Launcher } from './launcher.ts';
import { findPostmaster, reach } from './running.ts';

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 20;
const LOG_LIMIT_BYTES = 5_000_000;
/** A server that dies is started again, but not for ever. */
const RESTARTS_ALLOWED = 5;
const RESTARTS_WINDOW_MS = 60_000;

// Sized for a call journal on a small machine. fsync, full_page_writes and synchronous_commit stay on.
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=60',
  'shared_buffers=32MB',
  'max_wal_size=128MB',
  'min_wal_size=32MB',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_parallel_workers=0',
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_min_messages=warning',
];

/** The server that this process started and keeps alive. */
export class OwnServer {
  readonly #folder: InstanceFolder;
  readonly #binaries: PostgresBinaries;
  readonly #launcher: Launcher;
  readonly #log: Log;
  readonly #port: number;
  #child: ChildProcess | undefined;
  #stopping = false;
  #restarts: number[] = [];

  constructor(
    folder: InstanceFolder,
    binaries: PostgresBinaries,
    launcher: Launcher,
    port: number,
    log: Log,
  ) {
    this.#folder = folder;
    this.#binaries = binaries;
    this.#launcher = launcher;
    this.#port = port;
    this.#log = log;
  }

  /** The server's process id (or its watchdog's), while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts it and waits until it lets us in. Resolves with false when it ended instead (another process was
   * quicker, the port is taken): look again, then try again.
   */
  async start(): Promise<boolean> {
    const child = this.#spawn();
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (hasEnded(child)) return false;
      const postmaster = findPostmaster(this.#folder.data);
      if (postmaster?.port === this.#port) {
        const answer = await reach(this.#folder.url(this.#port), this.#folder.data);
        if (answer.kind === 'ready') {
          if (hasEnded(child)) return false;
          this.#watch(child);
          return true;
        }
        if (answer.kind === 'refused') {
          await this.stop();
          throw new Error(`the embedded PostgreSQL refuses us: ${answer.reason}. See ${this.#folder.log}`);
        }
      }
      await sleep(POLL_MS);
    }
    await this.stop();
    throw new Error(
      `the embedded PostgreSQL was not ready in ${READY_TIMEOUT_MS / 1000} s: see ${this.#folder.log}`,
    );
  }

  /** A fast, clean shutdown (SIGINT: open transactions are rolled back). Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === undefined || hasEnded(child)) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#signal(child, 'SIGINT');
    const timer = setTimeout(() => {
      this.#log.warn({ pid: child.pid }, 'the embedded PostgreSQL does not stop: stopping it at once');
      this.#signal(child, 'SIGQUIT');
    }, STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  /** The last lines it wrote, for an error message. */
  lastWords(): string {
    try {
      return readFileSync(this.#folder.log, 'utf8').trim().split('\n').slice(-3).join(' | ');
    } catch {
      return 'it wrote no log';
    }
  }

  #signal(child: ChildProcess, signal: NodeJS.Signals): void {
    // Under the watchdog the child is a shell: the server's own number is in its file.
    const pid = child.stdin === null ? child.pid : findPostmaster(this.#folder.data)?.pid;
    try {
      if (pid !== undefined) process.kill(pid, signal);
    } catch (error) {
      this.#log.warn(errorFields(error), 'the embedded PostgreSQL could not be signalled');
    }
    child.stdin?.destroy();
  }

  #spawn(): ChildProcess {
    const fd = openLog(this.#folder.log);
    const args = [
      '-D',
      this.#folder.data,
      '-p',
      String(this.#port),
      ...SETTINGS.flatMap((setting) => ['-c', setting]),
    ];
    const child = this.#launcher.start(this.#binaries.postgres, args, '/', fd);
    closeSync(fd);
    child.on('error', (error) =>
      this.#log.error(errorFields(error), 'the embedded PostgreSQL could not be started'),
    );
    child.unref();
    this.#child = child;
    return child;
  }

  #watch(child: ChildProcess): void {
    child.once('exit', (code, signal) => {
      if (this.#stopping) return;
      this.#log.error({ code, signal }, 'the embedded PostgreSQL ended by itself: starting it again');
      this.#restart().catch((error: unknown) => {
        this.#log.error(
          errorFields(error),
          'the embedded PostgreSQL could not be started again: restart HALO',
        );
      });
    });
    if (hasEnded(child)) child.emit('exit', child.exitCode, child.signalCode);
  }

  async #restart(): Promise<void> {
    const now = Date.now();
    this.#restarts = [...this.#restarts.filter((at) => now - at < RESTARTS_WINDOW_MS), now];
    while (!this.#stopping) {
      if (this.#restarts.length > RESTARTS_ALLOWED)
        throw new Error(`it ended ${this.#restarts.length} times within a minute`);
      if (await this.start()) {
        this.#log.info({ port: this.#port }, 'the embedded PostgreSQL is back');
        return;
      }
      // Children of a killed server hold its shared memory for a moment.
      this.#restarts.push(Date.now());
      await sleep(500);
    }
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function openLog(file: string): number {
  try {
    if (statSync(file).size > LOG_LIMIT_BYTES) truncateSync(file);
  } catch {
    // There is none yet.
  }
  return openSync(file, 'a', 0o600);
}
