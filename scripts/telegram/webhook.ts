import { webhookSecret } from '../../api/channels/telegram/webhook.ts';
import type { HaloConfig } from '../../api/config.ts';
import { webhookUrl } from './address.ts';
import { BotApi, type BotApiOptions } from './bot-api.ts';
import { type WebhookOptions } from './options.ts';
import { UsageError } from '../lib/usage.ts';
import { describeWebhook } from './report.ts';

export type WebhookConfig = Pick<HaloConfig, 'dataDir' | 'telegram' | 'publicUrl'>;

/**
 * Does what was asked and tells it line by line. True when all is well. Rejects with UsageError (nothing was changed)
 * or BotApiError.
 */
export async function runWebhook(
  { action, dropPending }: WebhookOptions,
  config: WebhookConfig,
  tell: (line: string) => void,
  apiOptions: Partial<BotApiOptions> = {},
): Promise<boolean> {
  const { botToken: token, apiRoot: root, botName } = config.telegram;
  if (token === undefined)
    throw new UsageError(
      'TELEGRAM_BOT_TOKEN не задана: токен бота даёт @BotFather (можно файлом, TELEGRAM_BOT_TOKEN_FILE)',
    );
  // With --info it is only compared; to take an address away none is needed.
  const wanted = action === 'register' || (action === 'info' && config.publicUrl !== undefined);
  const url = wanted ? webhookUrl(config.publicUrl) : undefined;
  const api = new BotApi({ token, root, ...apiOptions });

  const name = await api.name();
  const ours = name.toLowerCase() === botName.toLowerCase();
  const otherBot = `токен — бота @${name}, а ссылки в SMS ведут на @${botName}: задайте TELEGRAM_BOT_NAME=${name} или другой токен`;
  if (!ours && action === 'register') throw new UsageError(otherBot);
  tell(`Бот @${name}`);
  if (!ours) tell(`  Внимание: ${otherBot}`);

  if (action === 'delete') {
    await api.deleteWebhook(dropPending);
    tell('  Адрес снят: сообщения боту больше не приходят');
    return true;
  }
  if (action === 'register' && url !== undefined) {
    await api.setWebhook(url, await webhookSecret(config), dropPending);
    tell(`  Зарегистрирован адрес ${url}`);
    tell('  Напишите боту /start; доходит ли: npm run telegram:webhook -- --info');
    return true;
  }
  const { ok, lines } = describeWebhook(await api.webhookInfo(), url);
  lines.forEach(tell);
  return ours && ok;
}
