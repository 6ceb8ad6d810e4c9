import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { SILENT_LOG } from '../log.ts';
import { startDatabase, type Database } from './embedded-postgres.ts';
import { findPostmaster, isAlive } from './postgres/running.ts';
import { temporaryFolder } from './testing/test-persistence.ts';

const HOLDER = fileURLToPath(new URL('testing/hold-database.ts', import.meta.url));
// Made once: most tests only start it again.
const shared = temporaryFolder();
afterAll(() => removeWhenQuiet(shared));

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folder(): string {
  const temporary = temporaryFolder();
  cleanups.push(() => removeWhenQuiet(temporary));
  return temporary.path;
}

async function start(dataDir: string): Promise<Database> {
  const database = await startDatabase({ dataDir, log: SILENT_LOG });
  cleanups.push(() => database.stop());
  return database;
}

/** A server whose parent was killed goes on writing until it has stopped. */
async function removeWhenQuiet(temporary: ReturnType<typeof temporaryFolder>): Promise<void> {
  const data = join(temporary.path, 'postgres', 'data');
  await eventually(() => findPostmaster(data) === undefined, 'the server has gone with its parent');
  temporary.remove();
}

function canUnshare(): boolean {
  return spawnSync('unshare', ['--user', '--map-user=65534', 'true']).status === 0;
}

interface Holder {
  readonly child: ChildProcess;
  readonly url: string;
  readonly postmaster: number;
}

