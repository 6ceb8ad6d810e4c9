import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRunning, markOf, mayHaveOpen, type ProcessMark } from '../../system/process-mark.ts';

const run = promisify(execFile);
const MKFIFO_TIMEOUT_MS = 10_000;

/** Who keeps a house's servers alive. One process may do so more than once. */
export interface HouseUser extends ProcessMark {
  readonly id: string;
}

/** Our own holds: of a process that has one, the descriptors do not tell whether it still has another. */
const ownIds = new Set<string>();

/** Those of `users` that live and hold the house now. */
export function liveUsers(folder: string, users: readonly HouseUser[]): HouseUser[] {
  const fifo = statSync(fifoOf(folder), { throwIfNoEntry: false });
  if (fifo === undefined) return [];
  return users.filter((user) =>
    user.pid === process.pid ? ownIds.has(user.id) : isRunning(user) && mayHaveOpen(user.pid, fifo),
  );
}

/** Process numbers for people, each once. */
export function pidsOfUsers(users: readonly HouseUser[]): number[] {
  return [...new Set(users.map(({ pid }) => pid))].sort((a, b) => a - b);
}

/**
 * One user's hold on a house: its FIFO, open for reading and writing (fifo(7): on Linux that never blocks). The kernel
 * closes it however we end, and our children do not have it (close-on-exec). When the last one closes it, the
 * servers' keepers read an end of file. Nothing is ever written.
 */
export class HouseHold {
  readonly user: HouseUser;
  readonly #folder: string;
  readonly #fd: number;

  private constructor(folder: string, fd: number) {
    const mark = markOf(process.pid);
    if (mark === undefined) throw new Error('Файловая система /proc недоступна: подключите её');
    this.user = { ...mark, id: randomUUID() };
    this.#folder = folder;
    this.#fd = fd;
    ownIds.add(this.user.id);
  }

  /**
   * Joins `users`, as the record has them. Under the folder's lock. `others` are those of them who live; they have held
   * the house without a break, and so do we from before they can leave. Without others whatever still runs for
   * users of before is on its way out, and our coming does not stop that.
   */
  static async take(
    folder: string,
    users: readonly HouseUser[],
  ): Promise<{ readonly hold: HouseHold; readonly others: HouseUser[] }> {
    const path = fifoOf(folder);
    if (lstatSync(path, { throwIfNoEntry: false })?.isFIFO() === true) {
      // Held first and looked after: who holds it now cannot have been the last to close it.
      const fd = openSync(path, 'r+');
      const others = liveUsers(folder, users);
      if (others.length > 0) return { hold: new HouseHold(folder, fd), others };
      closeSync(fd);
    }
    // A new one: the keepers of the old one must not miss its end because of us.
    rmSync(path, { recursive: true, force: true });
    await makeFifo(path);
    return { hold: new HouseHold(folder, openSync(path, 'r+')), others: [] };
  }

  /** Whether it still is the house's: the folder may have been deleted and made again. */
  isCurrent(): boolean {
    const there = statSync(fifoOf(this.#folder), { throwIfNoEntry: false });
    const ours = fstatSync(this.#fd);
    return there?.ino === ours.ino && there.dev === ours.dev;
  }

  othersOf(users: readonly HouseUser[]): HouseUser[] {
    return liveUsers(
      this.#folder,
      users.filter(({ id }) => id !== this.user.id),
    );
  }

  /** A descriptor for a keeper to read the end from; the caller closes it. Ours is open, so it does not block. */
  openKeepersEnd(): number {
    return openSync(`/proc/self/fd/${this.#fd}`, 'r');
  }

  release(): void {
    if (ownIds.delete(this.user.id)) closeSync(this.#fd);
  }
}

async function makeFifo(path: string): Promise<void> {
  try {
    await run('mkfifo', ['-m', '600', '--', path], { timeout: MKFIFO_TIMEOUT_MS });
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new Error(
      `Не удалось создать именованный канал ${path} (${reason}): нужны программа mkfifo и файловая система, которая их умеет; задайте другую HALO_DATA_DIR`,
      { cause: error },
    );
  }
}

function fifoOf(folder: string): string {
  return join(folder, 'users');
}
