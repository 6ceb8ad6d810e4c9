import { ConfigError, readConfig } from '../api/config.ts';
import { BotApiError } from './telegram/bot-api.ts';
import { HELP, readOptions } from './telegram/options.ts';
import { UsageError } from './lib/usage.ts';
import { runWebhook } from './telegram/webhook.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else {
    const ok = await runWebhook(options, readConfig(process.env), (line) => console.log(line));
    process.exitCode = ok ? 0 : 1;
  }
} catch (error) {
  if (error instanceof UsageError || error instanceof ConfigError) {
    console.error(`${error.message}\n\nСправка: npm run telegram:webhook -- --help`);
    process.exitCode = 2;
  } else {
    console.error(error instanceof BotApiError ? `halo: ${error.message}` : error);
    process.exitCode = 1;
  }
}
