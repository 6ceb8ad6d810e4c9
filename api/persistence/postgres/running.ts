import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** What PostgreSQL itself wrote into `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

export type Reachability =
  | { readonly kind: 'ready' }
  /** Starting, stopping, or not there yet: ask again. */
  | { readonly kind: 'not_yet'; readonly reason: string }
  /** It will never let us in as things are. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * The server that now works on `dataFolder`, or undefined. A `postmaster.pid` left by a server that was killed is
 * removed when its number has gone to some other program (in containers pids repeat, and PostgreSQL would then
 * refuse to start); where the number is free PostgreSQL sees to it itself.
 */
export function findPostmaster(dataFolder: string): Postmaster | undefined {
  const file = join(dataFolder, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined;
  if (!worksOn(pid, dataFolder)) {
    rmSync(file, { force: true });
    return undefined;
  }
  return { pid, port: Number.isInteger(port) ? port : 0 };
}

/** Opens and closes a connection; when `dataFolder` is given, makes sure that it is that server. Never rejects. */
export async function reach(url: string, dataFolder?: string): Promise<Reachability> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>({
      text: dataFolder === undefined ? 'select 1' : 'show data_directory',
      query_timeout: 5_000,
    } as pg.QueryConfig);
    const found = rows[0]?.data_directory;
    if (dataFolder !== undefined && found !== dataFolder) {
      return { kind: 'not_yet', reason: `another server (${found ?? 'unknown'}) listens on that port` };
    }
    return { kind: 'ready' };
  } catch (error) {
    return judge(error);
  } finally {
    await client.end().catch(() => {});
  }
}

/** True while a process of that number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

// SQLSTATE 57P03 cannot_connect_now, 53300 too_many_connections, 57P01 admin_shutdown: temporary.
const TEMPORARY = new Set(['57P03', '53300', '57P01', '57P02']);

function judge(error: unknown): Reachability {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const reason = `${error instanceof Error && error.message !== '' ? error.message : String(error)}${code === '' ? '' : ` (${code})`}`;
  const fromServer = /^[0-9A-Z]{5}$/.test(code);
  return { kind: fromServer && !TEMPORARY.has(code) ? 'refused' : 'not_yet', reason };
}

function worksOn(pid: number, dataFolder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dataFolder;
  } catch {
    // Not ours to look into: the command line is open to all.
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(dataFolder);
  } catch {
    // Hidden altogether (hidepid, no /proc): believe the file.
    return isAlive(pid);
  }
}
