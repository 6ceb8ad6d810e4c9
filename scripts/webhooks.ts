import { WebhookEvents } from '../api/channels/webhook/event-book.ts';
import { ConfigError, readConfig, type HaloConfig } from '../api/config.ts';
import { Deliveries } from '../api/deliveries/deliver.ts';
import { PgDeliveryBook } from '../api/deliveries/delivery-book.ts';
import { SILENT_LOG } from '../api/log.ts';
import { exclusively } from '../api/persistence/exclusively.ts';
import { openPersistence } from '../api/persistence/open.ts';
import { HELP, readOptions, type WebhooksOptions } from './webhooks/options.ts';
import { UsageError } from './lib/usage.ts';
import { runWebhooks } from './webhooks/run.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else process.exitCode = (await run(options, readConfig(process.env))) ? 0 : 1;
} catch (error) {
  if (error instanceof UsageError || error instanceof ConfigError) {
    console.error(`${error.message}\n\nСправка: npm run webhooks -- --help`);
    process.exitCode = 2;
  } else {
    const debug = process.env['LOG_LEVEL'] === 'debug';
    console.error(error instanceof Error && !debug ? `halo: ${error.message}` : error);
    process.exitCode = 1;
  }
}

async function run(options: WebhooksOptions, config: HaloConfig): Promise<boolean> {
  const { dataDir, databaseUrl, publicUrl, webhook } = config;
  const { store, boss, dataSource, close } = await openPersistence({ dataDir, databaseUrl, log: SILENT_LOG });
  try {
    if (options.action !== 'list' && webhook === undefined)
      console.error('WEBHOOK_URL не задана: сообщения уйдут, когда HALO будет запущен с ней');
    return await runWebhooks(options, {
      events: new WebhookEvents(dataSource, boss, publicUrl),
      deliveries: new Deliveries({
        book: new PgDeliveryBook(dataSource, boss),
        exclusively: (name, work) => exclusively(dataSource, name, work),
        log: SILENT_LOG,
      }),
      call: (callId) => store.call(callId),
      tell: (line) => console.log(line),
    });
  } finally {
    await close();
  }
}
