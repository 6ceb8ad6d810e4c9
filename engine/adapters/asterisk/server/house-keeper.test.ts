import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { noteProcess, previousGone, spawnKept, spawnStaying } from './house-keeper.ts';
import { HouseHold } from './house-users.ts';
import { isRunning, markOf, type ProcessMark } from '../../system/process-mark.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'halo-keeper-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A «server» under a keeper; resolves when it runs. */
async function kept(script: string) {
  const folder = makeFolder();
  const { hold } = await HouseHold.take(folder, []);
  const logFd = openSync(join(folder, 'log'), 'a');
  const env = { PATH: process.env['PATH'], RUNS: join(folder, 'runs') };
  const child = spawnKept(hold, ['sh', '-c', script, 'a', 'b c'], { cwd: folder, env, logFd });
  closeSync(logFd);
  const ended = once(child, 'exit');
  cleanups.push(() => child.kill('SIGKILL'));
  cleanups.push(() => hold.release());
  while (!existsSync(env.RUNS)) await sleep(10);
  return { hold, child, ended, group: groupOf(child), log: () => readFileSync(join(folder, 'log'), 'utf8') };
}

/** Every process of the keeper's session. */
function groupOf({ pid }: ChildProcess): ProcessMark[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3] === String(pid);
      } catch {
        return false;
      }
    })
    .flatMap((name) => markOf(Number(name)) ?? []);
}

const allGone = async (group: readonly ProcessMark[]) => {
  while (group.some(isRunning)) await sleep(10);
};

it('ends the server when the users have gone', async () => {
  const { hold, ended, group, log } = await kept('echo "$0, $1"; >"$RUNS"; exec sleep 60');
  expect(group).toHaveLength(3);
  expect(log()).toBe('a, b c\n');
  hold.release();
  expect(await ended).toEqual([143, null]);
  await allGone(group);
});

it('ends itself and leaves nobody when the server does', async () => {
  const { ended, group } = await kept('>"$RUNS"; sleep 0.2; exit 7');
  expect(await ended).toEqual([7, null]);
  await allGone(group);
});

it('passes on a signal to all of them', async () => {
  const { child, ended, group } = await kept('>"$RUNS"; exec sleep 60');
  expect(child.kill('SIGKILL')).toBe(true);
  await ended;
  await allGone(group);
  expect(child.kill('SIGKILL')).toBe(false);
});

it('makes the next start wait for whoever was started last', async () => {
  const folder = makeFolder();
  await previousGone(folder, 'edge');
  const logFd = openSync(join(folder, 'log'), 'a');
  const child = spawnStaying(['sleep', '60'], { cwd: folder, env: { PATH: process.env['PATH'] }, logFd });
  closeSync(logFd);
  cleanups.push(() => void child.kill('SIGKILL'));
  noteProcess(folder, 'edge', child.pid);
  await previousGone(folder, 'carrier');
  await expect(previousGone(folder, 'edge', 0)).rejects.toThrow(`kill ${child.pid}`);
  const waiting = previousGone(folder, 'edge');
  child.kill('SIGKILL');
  await waiting;
});

it('has no user in a child of a user', async () => {
  const { hold, ended, group } = await kept('>"$RUNS"; exec sleep 60');
  const ours = spawn('sleep', ['60'], { stdio: 'ignore' });
  cleanups.push(() => void ours.kill('SIGKILL'));
  await once(ours, 'spawn');
  hold.release();
  await ended;
  await allGone(group);
  expect(ours.exitCode).toBe(null);
});