async function hold(dataDir: string): Promise<Holder> {
  const child = spawn(process.execPath, ['--import', 'tsx', HOLDER, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(() => kill(child));
  for await (const line of createInterface({ input: child.stdout })) {
    const { url, postmaster } = JSON.parse(line) as { url: string; postmaster: number };
    return { child, url, postmaster };
  }
  throw new Error('the holder ended without a word');
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function query<T extends pg.QueryResultRow>(url: string, text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

async function numbers(url: string): Promise<number[]> {
  return (await query<{ n: number }>(url, 'select n from kept order by n')).map((row) => row.n);
}

async function eventually(check: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`not so within 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

describe('the embedded PostgreSQL', { timeout: 60_000 }, () => {
  test('is real, durable, keeps its port and its data, and hides its password', async () => {
    const dataDir = shared.path;
    const first = await start(dataDir);
    expect(first.embedded).toBe(true);
    const [settings] = await query<{ fsync: string; commit: string; listen: string }>(
      first.url,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
              current_setting('listen_addresses') as listen`,
    );
    expect(settings).toEqual({ fsync: 'on', commit: 'on', listen: '127.0.0.1' });
    await query(
      first.url,
      'drop table if exists kept; create table kept (n int); insert into kept values (1)',
    );
    const wrong = new URL(first.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect(statSync(join(dataDir, 'postgres', 'password')).mode & 0o777).toBe(0o600);
    await first.stop();
    await first.stop();

    const second = await start(dataDir);
    expect(second.url).toBe(first.url);
    expect(await numbers(second.url)).toEqual([1]);
  });

  test('a second process shares the instance, and does not stop it under the first', async () => {
    const dataDir = shared.path;
    const first = await start(dataDir);
    const second = await startDatabase({ dataDir, log: SILENT_LOG });
    expect(second.url).toBe(first.url);
    await second.stop();
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('when the process that started it is killed, another one on the folder takes over', async () => {
    const dataDir = shared.path;
    const { child, url } = await hold(dataDir);
    await query(url, 'drop table if exists kept; create table kept (n int); insert into kept values (7)');
    const joined = await start(dataDir);
    expect(joined.url).toBe(url);
    await kill(child);
    await eventually(async () => (await numbers(url).catch(() => []))[0] === 7, 'the row is there again');
    await joined.stop();
    expect(findPostmaster(join(dataDir, 'postgres', 'data'))).toBeUndefined();
  });

  test('two processes that start at once on a new folder get the same instance', async () => {
    const dataDir = folder();
    const [one, two] = await Promise.all([hold(dataDir), hold(dataDir)]);
    expect(one.url).toBe(two.url);
    expect(one.postmaster).toBe(two.postmaster);
  });

  test('killed with -9, the process that started it leaves no orphan and loses nothing', async () => {
    const dataDir = shared.path;
    const { child, url, postmaster } = await hold(dataDir);
    await query(url, 'drop table if exists kept; create table kept (n int)');
    for (let n = 1; n <= 20; n += 1) await query(url, `insert into kept values (${n})`);
    await kill(child);
    await eventually(() => !isAlive(postmaster), 'the server has gone with its parent');
    const again = await start(dataDir);
    expect(await numbers(again.url)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test('killed with -9 itself, it is started again and has lost nothing', async () => {
    const dataDir = shared.path;
    const database = await start(dataDir);
    await query(
      database.url,
      'drop table if exists kept; create table kept (n int); insert into kept values (1), (2)',
    );
    const before = findPostmaster(join(dataDir, 'postgres', 'data'));
    if (before === undefined) throw new Error('no postmaster');
    process.kill(before.pid, 'SIGKILL');
    await eventually(async () => {
      const now = findPostmaster(join(dataDir, 'postgres', 'data'));
      return (
        now !== undefined &&
        now.pid !== before.pid &&
        (await numbers(database.url).catch(() => [])).length === 2
      );
    }, 'the server is back with its rows');
  });

  test('a postmaster.pid whose number now belongs to another program does not keep it from starting', async () => {
    const dataDir = shared.path;
    const first = await start(dataDir);
    await first.stop();
    const pidFile = join(dataDir, 'postgres', 'data', 'postmaster.pid');
    writeFileSync(
      pidFile,
      `${process.pid}\n${join(dataDir, 'postgres', 'data')}\n1780000000\n5432\n\n127.0.0.1\n1 2\nready\n`,
    );
    const second = await start(dataDir);
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('takes another port when its own is taken, and survives what a killed initdb left', async () => {
    const dataDir = shared.path;
    const first = await start(dataDir);
    const port = Number(new URL(first.url).port);
    await first.stop();
    mkdirSync(join(dataDir, 'postgres', 'draft-999999999-dead', 'data'), { recursive: true });
    const squatter = createServer().listen(port, '127.0.0.1');
    cleanups.push(() => new Promise<void>((resolve) => squatter.close(() => resolve())));
    const second = await start(dataDir);
    expect(Number(new URL(second.url).port)).not.toBe(port);
    expect(existsSync(join(dataDir, 'postgres', 'draft-999999999-dead'))).toBe(false);
    expect(readFileSync(join(dataDir, 'postgres', 'port'), 'utf8').trim()).toBe(new URL(second.url).port);
  });

  test.runIf(process.getuid?.() === 0 && canUnshare())(
    'runs as root in a folder that only root can reach',
    async () => {
      const dataDir = folder();
      chmodSync(dataDir, 0o700);
      const { child, url, postmaster } = await hold(dataDir);
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
      await kill(child);
      await eventually(() => !isAlive(postmaster), 'the server has gone with its parent');
    },
  );

  test('data of another major version are refused with what to do', async () => {
    const dataDir = folder();
    mkdirSync(join(dataDir, 'postgres', 'data'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'), '12\n');
    await expect(startDatabase({ dataDir, log: SILENT_LOG })).rejects.toThrow(/PostgreSQL 12.*DATABASE_URL/s);
    expect(existsSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'))).toBe(true);
  });
});

describe('a PostgreSQL of DATABASE_URL', { timeout: 60_000 }, () => {
  test('is used as it is and never stopped', async () => {
    const embedded = await start(shared.path);
    const database = await startDatabase({ databaseUrl: embedded.url, dataDir: folder(), log: SILENT_LOG });
    expect(database).toMatchObject({ url: embedded.url, embedded: false });
    await database.stop();
    expect(await query(embedded.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('that refuses us is an error that says what to check, without the password', async () => {
    const embedded = await start(shared.path);
    const wrong = new URL(embedded.url);
    wrong.password = 'secret-guess';
    const failure = await startDatabase({
      databaseUrl: wrong.href,
      dataDir: folder(),
      log: SILENT_LOG,
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).toMatch(/DATABASE_URL .*Check its host/s);
    expect(String(failure)).not.toContain('secret-guess');
  });
});
