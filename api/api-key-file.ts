import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'api-key';
const USABLE = /^[\x21-\x7e]{16,512}$/;

export interface ApiKey {
  readonly key: string;
  /** True once, when it was made just now: print it then. */
  readonly created: boolean;
  readonly file: string;
}

/**
 * The key of the data folder, made at the first start (32 random bytes, readable by the owner only). Safe against
 * two processes starting at once: both get the same. Rejects when the file is there and holds no usable key.
 */
export async function ensureApiKey(dataDir: string): Promise<ApiKey> {
  const file = join(dataDir, FILE);
  await mkdir(dataDir, { recursive: true });
  const made = await make(file);
  if (made !== undefined) return { key: made, created: true, file };
  const key = (await readFile(file, 'utf8')).trim();
  if (!USABLE.test(key)) {
    throw new Error(
      `${file} holds no usable key (16 or more printable characters): delete it and a new one is made, or set API_AUTH_KEY`,
    );
  }
  await chmod(file, 0o600);
  return { key, created: false, file };
}

/** Makes the file whole or not at all: `link` fails when it is there already. Undefined when it is. */
async function make(file: string): Promise<string | undefined> {
  const key = randomBytes(32).toString('base64url');
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${key}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file).catch(async (error: unknown) => {
      // Some network and FUSE file systems have no hard links.
      if (!hasCode(error, 'EPERM', 'ENOTSUP')) throw error;
      await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
    });
    return key;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return undefined;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
