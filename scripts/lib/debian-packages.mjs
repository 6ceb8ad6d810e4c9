// Real Debian packages in one folder: no root, no chroot, no container, nothing written outside the folder. The archive is
// the one this machine's own apt uses (HALO_DEBIAN_MIRROR names another); signatures are checked by apt as always.
//
//   dir/root/…           the packages' files, without manuals and translations
//   dir/installed.json   {key, suite, packages: {name: version}, loader, libraryPath}; paths relative to dir
//   dir/apt/…            apt's private state, only while it works
//
// Programs are run with the folder's own C library: [dir/loader, '--library-path', libraryPath joined by ':', program, …].
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

/** What went wrong, in Russian, and what to do about it. Shown to users as it is. */
export class PackagesError extends Error {
  name = 'PackagesError';
  /** True when the archive could not be reached at all. */
  offline = false;
}

/**
 * @typedef {object} FetchOptions
 * @property {string} dir Everything is put here.
 * @property {string[]} packages Taken with the closure of the libraries they depend on.
 * @property {string[]} [optionalPackages] Taken where the suite has them.
 * @property {string[]} [dataPackages] Taken without the libraries they depend on.
 * @property {string[]} [suites] Tried in this order; `own` is the suite of this machine's own apt. Default ['own'].
 * @property {string[]} [components] Debian's names, also on Ubuntu. Default ['main'].
 * @property {RegExp} [extraLibraries] Direct dependencies of `dataPackages` that are wanted all the same.
 * @property {(root: string) => Promise<void>} [prune] Removes from the unpacked tree what must not stay, before it is used.
 * @property {(line: string) => void} [say] Hears short progress lines in Russian.
 * @property {boolean} [force] Fetches again what is there.
 * @property {boolean} [keep] Keeps the package index (for a day) and the packages in dir/apt, for the next time.
 * @property {AbortSignal} [signal]
 */

/**
 * Fetches and unpacks. At once when the same packages are there already. Throws PackagesError.
 * @param {FetchOptions} options
 */
export async function fetchDebianPackages(options) {
  const { say = () => {}, suites = ['own'], signal } = options;
  const dir = resolve(options.dir);
  const key = keyOf(options);
  if (options.force !== true) {
    const there = await readInstalled(dir);
    if (there !== undefined && there.key === key) return { ...there, reused: true };
  }
  await needTools();
  await mkdir(dir, { recursive: true });
  const unlock = await lock(join(dir, '.lock'));
  const apt = join(dir, 'apt');
  try {
    const archive = await findArchive(signal);
    const failures = [];
    for (const suite of suites.map((one) => (one === 'own' ? archive.suite : one))) {
      try {
        const installed = await fetchFrom({ ...options, dir, apt, suite, archive, key, say });
        return { ...installed, reused: false };
      } catch (error) {
        if (!(error instanceof PackagesError) || error.offline || signal?.aborted === true) throw error;
        failures.push(`${suite}: ${error.message}`);
        say(`${suite}: не вышло, ${error.message}`);
      }
    }
    throw new PackagesError(`пакеты не получены.\n  ${failures.join('\n  ')}`);
  } finally {
    await tidy(apt, options.keep === true);
    await unlock();
  }
}

/** What is in `dir`, or undefined. */
export async function readInstalled(dir) {
  try {
    const installed = JSON.parse(await readFile(join(dir, 'installed.json'), 'utf8'));
    return existsSync(join(dir, installed.loader)) ? installed : undefined;
  } catch {
    return undefined;
  }
}

/** The leading part of a command line that runs a program of `dir` (a path inside root/). */
export function runnerOf(dir, installed, program) {
  const libraries = installed.libraryPath.map((path) => join(dir, path)).join(':');
  return [join(dir, installed.loader), '--library-path', libraries, join(dir, 'root', program)];
}

