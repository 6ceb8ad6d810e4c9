import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SecretFile {
  readonly secret: string;
  /** True once, when it was made just now. */
  readonly created: boolean;
  readonly file: string;
}

export interface SecretFileOptions {
  readonly dataDir: string;
  /** The file's name. */
  readonly name: string;
  /** What a usable secret looks like, for the program and for people. */
  readonly usable: RegExp;
  readonly expected: string;
  /** The variable that can be set instead. */
  readonly variable: string;
}

/**
 * A secret of the data folder, made at the first start (32 random bytes as base64url, readable by the owner only).
 * Safe against two processes starting at once: both get the same. Rejects when the file is there and holds none that
 * can be used.
 */
export async function ensureSecretFile(options: SecretFileOptions): Promise<SecretFile> {
  const { dataDir, name, usable, expected, variable } = options;
  const file = join(dataDir, name);
  await mkdir(dataDir, { recursive: true });
  const made = await make(file);
  if (made !== undefined) return { secret: made, created: true, file };
  const secret = (await readFile(file, 'utf8')).trim();
  if (!usable.test(secret)) {
    throw new Error(
      `${file} holds no usable secret (${expected}): delete it and a new one is made, or set ${variable}`,
    );
  }
  await chmod(file, 0o600);
  return { secret, created: false, file };
}

/** Makes the file whole or not at all: `link` fails when it is there already. Undefined when it is. */
async function make(file: string): Promise<string | undefined> {
  const secret = randomBytes(32).toString('base64url');
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file).catch(async (error: unknown) => {
      // Some network and FUSE file systems have no hard links.
      if (!hasCode(error, 'EPERM', 'ENOTSUP')) throw error;
      await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    });
    return secret;
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
