import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { markOf, type ProcessMark } from '../../engine/adapters/system/process-mark.ts';

type Cleanup = () => Promise<void> | void;

/** What each test of a file leaves behind is taken away after it, the newest first. Call it once, at the top. */
export function takeAwayAfterEach(): { push(cleanup: Cleanup): void; folder(name?: string): string } {
  const cleanups: Cleanup[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  return {
    push: (cleanup) => void cleanups.push(cleanup),
    /** A fresh temporary folder. */
    folder: (name = 'halo-house-') => {
      const path = mkdtempSync(join(tmpdir(), name));
      cleanups.push(() => rmSync(path, { recursive: true, force: true }));
      return path;
    },
  };
}

/** A process's mark now, for later. Throws where there is none. */
export function markOfLiving(pid: number): ProcessMark {
  const found = markOf(pid);
  if (found === undefined) throw new Error(`no process ${pid}`);
  return found;
}
