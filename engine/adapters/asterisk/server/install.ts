import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** An Asterisk (and SIPp) unpacked into one folder by `npm run asterisk -- get`, run with that folder's own C library. */
export interface AsteriskInstall {
  /** Absolute. */
  readonly dir: string;
  /** `22.10.1`. */
  readonly version: string;
  /** Debian's suite it came from: `forky`. */
  readonly suite: string;
  /** Leading part of a command line: the folder's own ld.so with the program. */
  command(program: 'asterisk' | 'sipp'): readonly string[];
  readonly modulesDir: string;
  /** Asterisk's own documents; it does not start without them. */
  readonly dataDir: string;
  readonly programsDir: string;
  /** What the programs need in their environment. */
  readonly env: Readonly<Record<string, string>>;
}

const PROGRAMS = { asterisk: 'usr/sbin/asterisk', sipp: 'usr/bin/sipp' } as const;

/** What scripts/lib/debian-packages.mjs notes; paths relative to the folder. */
interface Noted {
  readonly suite: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly loader: string;
  readonly libraryPath: readonly string[];
}

/** The Asterisk in `dir`; undefined where there is none, or not a whole one. */
export async function findAsterisk(dir: string): Promise<AsteriskInstall | undefined> {
  const home = resolve(dir);
  const noted = await readNoted(join(home, 'installed.json'));
  if (noted === undefined) return undefined;
  const root = join(home, 'root');
  const machineDir = dirname(join(home, noted.loader));
  const modulesDir = join(machineDir, 'asterisk', 'modules');
  const needed = [join(home, noted.loader), join(root, PROGRAMS.asterisk), join(modulesDir, 'chan_pjsip.so')];
  if (!(await Promise.all(needed.map(exists))).every(Boolean)) return undefined;
  const libraries = noted.libraryPath.map((path) => join(home, path)).join(':');
  return {
    dir: home,
    version: versionOf(noted.packages['asterisk'] ?? ''),
    suite: noted.suite,
    command: (program) => [
      join(home, noted.loader),
      '--library-path',
      libraries,
      '--argv0',
      program,
      join(root, PROGRAMS[program]),
    ],
    modulesDir,
    dataDir: join(root, 'usr/share/asterisk'),
    programsDir: join(root, 'usr/sbin'),
    env: { GCONV_PATH: join(machineDir, 'gconv') },
  };
}

/** Why the set-up could not fetch it, in Russian; undefined when it did not say. */
export async function readWhyNot(dir: string): Promise<string | undefined> {
  const noted = await readFile(join(dir, 'why-not.txt'), 'utf8').catch(() => '');
  return noted.trim() === '' ? undefined : noted.trim();
}

/** `1:22.10.1+dfsg+~cs6…-1` → `22.10.1`. */
function versionOf(debian: string): string {
  return /^(?:\d+:)?([\d.]+)/.exec(debian)?.[1] ?? debian;
}

async function readNoted(file: string): Promise<Noted | undefined> {
  try {
    const noted = JSON.parse(await readFile(file, 'utf8')) as Partial<Noted>;
    const { suite, packages, loader, libraryPath } = noted;
    if (suite === undefined || packages === undefined || loader === undefined) return undefined;
    return libraryPath === undefined ? undefined : { suite, packages, loader, libraryPath };
  } catch {
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
