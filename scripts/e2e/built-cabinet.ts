import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCabinet } from '../../cabinet/testing/browser.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** `npm test` and `npm start` build the cabinet before; here it is built only where somebody runs vitest by hand. */
export async function ensureCabinet(): Promise<void> {
  if (existsSync(join(DIST, 'cabinet', 'index.html'))) return;
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const outDir = await mkdtemp(join(root, 'node_modules', '.cabinet-'));
  await buildCabinet(outDir);
  // At once, whoever else builds it or reads it now.
  await mkdir(DIST, { recursive: true });
  await rm(join(DIST, 'cabinet'), { recursive: true, force: true });
  await rename(outDir, join(DIST, 'cabinet'));
}
