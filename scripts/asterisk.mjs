// npm run asterisk: gets, starts, stops and shows the Asterisk that HALO calls through.
// Plain JavaScript: `get` runs before anything is installed, and downloads no npm package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { asteriskDir, getAsterisk, isThere } from './lib/asterisk-get.mjs';

const HELP = `npm run asterisk -- <команда>

  get      скачать Asterisk 22 LTS и SIPp из архива Debian (forky, sid) в папку .asterisk проекта; права администратора
           не нужны, вне папки ничего не меняется; около 36 МБ скачать, 120 МБ на диске (с архивом пакетов)
             --force   скачать заново
  start    запустить и оставить работать: Asterisk для транка, а без транка ещё и второй, который играет оператора связи
  stop     остановить то, что запустил start
  status   что работает: версия, порты, регистрации на транках, звонки; код возврата 0, если Asterisk работает
             --json    то же в JSON
  run      запустить на переднем плане (контейнеры, systemd); SIGTERM и Ctrl-C завершают по порядку
             --ari-address <адрес>   где слушать ARI вместо 127.0.0.1
  help     эта справка

npm start и npm run call делают get и start сами; их Asterisk завершается с последним из них. Запущенный через start они
найдут и возьмут. Без команды: get, если Asterisk ещё нет, потом start.
Настройки — те же переменные, что у npm start (TRUNK_*, HALO_SIP_BIND, HALO_RTP_PORTS, …; npm start -- --help).
  HALO_ASTERISK_DIR    куда распакован Asterisk
  HALO_DATA_DIR        папка данных: в ней, в asterisk/, его настройки и журналы
  HALO_DEBIAN_MIRROR   другой архив Debian`;

const COMMANDS = ['get', 'start', 'stop', 'status', 'run', 'help'];
const say = (line) => console.log(line);
const root = fileURLToPath(new URL('..', import.meta.url));
const dir = asteriskDir();

process.exitCode = await main();

async function main() {
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        force: { type: 'boolean' },
        json: { type: 'boolean' },
        'ari-address': { type: 'string' },
      },
    });
  } catch (error) {
    return complain(error.message);
  }
  const { values, positionals } = parsed;
  const [command, ...rest] = positionals;
  if (values.help || command === 'help') return (say(HELP), 0);
  if (rest.length > 0 || (command !== undefined && !COMMANDS.includes(command))) {
    return complain(`не понимаю «${positionals.join(' ')}»`);
  }
  if (command === 'get') return await get(values.force === true);
  if (command === undefined || command === 'start' || command === 'run') {
    const got = isThere(dir) ? 0 : await get(false);
    if (got !== 0) return got;
  }
  if (!existsSync(join(root, 'node_modules', 'tsx'))) {
    console.error('Зависимости не установлены: выполните npm ci и повторите.');
    return 1;
  }
  return await servers([
    command ?? 'start',
    ...(values.json ? ['--json'] : []),
    ...(values['ari-address'] === undefined ? [] : ['--ari-address', values['ari-address']]),
  ]);
}

async function get(force) {
  const startedAt = Date.now();
  try {
    const { version, suite, reused } = await getAsterisk({ dir, force, say });
    const took = ((Date.now() - startedAt) / 1000).toFixed(1);
    say(`Asterisk ${version} (Debian ${suite}) ${reused ? 'уже есть' : `получен за ${took} с`}: ${dir}`);
    return 0;
  } catch (error) {
    console.error(`Asterisk не получен: ${error.message}\nHALO работает и без него: с симулятором линии.`);
    return 1;
  }
}

/** The servers' part is TypeScript and reads HALO's configuration. */
function servers(args) {
  const program = [join(root, 'scripts', 'run.mjs'), 'scripts/asterisk-servers.ts'];
  const child = spawn(process.execPath, [...program, ...args], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child itself; what a container's keeper sends reaches only us.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {});
  return new Promise((fulfil) => child.once('exit', (code) => fulfil(code ?? 1)));
}

function complain(what) {
  console.error(`${what}\n\n${HELP}`);
  return 2;
}
