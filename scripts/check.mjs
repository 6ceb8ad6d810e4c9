// All static checks, side by side: types, lint, format, import rules, dead code. `npm run check [-- --fix]`.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const fix = process.argv.includes('--fix');
const bin = (name) => join(root, 'node_modules', '.bin', name);
/** TypeScript 7 (native: four times as fast); `typescript` itself stays 6, whose API dependency-cruiser and a test use. */
const tsc = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');

const CHECKS = [
  ['types', tsc, ['-p', '.']],
  ['types of the cabinet', tsc, ['-p', 'cabinet']],
  ['lint', bin('oxlint'), [...(fix ? ['--fix'] : []), '.']],
  ['format', bin('oxfmt'), [fix ? '--write' : '--list-different', '.']],
  [
    'import rules',
    bin('depcruise'),
    ['engine', 'api', 'cabinet', 'scripts', '--config', '.dependency-cruiser.cjs'],
  ],
  ['dead code', bin('knip'), ['--no-progress']],
];

/** Runs one check and resolves with what it printed. */
function run([name, command, args]) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ name, ok: false, output: error.message, seconds: 0 }));
    child.on('close', (code) =>
      resolve({ name, ok: code === 0, output, seconds: (Date.now() - started) / 1000 }),
    );
  });
}

const queue = [...CHECKS];
let failed = 0;
async function worker() {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
    const { name, ok, output, seconds } = await run(check);
    if (!ok) failed += 1;
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`);
    if (!ok) console.log(output.trimEnd());
  }
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 2) }, worker));
if (failed > 0) {
  console.log(`${failed} of ${CHECKS.length} checks failed`);
  process.exit(1);
}
