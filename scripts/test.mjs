// `npm test`: static checks, then every test. What a test needs is fetched here (see setup.mjs for the dependencies).
// `npm test -- engine/media` runs the tests whose path matches, without the static checks.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asteriskDir, isThere, whyNot } from './lib/asterisk-get.mjs';
import { ensureFfmpeg } from './lib/ffmpeg-get.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const only = process.argv.slice(2);

if (only.includes('--help')) {
  console.log('npm test [-- path…]   all static checks and tests, or only the tests whose path matches');
  process.exit(0);
}

ensureChromium();
const scratch = mkdtempSync(join(tmpdir(), 'halo-test-'));
const reports = [];
const status = only.length === 0 ? await everything() : await vitest();
summarise(status);
rmSync(scratch, { recursive: true, force: true });
process.exit(status);

/** The parts wait now and then: the checks fill that time. What runs in real time has the machine to itself. */
async function everything() {
  const [checked, parts] = await Promise.all([
    run(process.execPath, [join(root, 'scripts', 'check.mjs')]),
    vitest('parts'),
  ]);
  if (checked !== 0) return checked;
  const whole = await vitest('real processes', 'real time');
  return parts !== 0 ? parts : whole;
}

/** Runs the tests of these projects of vitest.config.ts; of all, where none is named. */
async function vitest(...projects) {
  await ensureFfmpeg((line) => console.log(`halo: ${line}`));
  const report = join(scratch, `report-${reports.length}.json`);
  reports.push(report);
  return run(process.execPath, [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...projects.map((project) => `--project=${project}`),
    ...only,
  ]);
}

/** The last lines name what was skipped, so that nothing is skipped in silence. */
function summarise(status) {
  const read = reports
    .filter((report) => existsSync(report))
    .map((report) => JSON.parse(readFileSync(report, 'utf8')));
  if (read.length === 0) return;
  const sum = (field) => read.reduce((all, report) => all + report[field], 0);
  const skipped = read
    .flatMap(({ testResults }) => testResults)
    .flatMap((file) => file.assertionResults)
    .filter(({ status: how }) => how === 'skipped' || how === 'pending' || how === 'todo');
  for (const test of skipped) console.log(`skipped: ${test.fullName}`);
  const asterisk = asteriskDir();
  if (!isThere(asterisk)) console.log(`no Asterisk: ${whyNot(asterisk) ?? 'npm run asterisk -- get'}`);
  const failed = sum('numFailedTests');
  console.log(`${sum('numPassedTests')} passed, ${failed} failed, ${skipped.length} skipped`);
  if (status !== 0 && failed === 0)
    console.log(`exit code ${status}, and no test failed: see «Unhandled Errors» or «Failed Suites» above`);
}

/** The browser test needs Debian's chromium; as root it is installed, otherwise the test says that it is missing. */
function ensureChromium() {
  const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  if (existsSync(path)) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.log(
      `halo: no chromium at ${path}: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH; the browser test will be skipped`,
    );
    return;
  }
  console.log('halo: installing chromium for the browser test (about a minute, once)…');
  const quiet = {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  spawnSync('apt-get', ['update', '-qq'], quiet);
  const { status: installed } = spawnSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
    quiet,
  );
  if (installed !== 0) console.log('halo: chromium could not be installed: the browser test will be skipped');
}

/** Resolves with the exit code; 1 where it was killed. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
      .once('error', reject)
      .once('exit', (code) => resolve(code ?? 1));
  });
}
