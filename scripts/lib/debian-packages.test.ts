import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  PackagesError,
  type FetchOptions,
  fetchDebianPackages,
  readInstalled,
  runnerOf,
} from './debian-packages.mjs';

// apt and dpkg, played by shell scripts: the archive has app (needs libone), app-data (needs libdata) and the libraries.
const TOOLS = {
  dpkg: 'echo amd64',
  'apt-config': `echo 'Acquire::http::Proxy "http://127.0.0.1:3128";'; echo 'APT::Update::Post-Invoke:: "rm -rf /";'`,
  'apt-get': `
case "$*" in
  *indextargets*) echo 'http://mirror.invalid/debian/|bookworm|Debian|main';;
  *update*) cp "$APT_CONFIG" "$LOG/apt.conf"; [ -z "$OFFLINE" ] || { echo 'E: Could not resolve mirror.invalid' >&2; exit 100; }
    grep -q " $GOOD_SUITE main contrib$" "$(dirname "$APT_CONFIG")/sources.list" || { echo 'E: no Release file' >&2; exit 100; };;
  *print-uris*) shift 3; for p; do echo "'http://mirror.invalid/$p.deb' $p.deb 1000 SHA256:0"; done;;
  *download*) shift 2; for p; do echo "$p" >> "$LOG/downloaded"; : > "$p.deb"; done;;
esac`,
  'apt-cache': `
case "$1" in
  show) shift 2; for p; do case $p in app|app-data|lib*) printf 'Package: %s\\nSize: 1000\\n\\n' "$p";; *) echo "E: no $p" >&2; rc=100;; esac; done; exit $rc;;
  depends) for p; do case $p in
      app) printf 'app\\n  Depends: libone\\n |Depends: not-a-library\\n  Depends: <libvirtual>\\n';;
      app-data) printf 'app-data\\n  Depends: libdata\\n';;
      libone) printf 'libone\\n  Depends: libc6\\n';; libc6) printf 'libc6\\n  Depends: libone\\n';;
    esac; done;;
esac`,
  'dpkg-deb': `
case "$1" in
  -x) n=$(basename "$2" .deb); mkdir -p "$3/usr/bin" "$3/usr/share/man" "$3/usr/share/keyrings" "$3/usr/lib/x86_64-linux-gnu"; : > "$3/usr/share/man/$n"
    : > "$3/usr/bin/$n"; [ "$n" != libc6 ] || : > "$3/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
    [ "$n" != debian-archive-keyring ] || echo key > "$3/usr/share/keyrings/debian-archive-keyring.gpg";;
  -f) printf 'Package: %s\\nVersion: 1.2-3\\n' "$(basename "$2" .deb)";;
esac`,
};

