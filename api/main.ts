import { fileURLToPath } from 'node:url';
import closeWithGrace from 'close-with-grace';
import { ensureApiKey } from './api-key-file.ts';
import { buildApp } from './app.ts';
import { webhookSecret } from './channels/telegram/webhook.ts';
import { CONFIG_TABLE } from './config-table.ts';
import { ConfigError, readConfig } from './config.ts';
import { openDemoData } from './demo/load-demo-data.ts';
import { openHalo } from './halo.ts';
import { createLogger } from './logging.ts';

const CLOSE_TIMEOUT_MS = 20_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

if (process.argv.includes('--help')) {
  print('npm start: поднимает HALO целиком и печатает один адрес. Настройки — переменные окружения:\n');
  for (const { name, default: fallback, meaning } of CONFIG_TABLE)
    print(`  ${name} [${fallback}]\n      ${meaning}`);
} else {
  try {
    await start();
  } catch (error) {
    process.stderr.write(`halo: ${error instanceof Error ? error.message : String(error)}\n`);
    if (!(error instanceof ConfigError) && process.env['LOG_LEVEL'] === 'debug' && error instanceof Error) {
      process.stderr.write(`${error.stack ?? ''}\n`);
    }
    process.exit(1);
  }
}

async function start(): Promise<void> {
  const startedMs = performance.now();
  const config = readConfig(process.env);
  const log = createLogger({ level: config.logLevel, logPii: config.logPii });

  print('HALO запускается: база данных, движок звонков, кабинет…');
  const apiKey = config.apiAuthKey === undefined ? await ensureApiKey(config.dataDir) : undefined;
  const telegramSecret = await webhookSecret(config);
  const halo = await openHalo(config, log);
  const app = await buildApp({
    apiKey: config.apiAuthKey ?? apiKey?.key ?? '',
    store: halo.store,
    engine: halo.engine,
    ops: halo.ops,
    demoData: await openDemoData(),
    recordingsDir: halo.recordingsDir,
    cabinetDir: fileURLToPath(new URL('../dist/cabinet/', import.meta.url)),
    channelNotices: halo.channelNotices,
    guards: config.guards,
    trustedProxies: config.trustedProxies,
    log,
    telegram: {
      secret: telegramSecret,
      botName: config.telegram.botName,
      onConnected: halo.onTelegramConnected,
    },
    onCallCreated: () => halo.poke(),
  });
  closeWithGrace({ delay: CLOSE_TIMEOUT_MS }, async ({ signal, err }) => {
    if (err !== undefined) log.error({ err }, 'HALO stops because of an error that nobody caught');
    else print(`${signal ?? ''}: HALO завершает звонки и останавливается…`);
    await app.close();
    await halo.close();
  });
  const address = await app.listen({ host: config.host, port: config.port }).catch(async (error: unknown) => {
    await halo.close();
    const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw busy
      ? new Error(`порт ${config.port} занят: остановите того, кто его держит, или задайте другой PORT`)
      : error;
  });

  const { telephony, speech } = halo.engine.describe();
  print(`\nHALO готов за ${((performance.now() - startedMs) / 1000).toFixed(1)} с: ${address}\n`);
  print(`  ${telephony.notice}`);
  if (telephony.away !== undefined) print(`  Звонить пока нельзя: ${telephony.away}.`);
  print(`  ${speech.notice}`);
  for (const notice of halo.channelNotices) print(`  ${notice}`);
  if (apiKey?.created === true) {
    print(`\n  Ключ для POST /call (заголовок X-API-Key), печатается один раз: ${apiKey.key}`);
    print(`  Он хранится в ${apiKey.file}; свой задаётся переменной API_AUTH_KEY.`);
  } else if (apiKey !== undefined) {
    print(`\n  Ключ для POST /call (заголовок X-API-Key) хранится в ${apiKey.file}.`);
  }
}
