import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HouseUser } from './house-users.ts';
import type { ProcessMark } from '../../system/process-mark.ts';
import type { SocketAddress } from './settings.ts';

export const SERVER_KINDS = ['edge', 'carrier'] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

/** Where both servers listen, decided together since each is told of the other. */
export interface HousePlan {
  readonly edge: { readonly sip: SocketAddress; readonly ari: SocketAddress };
  readonly carrier: { readonly sip: SocketAddress; readonly ari: SocketAddress };
}

export interface ServerRecord {
  readonly process: ProcessMark;
  /** Who started it. While that one lives it tidies the server's folder and cuts its logs. */
  readonly starter: ProcessMark;
  /** Started to stay: it does not end with its users. */
  readonly stays?: true;
  readonly startedAt: string;
}

/** `running.json`: what runs in a house. Changed only under the folder's lock. */
export interface HouseRecord {
  /** Of the settings that the servers were started with. */
  readonly settings: string;
  readonly version: string;
  readonly plan: HousePlan;
  /** Who keeps alive the servers that do not stay. Some may have gone without a word: see `liveUsers`. */
  readonly users: readonly HouseUser[];
  readonly servers: Readonly<Partial<Record<ServerKind, ServerRecord>>>;
}

const FORMAT = 2;

/** Undefined where there is none, or one of another version of HALO. */
export async function readRecord(folder: string): Promise<HouseRecord | undefined> {
  try {
    const { format, ...record } = JSON.parse(
      await readFile(join(folder, 'running.json'), 'utf8'),
    ) as HouseRecord & {
      format: number;
    };
    return format === FORMAT ? record : undefined;
  } catch {
    return undefined;
  }
}

export async function writeRecord(folder: string, record: HouseRecord): Promise<void> {
  const fresh = join(folder, 'running.json.new');
  await writeFile(fresh, `${JSON.stringify({ format: FORMAT, ...record }, null, 2)}\n`, { mode: 0o600 });
  await rename(fresh, join(folder, 'running.json'));
}

/** The ARI's password, made once for a house. Under the folder's lock. */
export async function ensurePassword(folder: string): Promise<string> {
  const there = await readPassword(folder);
  if (there !== undefined) return there;
  const password = randomBytes(24).toString('base64url');
  await writeFile(join(folder, 'ari-password'), `${password}\n`, { mode: 0o600 });
  return password;
}

export async function readPassword(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'ari-password'), 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : text.trim();
}

export async function makeHouseFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}
