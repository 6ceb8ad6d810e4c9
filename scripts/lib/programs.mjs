// The programs as they are run: each bundled out of its TypeScript, in half a second, where a source has changed. A
// loader that translates file by file (tsx) took two thirds of the start of every program.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BUILDS = join(root, 'dist', 'programs');
/** Older ones may still be in use by processes that run. */
const KEPT_BUILDS = 5;

/** Paths from the project's folder. */
export const PROGRAMS = [
  'api/main.ts',
  'scripts/asterisk-servers.ts',
  'scripts/call.ts',
  'scripts/calls/engine.ts',
  'scripts/calls/far-end.ts',
  'scripts/doctor.ts',
  'scripts/inject.ts',
  'scripts/load.ts',
  'scripts/replay.ts',
  'scripts/scenarios.ts',
  'scripts/telegram-webhook.ts',
  'scripts/trunk-check.ts',
  'scripts/turns.ts',
  'scripts/webhooks.ts',
];

/**
 * The folder of the programs' bundles, as the sources are now: `api/main.js` in it and so on. Builds them where that
 * has not been done. May be called by several processes at once. Rejects where a source cannot be read as TypeScript.
 */
export async function builtPrograms() {
  const built = join(BUILDS, hashOfSources());
  if (existsSync(built)) return built;
  mkdirSync(BUILDS, { recursive: true });
  const unready = `${built}.${process.pid}`;
  try {
    await bundle(unready);
    renameSync(unready, built);
  } catch (error) {
    rmSync(unready, { recursive: true, force: true });
    // Somebody else was quicker.
    if (!existsSync(built)) throw error;
  }
  forgetOldBuilds();
  return built;
}

async function bundle(folder) {
  const { build } = await import('esbuild');
  await build({
    entryPoints: PROGRAMS.map((program) => join(root, program)),
    outdir: folder,
    outbase: root,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'error',
    plugins: [{ name: 'where-a-source-lies', setup: keepPlaces }],
  });
}

/** `import.meta` of a source stays the source's own: its templates, recordings and child programs lie beside it. */
function keepPlaces({ onLoad }) {
  onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => {
    const source = readFileSync(path, 'utf8');
    const contents = source
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
    return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
  });
}

function hashOfSources() {
  const hash = createHash('sha256')
    .update(root)
    .update(readFileSync(fileURLToPath(import.meta.url)));
  for (const room of ['engine', 'api', 'scripts', 'seeds']) {
    for (const name of readdirSync(join(root, room), { recursive: true }).map(String).sort()) {
      if (!/\.(ts|mjs)$/.test(name) || name.endsWith('.test.ts')) continue;
      hash.update(`${room}/${name}\n`).update(readFileSync(join(root, room, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function forgetOldBuilds() {
  const byAge = readdirSync(BUILDS)
    .map((name) => ({ folder: join(BUILDS, name), ms: statSync(join(BUILDS, name)).mtimeMs }))
    .sort((a, b) => b.ms - a.ms);
  for (const { folder } of byAge.slice(KEPT_BUILDS)) rmSync(folder, { recursive: true, force: true });
}
