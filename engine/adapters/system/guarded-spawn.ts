import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROBE_TIMEOUT_MS = 10_000;

/** What stands before a server's command line so that the server gets `signal` when this process ends, however it ends. */
export interface Guard {
  readonly prefix: readonly string[];
  /** The server's standard input: the watchdog hears of our end through a pipe. */
  readonly stdin: 'ignore' | 'pipe';
}

// Without util-linux's setpriv: stdin is a pipe from us, and it ends when we do.
const WATCHDOG =
  'exec 3<&0; "$@" </dev/null 3<&- & server=$!; ( cat <&3 >/dev/null; kill -$0 $server ) & ' +
  'watch=$!; wait $server; code=$?; kill $watch 2>/dev/null; exit $code';

/** Finds which guard this machine has. `signal` is one that the server ends on in good order: `INT`, `TERM`. */
export async function findGuard(signal: 'INT' | 'TERM'): Promise<Guard> {
  try {
    await run('setpriv', ['--pdeathsig', signal, '--', 'true'], { timeout: PROBE_TIMEOUT_MS });
    return { prefix: ['setpriv', '--pdeathsig', signal, '--'], stdin: 'ignore' };
  } catch {
    return watchdogGuard(signal);
  }
}

/** The guard that needs nothing but a shell. */
export function watchdogGuard(signal: 'INT' | 'TERM'): Guard {
  return { prefix: ['sh', '-c', WATCHDOG, signal], stdin: 'pipe' };
}

/**
 * Starts a server under a guard, in its own session (Ctrl-C reaches us and not it), its output going to `logFd`.
 * Under the watchdog the child's pid is the shell's.
 */
export function spawnGuarded(
  guard: Guard,
  command: readonly string[],
  options: {
    readonly cwd: string;
    readonly logFd: number;
    readonly env?: NodeJS.ProcessEnv;
    readonly uid?: number;
    readonly gid?: number;
  },
): ChildProcess {
  const { logFd, ...rest } = options;
  const [program = '', ...args] = [...guard.prefix, ...command];
  return spawn(program, args, { ...rest, stdio: [guard.stdin, logFd, logFd], detached: true });
}
