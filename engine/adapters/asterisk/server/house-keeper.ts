import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SpawnServer } from './asterisk-server.ts';
import type { ServerKind } from './house-record.ts';
import type { HouseHold } from './house-users.ts';
import { isRunning, markOf, type ProcessMark } from '../../system/process-mark.ts';

type SpawnOptions = Parameters<SpawnServer>[1];

/** Longer than the keeper gives its server. */
const PREVIOUS_MS = 8_000;

// stdin is the users' FIFO. `read` is the shell's own: no program is left behind by the watcher's end. The group is ours
// alone (setsid), so its last signal ends the watcher, also in its sleep. One SIGTERM is not enough: measured, Asterisk
// 22.10.1 loses it in the midst of its boot.
const KEEPER = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
( while read -r _; do :; done <&3
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -TERM $server; sleep 0.5 3<&-; done
  kill -KILL $server ) &
wait $server
code=$?
trap '' TERM
kill -TERM 0
exit $code`;

/**
 * Starts a server that ends when the last user of its house does: SIGTERM for 5 s, then SIGKILL. In a session of its
 * own: neither Ctrl-C nor our end reaches it. The child is the server's keeper, a shell that ends right after it.
 */
export function spawnKept(hold: HouseHold, command: readonly string[], options: SpawnOptions): ChildProcess {
  const { cwd, env, logFd } = options;
  const end = hold.openKeepersEnd();
  try {
    const child = spawn('sh', ['-c', KEEPER, 'halo-asterisk-keeper', ...command], {
      cwd,
      env,
      stdio: [end, logFd, logFd],
      detached: true,
    });
    // A signal for the keeper alone would leave the server without one.
    child.kill = (signal = 'SIGTERM') => signalGroup(child, signal);
    return child;
  } finally {
    closeSync(end);
  }
}

/** Starts a server that runs until it is stopped. */
export function spawnStaying(command: readonly string[], { cwd, env, logFd }: SpawnOptions): ChildProcess {
  const [program = '', ...args] = command;
  return spawn(program, args, { cwd, env, stdio: ['ignore', logFd, logFd], detached: true });
}

/** Notes whom we have just started, for `previousGone` of whoever comes after us, were we killed before it has booted. */
export function noteProcess(folder: string, kind: ServerKind, pid: number | undefined): void {
  const mark = pid === undefined ? undefined : markOf(pid);
  if (mark !== undefined) writeFileSync(noteOf(folder, kind), JSON.stringify(mark), { mode: 0o600 });
}

/** Waits for the end of the keeper that was started last: a server's folder and its ports are one server's. */
export async function previousGone(
  folder: string,
  kind: ServerKind,
  patienceMs = PREVIOUS_MS,
): Promise<void> {
  const mark = readNote(folder, kind);
  if (mark === undefined) return;
  const deadline = Date.now() + patienceMs;
  while (isRunning(mark)) {
    if (Date.now() > deadline)
      throw new Error(
        `прежний Asterisk (процесс ${mark.pid}) не завершился; завершите его: kill ${mark.pid}`,
      );
    await sleep(20);
  }
}

function readNote(folder: string, kind: ServerKind): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(noteOf(folder, kind), 'utf8')) as ProcessMark;
  } catch {
    return undefined;
  }
}

function noteOf(folder: string, kind: ServerKind): string {
  return join(folder, `${kind}-process.json`);
}

function signalGroup({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals | number): boolean {
  // After its end the number may be another's.
  if (pid === undefined || exitCode !== null || signalCode !== null) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
