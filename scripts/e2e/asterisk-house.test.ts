import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { AriAddress } from '../../engine/adapters/asterisk/ari-address.ts';
import type { HouseOptions } from '../../engine/adapters/asterisk/server/house-options.ts';
import { stopHouse } from '../../engine/adapters/asterisk/server/house-state.ts';
import { openAsterisks, type AsteriskHouse } from '../../engine/adapters/asterisk/server/house.ts';
import { isRunning } from '../../engine/adapters/system/process-mark.ts';
import { freeSip, realAsterisk, trunkTo } from '../../engine/testing/real-asterisk.ts';
import { markOfLiving, takeAwayAfterEach } from './leftovers.ts';
import { until } from '../lib/until.ts';

const found = await realAsterisk();
// Never used without one: everything below is skipped then.
const install = found!;
const RTP = { from: 20_000, to: 20_999 };
const cleanups = takeAwayAfterEach();
const { folder } = cleanups;

describe.skipIf(found === undefined)('the Asterisks of a data folder', () => {
  const asked = () => AbortSignal.timeout(30_000);

  function open(path: string, more: Partial<HouseOptions> = {}): AsteriskHouse {
    const house = openAsterisks({
      folder: path,
      install,
      log: () => {},
      edge: { sip: { address: '127.0.0.1', port: 5060 }, trunks: [], rtp: RTP, localNetworks: [] },
      ...more,
    });
    cleanups.push(() => house.close());
    return house;
  }

  const script = fileURLToPath(new URL('hold-asterisks.ts', import.meta.url));

  /** Another process that uses the house. */
  async function hold(path: string, ...args: string[]) {
    const holder = spawn(process.execPath, ['--import', 'tsx', script, path, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise<string>((fulfil) =>
      holder.once('exit', (code, signal) => fulfil(String(code ?? signal))),
    );
    cleanups.push(async () => {
      holder.kill('SIGKILL');
      await exited;
    });
    const line = await new Promise<string>((fulfil, reject) => {
      createInterface({ input: holder.stdout }).once('line', fulfil);
      void exited.then((how) => reject(new Error(`the holder ended: ${how}`)));
    });
    const said = JSON.parse(line) as { servers: number[]; url: string; child: number };
    if (said.child > 0) cleanups.push(() => void process.kill(said.child, 'SIGKILL'));
    return { ...said, pid: holder.pid ?? 0, exited, end: (how: NodeJS.Signals) => holder.kill(how) };
  }

  const answers = async ({ url, user, password }: AriAddress) => {
    const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
    return (await fetch(`${url}/ari/asterisk/info`, { headers })).ok;
  };

  /** True when no process that we can look into has the house's FIFO open. */
  function nobodyIn(path: string): true | undefined {
    const fifo = join(realpathSync(path), 'users');
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const has = (pid: string) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === fifo);
      } catch {
        return false;
      }
    };
    return pids.some(has) ? undefined : true;
  }

  const pidsOf = async (house: AsteriskHouse) =>
    (await house.describe()).servers.map(({ kind, pid }) => `${kind} ${pid}`);

  test('are shared by all who open it, also in one process', async () => {
    const path = folder();
    const [first, second] = [open(path), open(path)];
    const [one, two, carrier] = await Promise.all([
      first.edge(asked()),
      second.edge(asked()),
      second.carrier?.(asked()),
    ]);
    expect(two).toEqual(one);
    expect(carrier?.url).not.toBe(one.url);
    const before = await pidsOf(first);
    expect(before).toHaveLength(2);
    expect(statSync(join(path, 'running.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(path, 'running.json'), 'utf8')).not.toContain(one.password);
    // Whichever of the two has started them.
    await first.close();
    await second.edge(asked());
    await second.carrier?.(asked());
    expect(await pidsOf(second)).toEqual(before);
    await second.close();
    expect(await pidsOf(second)).toEqual([]);
    await expect(second.edge(asked())).rejects.toThrow('останавливается');
  });

  test('killed, they are back at the next ask, at the same address', async () => {
    const house = open(folder());
    const before = await house.edge(asked());
    const [edge] = (await house.describe()).servers;
    const process_ = markOfLiving(edge!.pid);
    process.kill(edge!.pid, 'SIGKILL');
    await until('it has gone', 5_000, async () => (isRunning(process_) ? undefined : true));
    expect(await house.edge(asked())).toEqual(before);
    const [again] = (await house.describe()).servers;
    expect(again?.pid).not.toBe(edge?.pid);
  });

  test('outlive the process that started them, in good order, and end with the last user', async () => {
    const path = folder();
    const starter = await hold(path);
    const house = open(path);
    expect((await house.edge(asked())).url).toBe(starter.url);
    const { servers } = await house.describe();
    expect(servers.map(({ users }) => users)).toEqual(
      Array.from({ length: 2 }, () => [process.pid, starter.pid].sort((a, b) => a - b)),
    );
    const marks = starter.servers.map(markOfLiving);
    starter.end('SIGTERM');
    expect(await starter.exited).toBe('0');
    expect(marks.filter(isRunning)).toEqual(marks);
    // The look itself works.
    expect(nobodyIn(path)).toBe(undefined);
    expect(await answers(await house.edge(asked()))).toBe(true);
    expect(await pidsOf(house)).toEqual([`edge ${starter.servers[0]}`, `carrier ${starter.servers[1]}`]);
    await house.close();
    expect(marks.filter(isRunning)).toEqual([]);
    await until('the keepers have gone', 2_000, async () => nobodyIn(path));
  });

  test('outlive it killed, and its children do not keep them', async () => {
    const path = folder();
    const starter = await hold(path, 'with a child');
    const other = await hold(path, 'with a child');
    expect(other.servers).toEqual(starter.servers);
    const house = open(path);
    const before = await house.edge(asked());
    const edge = markOfLiving(starter.servers[0]!);
    process.kill(edge.pid, 'SIGKILL');
    await until('it has gone', 5_000, async () => (isRunning(edge) ? undefined : true));
    // While the one whose child it was tidies after it.
    expect(await house.edge(asked())).toEqual(before);
    const marks = (await house.describe()).servers.map(({ pid }) => markOfLiving(pid));
    expect(marks).toHaveLength(2);
    await house.close();
    const children = [starter, other].map(({ child }) => markOfLiving(child));
    starter.end('SIGKILL');
    await starter.exited;
    // Longer than they need to end.
    await sleep(1_500);
    expect(marks.filter(isRunning)).toEqual(marks);
    expect(await answers(before)).toBe(true);
    other.end('SIGKILL');
    await until('servers and keepers have gone', 3_000, async () =>
      marks.some(isRunning) ? undefined : nobodyIn(path),
    );
    expect(children.filter(isRunning)).toEqual(children);
    expect(await pidsOf(house)).toEqual([]);
  });

  test('work for who comes in the moment in which their last user is killed', async () => {
    const path = folder();
    let house: AsteriskHouse | undefined;
    for (let round = 0; round < 5; round += 1) {
      const last = await hold(path);
      const marks = last.servers.map(markOfLiving);
      await house?.close();
      expect(marks.filter(isRunning)).toHaveLength(2);
      house = open(path);
      last.end('SIGKILL');
      await sleep(round * 2);
      expect(await answers(await house.edge(asked()))).toBe(true);
      const now = (await house.describe()).servers.map(({ pid }) => pid);
      expect(now).toHaveLength(2);
      // None of before is left beside those that the house knows of.
      expect(marks.filter((one) => isRunning(one) && !now.includes(one.pid))).toEqual([]);
      // Nor are these about to leave.
      await sleep(300);
      expect(await answers(await house.edge(asked()))).toBe(true);
      expect((await house.describe()).servers.map(({ pid }) => pid)).toEqual(now);
    }
  });

  test('may be started to stay; other settings do not fit them', async () => {
    const path = folder();
    const staying = open(path, { staying: true });
    const { url } = await staying.edge(asked());
    await staying.close();
    const user = open(path);
    expect((await user.edge(asked())).url).toBe(url);
    await user.close();
    const [edge, carrier] = (await user.describe()).servers;
    expect(edge).toMatchObject({ kind: 'edge', channels: 0, strangers: 0, stays: true, users: [] });
    const other = open(path, {
      edge: {
        sip: await freeSip('127.0.0.1'),
        trunks: [trunkTo({ address: '127.0.0.9', port: 5999 })],
        rtp: RTP,
        localNetworks: [],
      },
    });
    await expect(other.edge(asked())).rejects.toThrow('с другими настройками');
    expect(await stopHouse(path, install)).toMatchObject({ stopped: [edge?.pid, carrier?.pid], left: [] });
    expect(await pidsOf(user)).toEqual([]);
    expect((await other.edge(asked())).url).toMatch(/^http/);
    // Now they live by a user.
    const [its] = (await other.describe()).servers;
    expect(await stopHouse(path, install)).toEqual({ stopped: [], left: [its?.pid], users: [process.pid] });
    await expect(open(path).edge(asked())).rejects.toThrow(
      `использует процесс HALO ${process.pid}; остановите`,
    );
  });
});
