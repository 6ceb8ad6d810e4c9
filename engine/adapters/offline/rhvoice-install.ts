import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** An RHVoice that can be run: how, and the names of its voices. */
export interface RhvoiceInstall {
  /** Program and leading arguments that start RHVoice-test. */
  readonly command: readonly [program: string, ...args: string[]];
  /** What it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder names under voices/: `anna`. */
  readonly voices: readonly string[];
  /** Where it was found: the data folder, or the system. */
  readonly from: 'data folder' | 'system';
}

/** What scripts/lib/debian-packages.mjs writes beside the unpacked packages; paths relative to its folder. */
interface Installed {
  readonly loader: string;
  readonly libraryPath: readonly string[];
}

/** Finds what `npm run voices` fetched into `dataDir`, or else RHVoice on PATH. Undefined when there is neither. */
export function findRhvoice(
  dataDir: string,
  env: NodeJS.ProcessEnv = process.env,
): RhvoiceInstall | undefined {
  return inDataFolder(join(dataDir, 'voices')) ?? onPath(env);
}

function inDataFolder(folder: string): RhvoiceInstall | undefined {
  const installed = readInstalled(join(folder, 'installed.json'));
  const program = join(folder, 'root/usr/bin/RHVoice-test');
  const data = join(folder, 'root/usr/share/RHVoice');
  if (installed === undefined || !existsSync(program)) return undefined;
  const libraries = installed.libraryPath.map((path) => join(folder, path)).join(':');
  return {
    // The packages' own loader and C library: they may be newer than this machine's.
    command: [join(folder, installed.loader), '--library-path', libraries, program],
    env: { RHVOICE_DATA_PATH: data, RHVOICE_CONFIG_PATH: join(folder, 'root/etc/RHVoice') },
    voices: voicesIn(data),
    from: 'data folder',
  };
}

function onPath(env: NodeJS.ProcessEnv): RhvoiceInstall | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const program = folders.map((folder) => join(folder, 'RHVoice-test')).find((path) => existsSync(path));
  if (program === undefined) return undefined;
  const named = env['RHVOICE_DATA_PATH'];
  const data = [named, '/usr/share/RHVoice', '/usr/local/share/RHVoice'].find(
    (path) => path !== undefined && existsSync(join(path, 'voices')),
  );
  if (data === undefined) return undefined;
  return {
    command: [program],
    env: named === undefined ? {} : { RHVOICE_DATA_PATH: named },
    voices: voicesIn(data),
    from: 'system',
  };
}

function voicesIn(data: string): string[] {
  try {
    return readdirSync(join(data, 'voices')).filter((name) =>
      existsSync(join(data, 'voices', name, 'voice.info')),
    );
  } catch {
    return [];
  }
}

function readInstalled(file: string): Installed | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof read !== 'object' || read === null || !('loader' in read) || !('libraryPath' in read))
      return undefined;
    const { loader, libraryPath } = read;
    if (typeof loader !== 'string' || !Array.isArray(libraryPath)) return undefined;
    return { loader, libraryPath: libraryPath.filter((path) => typeof path === 'string') };
  } catch {
    return undefined;
  }
}
