import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findGuard, spawnGuarded, watchdogGuard } from './guarded-spawn.ts';

function start(guard: Parameters<typeof spawnGuarded>[0], ...command: string[]) {
  const logFd = openSync('/dev/null', 'w');
  const child = spawnGuarded(guard, command, { cwd: '/', logFd });
  closeSync(logFd);
  return { child, ended: once(child, 'exit') };
}

it('the watchdog ends the server when the pipe from us does, as with our end', async () => {
  const { child, ended } = start(watchdogGuard('TERM'), 'sleep', '60');
  child.stdin?.destroy();
  expect(await ended).toEqual([143, null]);
});

it.each(['watchdog', 'what this machine has'])(
  'a server under a guard (%s) ends as it likes',
  async (name) => {
    const guard = name === 'watchdog' ? watchdogGuard('INT') : await findGuard('INT');
    expect(await start(guard, 'sh', '-c', 'exit 7').ended).toEqual([7, null]);
  },
);
