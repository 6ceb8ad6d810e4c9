import { execFile, type ChildProcess } from 'node:child_process';
import { chownSync, lstatSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findGuard, spawnGuarded, type Guard } from '../../../engine/index.ts';

const run = promisify(execFile);

/** PostgreSQL refuses to run as root; this is `nobody` on every Linux. */
const NOBODY = 65534;
const PROBE_TIMEOUT_MS = 10_000;

/** As whom PostgreSQL's programs run, and through which helpers. */
interface Identity {
  readonly name: string;
  readonly uid?: number;
  readonly prefix: readonly string[];
}

/** Starts PostgreSQL's programs so that they accept it, and so that the server dies with this process. */
export interface Launcher {
  /** For the log: «as uid 65534». */
  readonly name: string;
  /** The uid that must own the data folder on the disk. */
  readonly fileOwner: number | undefined;
  /** Runs a program to its end. Rejects with its output. */
  run(file: string, args: readonly string[], cwd: string): Promise<void>;
  /** Starts the server in its own session: Ctrl-C reaches us and not it. */
  start(file: string, args: readonly string[], cwd: string, logFd: number): ChildProcess;
}

/**
 * Finds a way in which this machine lets us run `postgres` with its files in `home`.
 *
 * - not root: as ourselves.
 * - root: as uid 65534 where that user can reach the binaries and the folder; else (both may lie under a 0700 home)
 *   in a user namespace in which root's own files belong to 65534.
 * - a uid without a passwd entry (`docker run --user 12345`) breaks initdb: a user namespace gives it one too.
 *
 * Rejects with an Error that says what was tried and what to do.
 */
export async function findLauncher(
  home: string,
  postgres: string,
  needsPasswdEntry: boolean,
): Promise<Launcher> {
  const tried: string[] = [];
  for (const identity of identities(home)) {
    const work = mkdtempSync(join(home, `probe-${process.pid}-`));
    try {
      giveTo(work, fileOwner(identity));
      const [helper, args] = command(identity, 'sh', [
        '-c',
        PROBE,
        postgres,
        needsPasswdEntry ? 'fresh' : 'old',
        work,
      ]);
      await run(helper, args, { ...owner(identity), cwd: '/', timeout: PROBE_TIMEOUT_MS });
      return launcher(identity, await findGuard('INT'));
    } catch (error) {
      tried.push(`${identity.name}: ${reasonOf(error)}`);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  throw new Error(
    `PostgreSQL cannot be run here (${tried.join('; ')}). Set DATABASE_URL to a PostgreSQL of your own, ` +
      'or run as an ordinary user that has an entry in /etc/passwd and owns HALO_DATA_DIR.',
  );
}

/** Makes `path` and all in it belong to `uid`, where we may and where it does not yet. */
export function giveTo(path: string, uid: number | undefined): void {
  if (uid === undefined || process.getuid?.() !== 0 || statSync(path).uid === uid) return;
  const walk = (entry: string): void => {
    const facts = lstatSync(entry);
    if (facts.isSymbolicLink()) return;
    if (facts.isDirectory()) for (const name of readdirSync(entry)) walk(join(entry, name));
    chownSync(entry, uid, uid);
  };
  walk(path);
}

// $0 is the postgres binary. Fails loudly where the folder cannot be written, or the uid has no name.
const PROBE =
  'cd "$2" && test -w . || { echo "the data folder cannot be reached" >&2; exit 1; }; ' +
  '[ "$1" = old ] || id -un >/dev/null || exit 1; exec "$0" -V';

function identities(home: string): Identity[] {
  const namespace: Identity = {
    name: 'in a user namespace',
    prefix: ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'],
  };
  if (process.getuid?.() !== 0) return [{ name: 'as the current user', prefix: [] }, namespace];
  const nobody: Identity = { name: `as uid ${NOBODY}`, uid: NOBODY, prefix: [] };
  const keeper = ownerOf(join(home, 'data'));
  if (keeper === undefined || keeper === 0 || keeper === NOBODY) {
    return keeper === 0 ? [namespace, nobody] : [nobody, namespace];
  }
  // The data were made by an ordinary user: stay him, so that he can start it again without us.
  return [{ name: `as uid ${keeper}`, uid: keeper, prefix: [] }];
}

function launcher(identity: Identity, guard: Guard): Launcher {
  return {
    name: identity.name,
    fileOwner: fileOwner(identity),
    async run(file, args, cwd) {
      try {
        await run(...command(identity, file, args), { ...owner(identity), cwd, maxBuffer: 1 << 22 });
      } catch (error) {
        throw new Error(`${file} failed: ${reasonOf(error)}`, { cause: error });
      }
    },
    start(file, args, cwd, logFd) {
      // The guard stands inside the namespace, if any: the signal must reach the server itself.
      const prefix = [...identity.prefix, ...guard.prefix];
      return spawnGuarded({ ...guard, prefix }, [file, ...args], { ...owner(identity), cwd, logFd });
    },
  };
}

function command(identity: Identity, file: string, args: readonly string[]): [string, string[]] {
  const [first, ...rest] = [...identity.prefix, file, ...args];
  return [first ?? file, rest];
}

function owner(identity: Identity): { uid?: number; gid?: number } {
  return identity.uid === undefined ? {} : { uid: identity.uid, gid: identity.uid };
}

function fileOwner(identity: Identity): number | undefined {
  return identity.uid ?? process.getuid?.();
}

function ownerOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.uid;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const output = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return (output === '' ? error.message : output).slice(-600);
}
