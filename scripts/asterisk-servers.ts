// start | stop | status | run of `npm run asterisk` (asterisk.mjs): the Asterisks of HALO_DATA_DIR.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../api/config.ts';
import { houseSettings, type HouseOptions } from '../engine/adapters/asterisk/server/house-options.ts';
import { describeHouse, stopHouse } from '../engine/adapters/asterisk/server/house-state.ts';
import { openAsterisks } from '../engine/adapters/asterisk/server/house.ts';
import {
  findAsterisk,
  readWhyNot,
  type AsteriskInstall,
} from '../engine/adapters/asterisk/server/install.ts';
import type { TelephonyConfig } from '../engine/contract/telephony-config.ts';
import { stateLines } from './asterisk/state-lines.ts';

const START_MS = 60_000;
const LOOK_EVERY_MS = 2_000;

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, 'ari-address': { type: 'string' } },
});

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}

async function main(): Promise<number> {
  const { telephony, dataDir } = readConfig(process.env);
  const install = await findAsterisk(telephony.asteriskDir);
  if (install === undefined) {
    const why = await readWhyNot(telephony.asteriskDir);
    console.log(
      `Asterisk не установлен${why === undefined ? '' : `: ${why}`}. Получить: npm run asterisk -- get`,
    );
    return 1;
  }
  switch (positionals[0]) {
    case 'start':
      return await start(install, telephony, dataDir);
    case 'stop':
      return await stop(install, telephony, dataDir);
    case 'run':
      return await run(install, telephony, dataDir);
    default:
      return await status(install, telephony, dataDir);
  }
}

async function start(install: AsteriskInstall, telephony: TelephonyConfig, dataDir: string): Promise<number> {
  if (telephony.ari !== undefined) {
    console.error(`Задана HALO_ARI_URL (${telephony.ari.url}): этот Asterisk запускает кто-то другой.`);
    return 1;
  }
  const house = openAsterisks({
    ...houseSettings(telephony, dataDir),
    install,
    staying: true,
    log: () => undefined,
  });
  const asked = AbortSignal.timeout(START_MS);
  await house.edge(asked);
  await house.carrier?.(asked);
  await house.close();
  return await status(install, telephony, dataDir);
}

async function stop(install: AsteriskInstall, telephony: TelephonyConfig, dataDir: string): Promise<number> {
  const { folder } = houseSettings(telephony, dataDir);
  const { stopped, left, users } = await stopHouse(folder, install);
  if (stopped.length > 0) console.log('Asterisk остановлен.');
  for (const pid of left)
    console.log(
      users.length === 1
        ? `Asterisk ${pid} нужен процессу HALO ${users[0]}: завершится вместе с ним.`
        : `Asterisk ${pid} нужен процессам HALO ${users.join(', ')}: завершится вместе с последним из них.`,
    );
  if (stopped.length + left.length === 0) console.log('Asterisk не работал.');
  return left.length === 0 ? 0 : 1;
}

async function status(
  install: AsteriskInstall,
  telephony: TelephonyConfig,
  dataDir: string,
): Promise<number> {
  const { folder } = houseSettings(telephony, dataDir);
  const state = await describeHouse(folder, install);
  if (options.json === true) console.log(JSON.stringify(state, null, 2));
  else for (const line of stateLines(state, folder, telephony.trunks.length > 0)) console.log(line);
  return state.servers.some(({ kind, channels }) => kind === 'edge' && channels !== undefined) ? 0 : 1;
}

/** Until a signal; what dies meanwhile is started again. */
async function run(install: AsteriskInstall, telephony: TelephonyConfig, dataDir: string): Promise<number> {
  const house = openAsterisks({
    ...houseSettings(telephony, dataDir),
    ...ariPlaces(telephony, options['ari-address'] ?? '127.0.0.1'),
    install,
    log: (line) => console.log(line),
  });
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => ending.abort());
  const isEnding = (): boolean => ending.signal.aborted;
  let said = '';
  while (!isEnding()) {
    try {
      await house.edge(ending.signal);
      await house.carrier?.(ending.signal);
      said = '';
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!isEnding() && reason !== said) console.error((said = reason));
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: ending.signal }).catch(() => {});
  }
  await house.close();
  console.log('Asterisk остановлен.');
  return 0;
}

/** Where another container's HALO looks for ARI, there it must be: the port is its HALO_ARI_URL's. */
function ariPlaces(telephony: TelephonyConfig, address: string): Pick<HouseOptions, 'ari' | 'carrierAri'> {
  const { ari, carrierAriUrl } = telephony;
  if (ari === undefined) return {};
  const { user, password } = ari;
  return {
    ari: { address, port: portOf(ari.url), user, password },
    ...(carrierAriUrl !== undefined && { carrierAri: { address, port: portOf(carrierAriUrl) } }),
  };
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