let folder: string;
let dir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halo-packages-'));
  dir = join(folder, 'here');
  mkdirSync(join(folder, 'bin'));
  for (const [name, script] of Object.entries(TOOLS)) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\nrc=0\n${script}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env['PATH']}`);
  vi.stubEnv('LOG', folder);
  vi.stubEnv('GOOD_SUITE', 'bookworm');
  vi.stubEnv('HALO_DEBIAN_MIRROR', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const order = (): FetchOptions => ({
  dir,
  packages: ['app'],
  dataPackages: ['app-data'],
  optionalPackages: ['rare'],
  components: ['main', 'contrib'],
});

describe('fetchDebianPackages', () => {
  it('takes the packages and the closure of their libraries, and leaves only what is used', async () => {
    const installed = await fetchDebianPackages({
      ...order(),
      prune: (root) => rm(join(root, 'usr/bin/libone')),
    });
    expect(readFileSync(join(folder, 'downloaded'), 'utf8').trim().split('\n').sort()).toEqual([
      'app',
      'app-data',
      'libc6',
      'libone',
    ]);
    expect(installed).toMatchObject({
      suite: 'bookworm',
      reused: false,
      packages: { app: '1.2-3', libc6: '1.2-3' },
    });
    expect(runnerOf(dir, installed, 'usr/bin/app')).toEqual([
      `${dir}/root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2`,
      '--library-path',
      `${dir}/root/usr/lib/x86_64-linux-gnu`,
      `${dir}/root/usr/bin/app`,
    ]);
    expect(readdirSync(dir).sort()).toEqual(['installed.json', 'root']);
    expect(existsSync(join(dir, 'root/usr/bin/libone'))).toBe(false);
    expect(existsSync(join(dir, 'root/usr/share/man'))).toBe(false);
  });

  it('keeps the proxy of the machine and none of its hooks', async () => {
    await fetchDebianPackages(order());
    const config = readFileSync(join(folder, 'apt.conf'), 'utf8');
    expect(config).toContain('http://127.0.0.1:3128');
    expect(config).not.toContain('Post-Invoke');
    expect(config).not.toMatch(/Unauthenticated|Insecure/);
  });

  it('keeps index and packages where told to, and only what belongs to this set', async () => {
    await fetchDebianPackages({ ...order(), keep: true });
    writeFileSync(join(dir, 'apt/debs/app_0.9.deb'), '');
    rmSync(join(dir, 'root'), { recursive: true });
    rmSync(join(folder, 'apt.conf'));
    const again = await fetchDebianPackages({ ...order(), keep: true });
    expect(again.packages).toEqual({ app: '1.2-3', 'app-data': '1.2-3', libc6: '1.2-3', libone: '1.2-3' });
    expect(readdirSync(join(dir, 'apt/debs')).sort()).toEqual([
      'app-data.deb',
      'app.deb',
      'libc6.deb',
      'libone.deb',
    ]);
    // The index was not asked for again, and the settings, which may hold a proxy's password, are gone.
    expect(existsSync(join(folder, 'apt.conf'))).toBe(false);
    expect(existsSync(join(dir, 'apt/apt.conf'))).toBe(false);
    await fetchDebianPackages({ ...order(), keep: true, force: true });
    expect(existsSync(join(folder, 'apt.conf'))).toBe(true);
  });

  it('does nothing the second time, unless told to or asked for something else', async () => {
    await fetchDebianPackages(order());
    rmSync(join(folder, 'downloaded'));
    expect(await fetchDebianPackages(order())).toMatchObject({ reused: true, suite: 'bookworm' });
    expect(existsSync(join(folder, 'downloaded'))).toBe(false);
    expect(await fetchDebianPackages({ ...order(), force: true })).toMatchObject({ reused: false });
    expect(await fetchDebianPackages({ ...order(), dataPackages: [] })).toMatchObject({ reused: false });
  });

  it('tries the next suite, and says what was wrong with each', async () => {
    vi.stubEnv('GOOD_SUITE', 'sid');
    expect(await fetchDebianPackages({ ...order(), suites: ['own', 'sid'] })).toMatchObject({ suite: 'sid' });
    const failure = fetchDebianPackages({ ...order(), force: true, suites: ['own', 'trixie'] });
    await expect(failure).rejects.toThrow(/bookworm: .*no Release file[^]*trixie: .*no Release file/);
    expect(await readInstalled(dir)).toMatchObject({ suite: 'sid' });
  });

  it('says at once that there is no network, and breaks nothing', async () => {
    await fetchDebianPackages(order());
    vi.stubEnv('OFFLINE', '1');
    const failure = fetchDebianPackages({ ...order(), force: true, suites: ['own', 'trixie'] });
    await expect(failure).rejects.toThrow('есть ли у машины сеть');
    await expect(failure).rejects.toMatchObject({ offline: true });
    expect(await readInstalled(dir)).toMatchObject({ suite: 'bookworm' });
    expect(readdirSync(dir).sort()).toEqual(['installed.json', 'root']);
  });

  it('names a package that the suite does not have', async () => {
    await expect(fetchDebianPackages({ ...order(), packages: ['app', 'ghost'] })).rejects.toThrow(
      'нет пакетов ghost',
    );
  });

  it('waits for nobody: a second run at once is refused, a lock of a dead process is not', async () => {
    mkdirSync(dir);
    writeFileSync(join(dir, '.lock'), String(process.pid));
    await expect(fetchDebianPackages(order())).rejects.toThrow(`процесс ${process.pid}`);
    writeFileSync(join(dir, '.lock'), '999999999');
    expect(await fetchDebianPackages(order())).toMatchObject({ reused: false });
  });

  it('says that it needs apt', async () => {
    vi.stubEnv('PATH', '/nonexistent');
    await expect(fetchDebianPackages(order())).rejects.toThrow(PackagesError);
  });
});

describe('npm run voices', () => {
  const script = fileURLToPath(new URL('../voices.mjs', import.meta.url));
  const run = (args: string[], env: NodeJS.ProcessEnv): { code: number | null; text: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
      env: { ...env, HALO_DATA_DIR: dir },
      encoding: 'utf8',
    });
    return { code: status, text: stdout + stderr };
  };

  it('explains itself, and what is missing, without a stack trace', () => {
    const cases: [args: string[], env: NodeJS.ProcessEnv, code: number, says: string][] = [
      [['--help'], {}, 0, '--lang'],
      [['--status'], {}, 1, 'npm run voices'],
      [['--lang', 'tr'], {}, 1, '«tr»'],
      [[], { PATH: '/nonexistent' }, 1, 'apt-get'],
    ];
    for (const [args, env, code, says] of cases) {
      const told = run(args, env);
      expect(told.code).toBe(code);
      expect(told.text).toContain(says);
      expect(told.text).not.toContain('    at ');
    }
  });
});