async function fetchFrom(job) {
  const { dir, apt, suite, archive, say, signal } = job;
  const env = await privateApt(job);
  say(`${suite}: читаю список пакетов`);
  await updateIndex(job, env);
  const known = async (names) => await findKnown(names, env);
  const wanted = await known([...job.packages, ...(job.dataPackages ?? [])]);
  const missing = [...job.packages, ...(job.dataPackages ?? [])].filter((name) => !wanted.has(name));
  if (missing.length > 0) throw new PackagesError(`нет пакетов ${missing.join(', ')}`);
  for (const name of (await known(job.optionalPackages ?? [])).keys()) wanted.set(name, 0);

  const roots = [...job.packages];
  if (job.extraLibraries !== undefined) {
    roots.push(
      ...(await libraries(job.dataPackages ?? [], env)).filter((name) => job.extraLibraries.test(name)),
    );
  }
  const closure = await libraryClosure(roots, env);
  const all = [...new Set([...wanted.keys(), ...closure, ...roots])];
  const bytes = [...(await findKnown(all, env)).values()].reduce((sum, size) => sum + size, 0);
  say(`${suite}: скачиваю ${all.length} пакетов, ${Math.ceil(bytes / 1e6)} МБ`);
  const debs = join(apt, 'debs');
  if (job.keep === true) await dropOthers(debs, all, env);
  // What is there with the right hash is not downloaded again.
  await run('apt-get', ['-qq', 'download', ...all], { cwd: debs, env, signal, ...NETWORK });

  say(`${suite}: распаковываю`);
  const fresh = join(dir, 'root.new');
  await rm(fresh, { recursive: true, force: true });
  const packages = {};
  for (const deb of (await readdir(debs)).filter((name) => name.endsWith('.deb')).sort()) {
    const file = join(debs, deb);
    await run('dpkg-deb', ['-x', file, fresh], { env, signal });
    const fields = await run('dpkg-deb', ['-f', file, 'Package', 'Version'], { env, signal });
    const name = /^Package: (.*)$/m.exec(fields)?.[1];
    if (name !== undefined) packages[name] = /^Version: (.*)$/m.exec(fields)?.[1] ?? '';
    if (job.keep !== true) await rm(file);
  }
  for (const useless of ['man', 'locale', 'lintian', 'bug', 'info', 'bash-completion']) {
    await rm(join(fresh, 'usr/share', useless), { recursive: true, force: true });
  }
  await job.prune?.(fresh);
  const root = join(dir, 'root');
  // installed.json goes first and comes last: what is there without it is not whole.
  await rm(join(dir, 'installed.json'), { force: true });
  await rm(root, { recursive: true, force: true });
  await rename(fresh, root);
  const installed = {
    key: job.key,
    suite,
    origin: archive.origin,
    packages,
    ...(await findLoader(dir, root)),
  };
  await writeFile(join(dir, 'installed.json.new'), `${JSON.stringify(installed, null, 2)}\n`);
  await rename(join(dir, 'installed.json.new'), join(dir, 'installed.json'));
  return installed;
}

/** Error-Mode=any: a half-fetched index must not pass for a whole one. */
async function updateIndex({ apt, suite, keep, force, signal }, env) {
  const mark = join(apt, `updated-${suite}`);
  const ageMs =
    Date.now() -
    (await stat(mark).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ));
  if (keep === true && force !== true && ageMs < INDEX_MS) return;
  // apt forgets the lists of the suite before.
  for (const old of (await readdir(apt)).filter((name) => name.startsWith('updated-')))
    await rm(join(apt, old));
  await run('apt-get', ['-qq', '-o', 'APT::Update::Error-Mode=any', 'update'], { env, signal, ...NETWORK });
  if (keep === true) await writeFile(mark, '');
}

/** Removes the kept packages that are not of this set, older versions too. */
async function dropOthers(debs, all, env) {
  // Not in `debs`: what is there already is not printed.
  const elsewhere = { cwd: join(debs, '..', 'keys'), env };
  const listed = await run('apt-get', ['-qq', 'download', '--print-uris', ...all], elsewhere);
  const wanted = new Set(listed.split('\n').map((line) => /^'\S+' (\S+)/.exec(line)?.[1]));
  for (const name of await readdir(debs)) if (!wanted.has(name)) await rm(join(debs, name));
}

/** What must not stay after the work. apt.conf may hold a proxy's password. */
async function tidy(apt, keep) {
  if (!keep) await rm(apt, { recursive: true, force: true });
  else for (const name of ['apt.conf', 'cache']) await rm(join(apt, name), { recursive: true, force: true });
}

/** Where Ubuntu keeps what Debian keeps in these. */
const UBUNTU_AREAS = { main: 'main universe', contrib: 'multiverse', 'non-free': '' };

