// Debian's ffmpeg in one folder, without root. Plain JavaScript: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchDebianPackages, readInstalled, runnerOf } from './debian-packages.mjs';

const PROJECT_DIR = fileURLToPath(new URL('../../.ffmpeg', import.meta.url));

export function ffmpegDir() {
  return PROJECT_DIR;
}

/** The command that runs the fetched one; undefined where none was fetched. */
export async function fetchedFfmpeg(dir = ffmpegDir()) {
  const installed = await readInstalled(dir);
  return installed === undefined ? undefined : runnerOf(dir, installed, 'usr/bin/ffmpeg');
}

/**
 * Fetches it: some 140 MB to download. Throws PackagesError, in Russian.
 * @param {{dir?: string, say?: (line: string) => void, signal?: AbortSignal}} options
 */
export async function getFfmpeg({ dir = ffmpegDir(), say = () => {}, signal } = {}) {
  const installed = await fetchDebianPackages({
    dir,
    // The last stands behind a virtual package, which the closure does not follow.
    packages: ['ffmpeg', 'ocl-icd-libopencl1'],
    suites: ['own', 'stable'],
    // Drivers of video cards, icons and examples: nothing that sound is read with.
    prune: async (root) => {
      for (const useless of [
        'usr/lib/x86_64-linux-gnu/dri',
        'usr/share/icons',
        'usr/share/ffmpeg',
        'usr/share/mime',
      ])
        await rm(join(root, useless), { recursive: true, force: true });
    },
    say,
    signal,
  });
  return runnerOf(dir, installed, 'usr/bin/ffmpeg');
}

/** Sees to it that the tests have one; where it cannot be had it says why, and they are skipped by name. Never throws. */
export async function ensureFfmpeg(say = () => {}) {
  const given = process.env.FFMPEG_BIN?.trim() ?? '';
  if (given !== '' || isOnPath() || (await fetchedFfmpeg()) !== undefined) return;
  say('скачиваю ffmpeg (около двадцати секунд, один раз)…');
  await getFfmpeg().catch((error) => say(`нет ffmpeg: ${error.message}`));
}

function isOnPath() {
  return spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0;
}
