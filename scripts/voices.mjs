// npm run voices: fetches RHVoice, a synthesiser that speaks Russian far better than espeak-ng, into HALO_DATA_DIR/voices.
// Plain JavaScript: it may run before anything is installed.
import { spawn } from 'node:child_process';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isFreeLicence, licenceOf } from './lib/debian-copyright.mjs';
import { PackagesError, fetchDebianPackages, readInstalled, runnerOf } from './lib/debian-packages.mjs';

const HELP = `npm run voices [-- --lang ru,en,ky] [--force] [--status] [--help]

Скачивает синтезатор речи RHVoice из архива Debian в папку данных (HALO_DATA_DIR/voices, по умолчанию .halo/voices).
Права администратора не нужны, вне папки ничего не меняется. Нужны apt и сеть; около 180 МБ скачать, 110 МБ на диске.
Без RHVoice HALO говорит голосом espeak-ng. После установки перезапустите HALO.

  --lang     языки через запятую: ru, en, ky (по умолчанию все три)
  --force    скачать заново
  --status   что установлено и работает ли
Переменные: HALO_DATA_DIR — папка данных, HALO_DEBIAN_MIRROR — другой архив Debian.
Голоса с лицензией, запрещающей коммерческое использование (CC BY-NC), не сохраняются; узбекский голос — из таких.`;

/** Debian's package of each language; `voices` are those the adapter knows (engine/adapters/offline/rhvoice-voices.ts). */
const LANGUAGES = {
  ru: {
    package: 'rhvoice-russian',
    voices: ['aleksandr', 'anna', 'irina', 'elena'],
    sample: ['anna', 'Проверка связи.'],
  },
  en: {
    package: 'rhvoice-english',
    voices: ['alan', 'bdl', 'slt', 'clb'],
    sample: ['slt', 'This is a test.'],
  },
  ky: { package: 'rhvoice-kyrgyz', voices: ['azamat', 'nazgul'], sample: ['azamat', 'Саламатсызбы.'] },
};

const dir = resolve(process.env.HALO_DATA_DIR ?? '.halo', 'voices');
const say = (line) => console.log(line);

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof PackagesError)) throw error;
  console.error(`Голоса не установлены: ${error.message}\nHALO работает и без них: говорит espeak-ng.`);
  process.exitCode = 1;
}

async function main() {
  const { values } = parse();
  if (values.help) {
    say(HELP);
    return 0;
  }
  if (values.status) return await status();
  const chosen = values.lang
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '');
  const unknown = chosen.filter((code) => LANGUAGES[code] === undefined);
  if (unknown.length > 0 || chosen.length === 0) {
    throw new PackagesError(
      `нет голосов для «${unknown.join(', ')}»; есть ${Object.keys(LANGUAGES).join(', ')}`,
    );
  }
  const startedAt = Date.now();
  const installed = await fetchDebianPackages({
    dir,
    packages: ['rhvoice'],
    dataPackages: chosen.map((code) => LANGUAGES[code].package),
    // The machine's own suite first: nothing newer than needed. RHVoice's sections differ from suite to suite.
    suites: ['own', 'stable', 'testing'],
    components: ['main', 'contrib', 'non-free'],
    prune: keepPermittedVoices,
    force: values.force,
    say,
  });
  if (installed.reused) say(`Уже установлено: RHVoice ${installed.packages.rhvoice} в ${dir}`);
  else
    say(
      `Установлено за ${Math.ceil((Date.now() - startedAt) / 1000)} с: RHVoice ${installed.packages.rhvoice} (${installed.suite}) в ${dir}`,
    );
  const result = await status();
  if (!installed.reused) say('Перезапустите HALO, чтобы он заговорил новыми голосами.');
  return result;
}

function parse() {
  try {
    return parseArgs({
      options: {
        lang: { type: 'string', default: Object.keys(LANGUAGES).join(',') },
        force: { type: 'boolean', default: false },
        status: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new PackagesError(`${error.message}\n\n${HELP}`);
  }
}

/** The packages carry voices that must not be used in business: only ours stay, and only if the copyright file lets them. */
async function keepPermittedVoices(root) {
  const wanted = Object.values(LANGUAGES).flatMap((language) => language.voices);
  const copyright = await readFile(join(root, 'usr/share/doc/rhvoice/copyright'), 'utf8');
  const folder = join(root, 'usr/share/RHVoice/voices');
  for (const voice of await readdir(folder)) {
    const licence = licenceOf(copyright, `data/voices/${voice}/voice.info`);
    if (wanted.includes(voice) && isFreeLicence(licence)) {
      say(`голос ${voice}: ${licence}`);
      // The same voice for 16 kHz: RHVoice speaks at 24 kHz without it.
      await rm(join(folder, voice, '16000'), { recursive: true, force: true });
    } else {
      await rm(join(folder, voice), { recursive: true });
    }
  }
}

async function status() {
  const installed = await readInstalled(dir);
  if (installed === undefined) {
    say(`RHVoice в ${dir} нет: говорит espeak-ng. Установить: npm run voices`);
    return 1;
  }
  const voices = await readdir(join(dir, 'root/usr/share/RHVoice/voices'));
  let broken = 0;
  for (const [code, language] of Object.entries(LANGUAGES)) {
    const there = language.voices.filter((voice) => voices.includes(voice));
    const [preferred, text] = language.sample;
    const voice = there.includes(preferred) ? preferred : there[0];
    const soundMs = voice === undefined ? 0 : await trySpeaking(installed, voice, text);
    if (voice !== undefined && soundMs === 0) broken += 1;
    const verdict =
      voice === undefined ? 'нет голосов' : soundMs > 0 ? `работает: ${there.join(', ')}` : 'не работает';
    say(`${code}: ${verdict}`);
  }
  if (broken > 0) say('Попробуйте: npm run voices -- --force');
  return broken === 0 ? 0 : 1;
}

/** Milliseconds of sound that came; 0 when the program failed. */
function trySpeaking(installed, voice, text) {
  const data = join(dir, 'root/usr/share/RHVoice');
  const command = [...runnerOf(dir, installed, 'usr/bin/RHVoice-test'), '-p', voice, '-o', '/dev/stdout'];
  return new Promise((fulfil) => {
    const child = spawn('/bin/sh', ['-c', '"$@" | cat', 'sh', ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        LANG: 'C.UTF-8',
        RHVOICE_DATA_PATH: data,
        RHVOICE_CONFIG_PATH: join(dir, 'root/etc/RHVoice'),
      },
      timeout: 10_000,
    });
    let bytes = 0;
    child.stdout.on('data', (chunk) => (bytes += chunk.length));
    child.stdin.on('error', () => {});
    child.on('error', () => fulfil(0));
    child.on('close', () => fulfil(bytes / 48));
    child.stdin.end(`${text}\n`);
  });
}