/** apt's settings inside the folder. Nothing of /etc/apt's settings but how to reach the network. */
async function privateApt({ apt, suite, archive, components = ['main'], keep = false }) {
  if (!keep) await rm(apt, { recursive: true, force: true });
  for (const folder of ['lists/partial', 'cache/archives/partial', 'debs', 'keys', 'etc']) {
    await mkdir(join(apt, folder), { recursive: true });
  }
  const keyring = await findKeyring(archive.origin, join(apt, 'keys'));
  await writeFile(join(apt, 'status'), '');
  const areas =
    archive.origin === 'ubuntu' ? components.map((area) => UBUNTU_AREAS[area] ?? area) : components;
  const source = `deb [arch=${archive.architecture} signed-by=${keyring}] ${archive.url} ${suite} ${areas.join(' ')}\n`;
  await writeFile(join(apt, 'sources.list'), source);
  const network = (await run('apt-config', ['dump']))
    .split('\n')
    .filter((line) => /^Acquire::(https?|ftp|socks5h|proxy|ForceIPv[46])(::\S+)? ".+";$/i.test(line));
  const settings = {
    'Dir::State': apt,
    'Dir::State::lists': join(apt, 'lists'),
    'Dir::State::status': join(apt, 'status'),
    'Dir::Cache': join(apt, 'cache'),
    'Dir::Log': apt,
    'Dir::Etc::sourcelist': join(apt, 'sources.list'),
    'Dir::Etc::sourceparts': join(apt, 'etc'),
    'Dir::Etc::preferences': join(apt, 'etc/preferences'),
    'Dir::Etc::preferencesparts': join(apt, 'etc'),
    // The machine's own hooks (docker-clean, PackageKit) would reach outside the folder.
    'Dir::Etc::main': join(apt, 'etc/apt.conf'),
    'Dir::Etc::parts': join(apt, 'etc'),
    'APT::Architecture': archive.architecture,
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
    // A kept index is 11 MB so, and 60 MB otherwise.
    'Acquire::GzipIndexes': String(keep),
    'Acquire::Retries': '3',
    // A mirror's copy of a moving suite can be past its date; what is in it is signed all the same.
    'Acquire::Check-Valid-Until': 'false',
    'Acquire::http::Timeout': '30',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";`);
  lines.push(`APT::Architectures { "${archive.architecture}"; };`);
  const file = join(apt, 'apt.conf');
  // 0600: a proxy's address can hold a password. Goes with the folder when the work is done.
  await writeFile(file, [...network, ...lines, ''].join('\n'), { mode: 0o600 });
  return { ...process.env, APT_CONFIG: file, LC_ALL: 'C' };
}

/** The Debian or Ubuntu archive of this machine's own apt: {url, suite, origin, architecture}. */
async function findArchive(signal) {
  const architecture = (await run('dpkg', ['--print-architecture'], { signal })).trim();
  const format = '$(REPO_URI)|$(RELEASE)|$(ORIGIN)|$(COMPONENT)';
  const listed = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], {
    signal,
  });
  const sources = listed
    .split('\n')
    .map((line) => line.split('|'))
    .filter(
      ([url, suite, , component]) => url && suite && component === 'main' && !/security/.test(url + suite),
    )
    .map(([url, suite, origin]) => ({
      url,
      suite: suite.replace(/-(updates|backports|proposed)$/, ''),
      origin,
    }));
  // ORIGIN is known only after an `apt-get update`; before it the address has to tell.
  const own = sources.find(
    ({ url, origin }) => /^(Debian|Ubuntu)$/.test(origin) || /\/(debian|ubuntu)\/?$/.test(url),
  );
  const mirror = process.env.HALO_DEBIAN_MIRROR;
  const url = mirror ?? own?.url;
  if (url === undefined) {
    throw new PackagesError(
      'в настройках apt этой машины нет архива Debian или Ubuntu; задайте HALO_DEBIAN_MIRROR',
    );
  }
  const ubuntu = mirror === undefined ? /ubuntu/i.test(own.origin || own.url) : /ubuntu/i.test(mirror);
  return { url, suite: own?.suite ?? 'stable', origin: ubuntu ? 'ubuntu' : 'debian', architecture };
}

/** A file with the archive's public keys: this machine's, else from the package that carries it, which its own apt checks. */
async function findKeyring(origin, folder) {
  const name = `usr/share/keyrings/${origin}-archive-keyring`;
  const find = () =>
    [`/${name}.gpg`, `/${name}.pgp`, join(folder, `${name}.gpg`), join(folder, `${name}.pgp`)].find(
      existsSync,
    );
  const there = find();
  if (there !== undefined) return there;
  const carrier = origin === 'ubuntu' ? 'ubuntu-keyring' : 'debian-archive-keyring';
  await run('apt-get', ['-qq', 'download', carrier], { cwd: folder, ...NETWORK });
  for (const deb of (await readdir(folder)).filter((file) => file.endsWith('.deb'))) {
    await run('dpkg-deb', ['-x', join(folder, deb), folder]);
  }
  const fetched = find();
  if (fetched === undefined) throw new PackagesError(`нет ключей архива: установите пакет ${carrier}`);
  return fetched;
}

/** Which of `names` the suite has: name → size of the download in bytes. */
async function findKnown(names, env) {
  const known = new Map();
  if (names.length === 0) return known;
  // Fails when one is unknown, and still tells of the others.
  const shown = await run('apt-cache', ['show', '--no-all-versions', ...names], { env, failing: true });
  for (const paragraph of shown.split(/\n\n+/)) {
    const name = /^Package: (.*)$/m.exec(paragraph)?.[1];
    if (name !== undefined) known.set(name, Number(/^Size: (\d+)$/m.exec(paragraph)?.[1] ?? 0));
  }
  return known;
}

