// Makes a fresh checkout ready: dependencies, the built cabinet, the programs' bundles, a real Asterisk.
// Plain JavaScript without imports from npm: it runs before anything is installed.
// `node scripts/setup.mjs start|call|test|deps`; does nothing, in a few milliseconds, when everything is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asteriskDir, isThere, triedLately, whyNot } from './lib/asterisk-get.mjs';
import { builtPrograms } from './lib/programs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const OLDEST_NODE = [20, 19];
/** A slow network must not hold up the start for longer. */
const ASTERISK_MS = 180_000;

export async function setUp(purpose) {
  checkNode();
  installDependencies();
  if (purpose === 'start' || purpose === 'test') {
    buildCabinet();
    await builtPrograms();
  }
  if (purpose !== 'deps') fetchAsterisk(purpose);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(
    `HALO needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}. Install a newer Node and run the command again.`,
  );
}

/** `npm ci` unless what npm has noted in node_modules is what the lock file asks for. */
function installDependencies() {
  if (isInstalled()) return;
  step('installing dependencies (about half a minute, once)');
  run(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional', '--loglevel=error'],
    'npm could not install the dependencies: see its words above; the network or the npm configuration is the usual cause.',
  );
}

function isInstalled() {
  const noted = readLock(join(root, 'node_modules', '.package-lock.json'));
  const wanted = readLock(join(root, 'package-lock.json'));
  if (noted === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' ||
      noted[path]?.version === version ||
      ((optional || devOptional) && noted[path] === undefined),
  );
}

function readLock(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/** Vite's build, when the cabinet's sources changed since the last one. */
function buildCabinet() {
  const out = join(root, 'dist', 'cabinet');
  const stamp = join(root, 'dist', '.cabinet-sources');
  const sources = hashOf([
    ...filesUnder(join(root, 'cabinet')),
    ...filesUnder(join(root, 'engine', 'contract')),
    ...filesUnder(join(root, 'api', 'schemas')),
  ]);
  if (existsSync(join(out, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources)
    return;
  step('building the cabinet');
  run(
    process.execPath,
    [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', 'cabinet', '--logLevel', 'warn'],
    'the cabinet could not be built: see the error above.',
  );
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, sources);
}

/** A real Asterisk, where it is wanted and not there. Never fatal: HALO says itself what it does without. */
function fetchAsterisk(purpose) {
  const dir = asteriskDir();
  if (isThere(dir) || (purpose !== 'test' && !wantsAsterisk(process.env))) return;
  if (triedLately(dir)) {
    process.stderr.write(`halo: no Asterisk: ${whyNot(dir)} (try again: npm run asterisk -- get)\n`);
    return;
  }
  step('fetching Asterisk (about ten seconds, once)');
  const script = join(root, 'scripts', 'asterisk.mjs');
  spawnSync(process.execPath, [script, 'get'], {
    cwd: root,
    stdio: ['ignore', 2, 'inherit'],
    timeout: ASTERISK_MS,
  });
}

function wantsAsterisk({ HALO_TELEPHONY = '', HALO_ARI_URL = '' }) {
  return !['simulator', 'provider'].includes(HALO_TELEPHONY.trim()) && HALO_ARI_URL.trim() === '';
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile() && !path.endsWith('.test.ts'))
    .sort();
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path.slice(root.length)).update(readFileSync(path));
  return hash.digest('hex');
}

function run(command, args, advice) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined || status !== 0)
    fail(`${advice}${error === undefined ? '' : ` (${error.message})`}`);
}

function step(what) {
  process.stderr.write(`halo: ${what}…\n`);
}

function fail(message) {
  process.stderr.write(`halo: ${message}\n`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUp(process.argv[2] ?? 'start');
