// Fetches a real Asterisk (and SIPp for the tests) into one folder. Plain JavaScript: it runs before anything is installed.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchDebianPackages, runnerOf } from './debian-packages.mjs';

const PROJECT_DIR = fileURLToPath(new URL('../../.asterisk', import.meta.url));
const TRY_AGAIN_MS = 60 * 60_000;
const PROBE_TIMEOUT_MS = 20_000;

/** Of asterisk-modules' own dependencies only these: SRTP and the codecs a browser's call needs. */
const MODULE_LIBRARIES = /^lib(srtp2|opus0|speexdsp|speex1|opusfile|opusenc|ogg0)/;

export function asteriskDir(env = process.env) {
  const given = env.HALO_ASTERISK_DIR?.trim() ?? '';
  return given === '' ? PROJECT_DIR : resolve(given);
}

/** Without looking closely: the program that uses it does. */
export function isThere(dir) {
  return existsSync(join(dir, 'installed.json'));
}

/** Why it could not be had the last time, in Russian; undefined when there was no such time. */
export function whyNot(dir) {
  try {
    return readFileSync(join(dir, 'why-not.txt'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** True for an hour after it could not be had: a start must not wait for a dead network each time. */
export function triedLately(dir, now = Date.now()) {
  try {
    const ageMs = now - statSync(join(dir, 'why-not.txt')).mtimeMs;
    return ageMs >= 0 && ageMs < TRY_AGAIN_MS;
  } catch {
    return false;
  }
}

/**
 * Fetches, unpacks and tries it. Throws an Error in Russian, and keeps it in why-not.txt for the running product.
 * @param {{dir: string, force?: boolean, say?: (line: string) => void, signal?: AbortSignal}} options
 */
export async function getAsterisk({ dir, force = false, say = () => {}, signal }) {
  const why = join(dir, 'why-not.txt');
  try {
    const installed = await fetchDebianPackages({
      dir,
      packages: ['asterisk', 'sip-tester'],
      dataPackages: ['asterisk-modules'],
      extraLibraries: MODULE_LIBRARIES,
      // bookworm and trixie have no Asterisk; these two carry Asterisk 22 LTS, and move.
      suites: ['forky', 'sid'],
      keep: true,
      force,
      say,
      signal,
    });
    if (!installed.reused) await mustRun(dir, installed);
    rmSync(why, { force: true });
    return { ...installed, version: versionOf(installed.packages.asterisk) };
  } catch (error) {
    // Somebody else is at it just now: that is no reason of the machine's.
    if (!/это уже делает процесс/.test(error.message)) keepReason(why, dir, error.message);
    throw error;
  }
}

/** `1:22.10.1+dfsg+~cs6…-1` → `22.10.1`. */
export function versionOf(debian) {
  return /^(?:\d+:)?([\d.]+)/.exec(debian)?.[1] ?? debian;
}

function keepReason(file, dir, reason) {
  try {
    mkdirSync(dir, { recursive: true });
    writeFileSync(file, `${reason.replace(/\s+/g, ' ').trim()}\n`);
  } catch {
    // Nowhere to write: the reason is in the error itself.
  }
}

/** A folder mounted noexec, a processor too old, a library that is missing: seen here rather than at the first call. */
function mustRun(dir, installed) {
  const [program, ...args] = runnerOf(dir, installed, 'usr/sbin/asterisk');
  return new Promise((fulfil, reject) => {
    execFile(program, [...args, '-V'], { timeout: PROBE_TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error === null && stdout.startsWith('Asterisk ')) return fulfil();
      rmSync(join(dir, 'installed.json'), { force: true });
      const said = (stderr || error?.message || stdout).trim().split('\n')[0];
      reject(new Error(`Asterisk скачан, но на этой машине не запускается: ${said}`));
    });
  });
}
