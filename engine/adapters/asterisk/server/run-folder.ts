import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import type { AsteriskInstall } from './install.ts';
import type { ServerPaths } from './render.ts';

/** Debian's and most others' bundle of the certificates this machine trusts. */
const MACHINE_ROOTS = '/etc/ssl/certs/ca-certificates.crt';

/** sun_path of unix(7) has 108 bytes with its end; Asterisk's remote console makes one of its own beside. */
const LONGEST_SOCKET_PATH = 100;
const LAST_BREATH_MS = 2_000;

/** Where the server of `folder` keeps its things. Pure but for the temporary folder's name. */
export function pathsOf(folder: string, install: AsteriskInstall): ServerPaths {
  const home = resolve(folder);
  const inside = join(home, 'run');
  const fits = Buffer.byteLength(join(inside, 'asterisk.ctl')) <= LONGEST_SOCKET_PATH;
  const short = createHash('sha256').update(home).digest('hex').slice(0, 16);
  return {
    etcDir: join(home, 'etc'),
    runDir: fits ? inside : join(tmpdir(), `halo-${process.getuid?.() ?? 0}-${short}`),
    logDir: join(home, 'log'),
    dbDir: join(home, 'db'),
    spoolDir: join(home, 'spool'),
    varDir: join(home, 'var'),
    cacheDir: join(home, 'cache'),
    modulesDir: install.modulesDir,
    dataDir: install.dataDir,
    programsDir: install.programsDir,
    tlsRoots: existsSync(MACHINE_ROOTS) ? MACHINE_ROOTS : join(home, 'etc', 'tls-roots.pem'),
  };
}

export function controlSocket(paths: ServerPaths): string {
  return join(paths.runDir, 'asterisk.ctl');
}

/** Makes the folders (0700), and the configuration anew (0600). Rejects where a server runs from it. */
export async function prepareFolder(
  folder: string,
  paths: ServerPaths,
  config: ReadonlyMap<string, string>,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  // A process that was killed can have a thread or two for a moment longer.
  const deadline = Date.now() + LAST_BREATH_MS;
  while (await answers(controlSocket(paths))) {
    if (Date.now() > deadline) {
      throw new Error(
        `В папке ${folder} уже работает другой Asterisk; остановите его: npm run asterisk -- stop`,
      );
    }
    await sleep(50);
  }
  await rm(paths.etcDir, { recursive: true, force: true });
  await rm(paths.runDir, { recursive: true, force: true });
  const own = [
    paths.etcDir,
    paths.runDir,
    paths.logDir,
    paths.dbDir,
    paths.spoolDir,
    paths.varDir,
    paths.cacheDir,
  ];
  for (const path of own) await mkdir(path, { recursive: true, mode: 0o700 });
  await mustBeOurs(paths.runDir);
  await rm(join(paths.logDir, 'strangers-before'), { force: true });
  for (const [name, text] of config) await writeFile(join(paths.etcDir, name), text, { mode: 0o600 });
  if (paths.tlsRoots.startsWith(paths.etcDir)) await writeFile(paths.tlsRoots, rootCertificates.join('\n'));
  for (const log of ['messages.log', 'security.log', 'stdout.log']) {
    await writeFile(join(paths.logDir, log), '', { mode: 0o600 });
  }
}

/** After the server has gone. Logs stay, for who asks why. */
export async function cleanFolder(paths: ServerPaths): Promise<void> {
  await rm(paths.runDir, { recursive: true, force: true });
}

/** The short one lies in a folder where everybody may make things. */
async function mustBeOurs(path: string): Promise<void> {
  const facts = await lstat(path);
  if (!facts.isDirectory() || facts.uid !== (process.getuid?.() ?? facts.uid) || (facts.mode & 0o077) !== 0) {
    throw new Error(`Папка ${path} чужая: удалите её`);
  }
}

/** Whether somebody listens on a unix socket: a file may be left of one who does not. */
function answers(path: string): Promise<boolean> {
  return new Promise((fulfil) => {
    const socket = createConnection(path);
    const say = (alive: boolean) => {
      socket.destroy();
      fulfil(alive);
    };
    socket.once('connect', () => say(true));
    socket.once('error', () => say(false));
    socket.setTimeout(2_000, () => say(true));
  });
}
