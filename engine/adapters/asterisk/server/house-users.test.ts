import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readSync, closeSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { HouseHold, liveUsers, pidsOfUsers, type HouseUser } from './house-users.ts';
import { markOf } from '../../system/process-mark.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'halo-users-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function take(folder: string, users: readonly HouseUser[] = []) {
  const taken = await HouseHold.take(folder, users);
  cleanups.push(() => taken.hold.release());
  return taken;
}

/** Another process that holds the house until it is killed; a line on its stdin makes it let go and live on. */
async function other(
  folder: string,
): Promise<{ user: HouseUser; child: ChildProcess; letGo: () => Promise<void> }> {
  const script = 'exec 3<>"$0/users"; echo held; read -r _; exec 3>&-; echo free; read -r _';
  const child = spawn('sh', ['-c', script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  cleanups.push(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const mark = markOf(child.pid ?? 0);
  if (mark === undefined) throw new Error('it has ended');
  return {
    user: { ...mark, id: 'other' },
    child,
    async letGo() {
      child.stdin.write('\n');
      await once(child.stdout, 'data');
    },
  };
}

it('counts who lives and holds, not who has ended or let go', async () => {
  const folder = makeFolder();
  const { hold, others } = await take(folder);
  expect(others).toEqual([]);
  expect(statSync(join(folder, 'users')).mode & 0o777).toBe(0o600);
  const [one, two] = [await other(folder), await other(folder)];
  const users = [one.user, two.user, hold.user, { ...one.user, born: 'another.time.0' }];
  expect(hold.othersOf(users)).toEqual([one.user, two.user]);
  expect(pidsOfUsers(liveUsers(folder, [...users, hold.user]))).toEqual(
    [one.user.pid, two.user.pid, process.pid].sort((a, b) => a - b),
  );
  await one.letGo();
  expect(hold.othersOf(users)).toEqual([two.user]);
  const ended = once(two.child, 'exit');
  two.child.kill('SIGKILL');
  await ended;
  expect(hold.othersOf(users)).toEqual([]);
});

it('is joined where somebody is, and made anew where nobody is left', async () => {
  const folder = makeFolder();
  const first = await take(folder);
  const second = await take(folder, [first.hold.user]);
  expect(second.others).toEqual([first.hold.user]);
  expect(first.hold.isCurrent()).toBe(true);
  // It does not matter who still has the old one open.
  const third = await take(folder, []);
  expect([first, second, third].map(({ hold }) => hold.isCurrent())).toEqual([false, false, true]);
  rmSync(join(folder, 'users'));
  expect(third.hold.isCurrent()).toBe(false);
  writeFileSync(join(folder, 'users'), 'no FIFO');
  expect((await take(folder, [third.hold.user])).others).toEqual([]);
});

it('gives the keeper an end of file when the last one lets go, whoever comes after', async () => {
  const folder = makeFolder();
  const first = await take(folder);
  const second = await take(folder, [first.hold.user]);
  const end = first.hold.openKeepersEnd();
  cleanups.push(() => closeSync(end));
  const reader = spawn('sh', ['-c', 'read -r _; echo end'], { stdio: [end, 'pipe', 'inherit'] });
  cleanups.push(() => void reader.kill('SIGKILL'));
  const ended = once(reader, 'close');
  let said = '';
  reader.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  first.hold.release();
  first.hold.release();
  // Still held: a read that does not wait finds nothing, and no end.
  const now = openSync(`/proc/self/fd/${end}`, 0o4000);
  cleanups.push(() => closeSync(now));
  expect(() => readSync(now, Buffer.alloc(1))).toThrow('EAGAIN');
  second.hold.release();
  await take(folder, [first.hold.user, second.hold.user]);
  await ended;
  expect(said).toBe('end\n');
});
