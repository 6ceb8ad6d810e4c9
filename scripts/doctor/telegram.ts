import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { webhookSecret, WEBHOOK_PATH } from '../../api/channels/telegram/webhook.ts';
import type { HaloConfig } from '../../api/config.ts';
import { BotApi, BotApiError, type BotApiOptions } from '../telegram/bot-api.ts';
import { describeWebhook } from '../telegram/report.ts';
import { fail, ok, skip, warn, type Check, type DoctorDeps, type Finding } from './check.ts';
import { askHttp, NoAnswer } from './http.ts';

const REGISTER = 'npm run telegram:webhook';
const OPTIONS: Partial<BotApiOptions> = { timeoutMs: 5_000, tries: 2 };

/** The bot's token and name, where Telegram sends updates, and whether HALO is there and knows the secret. */
export const telegram: Check = {
  name: 'telegram',
  title: 'Telegram',
  async run(config, deps) {
    const { botToken: token, apiRoot: root, botName } = config.telegram;
    if (token === undefined)
      return [skip(`TELEGRAM_BOT_TOKEN не задан: ссылки ведут на @${botName}, вебхук не проверить`)];
    const api = new BotApi({ token, root, ...OPTIONS });
    try {
      const name = await api.name();
      const others = name.toLowerCase() !== botName.toLowerCase();
      return [
        others
          ? fail(
              `токен — бота @${name}, а ссылки в SMS ведут на @${botName}`,
              `задайте TELEGRAM_BOT_NAME=${name} или другой токен`,
            )
          : ok(`бот @${name}: токен подошёл`),
        await registered(api, config),
        ...(await reached(config, deps)),
      ];
    } catch (error) {
      if (!(error instanceof BotApiError)) throw error;
      return [fail(error.message)];
    }
  },
};

async function registered(api: BotApi, { publicUrl }: HaloConfig): Promise<Finding> {
  if (publicUrl === undefined)
    return warn(
      'PUBLIC_URL не задан: сообщения боту не приходят',
      `задайте внешний адрес HALO и ${REGISTER}`,
    );
  const { ok: right, lines } = describeWebhook(await api.webhookInfo(), `${publicUrl}${WEBHOOK_PATH}`);
  const [what = '', ...more] = lines.map((line) => line.trim());
  return right ? ok(`вебхук: ${what}`) : fail(`вебхук: ${what}`, ...more);
}

/** An empty update, which HALO answers with nothing. */
async function reached(config: HaloConfig, { signal }: DoctorDeps): Promise<readonly Finding[]> {
  const { publicUrl, telegram: settings, dataDir } = config;
  if (publicUrl === undefined) return [];
  // Looking must not make a secret that is not there yet.
  const secret = settings.webhookSecret ?? (await existingSecret(dataDir, config));
  if (secret === undefined)
    return [warn('секрета вебхука ещё нет', `${REGISTER} сделает его и зарегистрирует адрес`)];
  try {
    const { status } = await askHttp(
      `${publicUrl}${WEBHOOK_PATH}`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
        body: '{}',
      },
      signal,
    );
    if (status === 200) return [ok('HALO отвечает по PUBLIC_URL, секрет совпадает')];
    if (status === 401)
      return [
        fail(
          'HALO по PUBLIC_URL не узнал секрет',
          'запускайте doctor с теми же переменными и папкой данных, что HALO',
        ),
      ];
    return [fail(`по PUBLIC_URL отвечает не HALO (${status})`, 'проверьте PUBLIC_URL и обратный прокси')];
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return [
      warn(
        `по PUBLIC_URL: ${error.message}`,
        'запустите HALO и прокси; изнутри сети внешний адрес бывает не виден',
      ),
    ];
  }
}

async function existingSecret(dataDir: string, config: HaloConfig): Promise<string | undefined> {
  return existsSync(join(dataDir, 'telegram-webhook-secret')) ? await webhookSecret(config) : undefined;
}