async function libraryClosure(roots, env) {
  const closure = new Set();
  let fresh = await libraries(roots, env);
  while (fresh.length > 0) {
    for (const name of fresh) closure.add(name);
    fresh = (await libraries(fresh, env)).filter((name) => !closure.has(name));
  }
  return closure;
}

const ONLY_DEPENDS = ['pre-depends', 'recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];

/** The libraries that `names` depend on directly. Virtual packages (in angle brackets) are left out. */
async function libraries(names, env) {
  if (names.length === 0) return [];
  const args = ['depends', ...ONLY_DEPENDS.map((relation) => `--no-${relation}`), ...names];
  const shown = await run('apt-cache', args, { env, failing: true });
  return [
    ...new Set([...shown.matchAll(/^ *\|?Depends: ((?:lib|zlib1g)[^\s<]*)$/gm)].map((match) => match[1])),
  ];
}

/** The folder's own ld.so and where its libraries are. Links are passed by: some lead out of the folder. */
async function findLoader(dir, root) {
  const libraryPath = [];
  let loader;
  for (const top of ['lib', 'usr/lib', 'lib64', 'usr/lib64']) {
    for (const folder of [join(root, top), ...(await subfolders(join(root, top)))]) {
      const files = await entriesOf(folder);
      if (files.some((file) => /\.so(\.|$)/.test(file.name))) libraryPath.push(relative(dir, folder));
      const own = files.find((file) => file.isFile() && /^ld-linux[\w-]*\.so\.\d+$/.test(file.name));
      if (own !== undefined) loader ??= join(folder, own.name);
    }
  }
  if (loader === undefined)
    throw new PackagesError('среди пакетов нет ld.so: на этой архитектуре не проверялось');
  return { loader: relative(dir, loader), libraryPath };
}

async function subfolders(folder) {
  const found = [];
  for (const entry of await entriesOf(folder)) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    found.push(path);
    // One level more inside usr/lib/<machine>/: libpulse keeps its other half in such a folder.
    if (/-linux-gnu/.test(entry.name)) {
      for (const inner of await entriesOf(path)) if (inner.isDirectory()) found.push(join(path, inner.name));
    }
  }
  return found;
}

async function entriesOf(folder) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function needTools() {
  for (const tool of ['apt-get', 'apt-cache', 'apt-config', 'dpkg', 'dpkg-deb']) {
    try {
      await run(tool, ['--version']);
    } catch {
      throw new PackagesError(`на этой машине нет ${tool}: пакеты берутся только через apt (Debian, Ubuntu)`);
    }
  }
}

/** Two runs at once would spoil each other's folder. A lock whose process is gone is taken over. */
async function lock(file) {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw new PackagesError(`нельзя писать в ${file}: ${error.message}`);
      const owner = Number(await readFile(file, 'utf8').catch(() => ''));
      if (owner > 0 && isAlive(owner)) {
        throw new PackagesError(`это уже делает процесс ${owner}; дождитесь его (или удалите ${file})`);
      }
      await rm(file, { force: true });
    }
  }
  throw new PackagesError(`нельзя занять ${file}: удалите его`);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function keyOf({ packages, optionalPackages = [], dataPackages = [], components = ['main'] }) {
  return JSON.stringify([packages, optionalPackages, dataPackages, components]);
}

/** For so long a kept index is good. */
const INDEX_MS = 24 * 60 * 60_000;

const NETWORK = { timeoutMs: 30 * 60_000 };

/** Runs a program; resolves to its stdout. Throws PackagesError with the last lines of its stderr. */
function run(program, args, { cwd, env, signal, timeoutMs = 120_000, failing = false } = {}) {
  return new Promise((fulfil, reject) => {
    const settings = {
      cwd,
      env: env ?? { ...process.env, LC_ALL: 'C' },
      signal,
      timeout: timeoutMs,
      maxBuffer: 64 << 20,
    };
    execFile(program, args, settings, (error, stdout, stderr) => {
      if (error === null || (failing && error.code !== 'ENOENT')) fulfil(stdout);
      else reject(explain(program, error, String(stderr)));
    });
  });
}

function explain(program, error, stderr) {
  const [first = error.message.split('\n')[0]] = stderr.split('\n').filter((line) => /^[EW]:/.test(line));
  const offline = /Could not (resolve|connect)|timed out|unreachable|Connection failed/i.test(stderr);
  const failure = new PackagesError(
    offline ? `архив пакетов недоступен, есть ли у машины сеть? ${first}` : `${program}: ${first}`,
  );
  failure.offline = offline;
  return failure;
}
