import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import { giveTo, type Launcher } from './launcher.ts';
import { isAlive } from './running.ts';

export const DATABASE_USER = 'halo';

/**
 * The folder of our own instance:
 * `data/` PostgreSQL's files, `password` (0600), `port`, `server.log`.
 */
export class InstanceFolder {
  readonly home: string;
  readonly data: string;
  readonly log: string;
  readonly #passwordFile: string;
  readonly #portFile: string;

  constructor(dataDir: string) {
    this.home = join(dataDir, 'postgres');
    this.data = join(this.home, 'data');
    this.log = join(this.home, 'server.log');
    this.#passwordFile = join(this.home, 'password');
    this.#portFile = join(this.home, 'port');
  }

  /** Makes the folder, where others may pass (the server can be another user) and read nothing; clears what killed ones left. */
  open(): void {
    mkdirSync(this.home, { recursive: true });
    try {
      chmodSync(this.home, 0o711);
    } catch {
      // The folder belongs to somebody else: whether we may use it shows in the next steps.
    }
    for (const name of readdirSync(this.home)) {
      const maker = /^(?:draft|probe)-(\d+)-/.exec(name)?.[1];
      if (maker !== undefined && !isAlive(Number(maker)))
        rmSync(join(this.home, name), { recursive: true, force: true });
    }
  }

  isInitialised(): boolean {
    return existsSync(join(this.data, 'PG_VERSION'));
  }

  /** The major version the data were made by. */
  version(): string {
    return readFileSync(join(this.data, 'PG_VERSION'), 'utf8').trim();
  }

  /** The instance's password; made at the first call. Two processes at once get the same one. */
  password(): string {
    if (!existsSync(this.#passwordFile)) {
      const draft = `${this.#passwordFile}.${process.pid}`;
      writeFileSync(draft, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
      try {
        linkSync(draft, this.#passwordFile);
      } catch (error) {
        if (!existsSync(this.#passwordFile)) throw error;
      } finally {
        rmSync(draft, { force: true });
      }
    }
    return readFileSync(this.#passwordFile, 'utf8').trim();
  }

  /** The port of last time where it is free, else a new one; remembered. */
  async choosePort(): Promise<number> {
    const kept = existsSync(this.#portFile) ? Number(readFileSync(this.#portFile, 'utf8')) : 0;
    const port =
      Number.isInteger(kept) && kept > 1023 && kept < 65536 && (await isFree(kept)) ? kept : await freePort();
    if (port !== kept) writeFileSync(this.#portFile, `${port}\n`);
    return port;
  }

  url(port: number): string {
    return `postgres://${DATABASE_USER}:${this.password()}@127.0.0.1:${port}/postgres`;
  }

  /**
   * Makes an empty cluster. It grows beside its place and is moved there when it is whole, so a kill in the middle
   * leaves nothing half made; of two processes at once the second one's is thrown away.
   */
  async initialise(binaries: PostgresBinaries, launcher: Launcher): Promise<void> {
    const draft = join(this.home, `draft-${process.pid}-${randomBytes(4).toString('hex')}`);
    mkdirSync(draft, { mode: 0o700 });
    const passwordFile = join(draft, 'password');
    const cluster = join(draft, 'data');
    try {
      writeFileSync(passwordFile, this.password(), { mode: 0o600 });
      giveTo(passwordFile, launcher.fileOwner);
      giveTo(draft, launcher.fileOwner);
      await launcher.run(
        binaries.initdb,
        [
          `--pgdata=${cluster}`,
          `--username=${DATABASE_USER}`,
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          '--locale-provider=builtin',
          '--locale=C.UTF-8',
          '--no-instructions',
        ],
        draft,
      );
      try {
        renameSync(cluster, this.data);
      } catch (error) {
        if (!this.isInitialised()) throw error;
      }
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no free port on 127.0.0.1'));
        else resolve(address.port);
      });
    });
  });
}
