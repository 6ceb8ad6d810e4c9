import { TelegramBot } from '../channels/telegram/bot.ts';
import { WEBHOOK_PATH } from '../channels/telegram/webhook.ts';
import { ApiError } from '../errors.ts';
import { ErrorBody } from '../schemas/error.ts';
import { TelegramReply, TelegramUpdate } from '../schemas/telegram.ts';
import type { App, AppDeps } from './app-deps.ts';
import { showsSecret } from './secret-header.ts';

/**
 * A text of 4096 characters that answers and quotes others, every character as `\uXXXX`, takes some 60 kB, and its
 * entities more. What we refused Telegram would send again and again.
 */
const BODY_LIMIT_BYTES = 256 * 1024;

/** D7: what is written to the bot. For Telegram only, which shows the secret that it was given with the address. */
export function registerTelegramRoute(
  app: App,
  { store, telegram: { secret, botName, onConnected } }: AppDeps,
): void {
  const bot = new TelegramBot({ store, botName, log: app.log, onConnected });

  app.post(
    WEBHOOK_PATH,
    {
      bodyLimit: BODY_LIMIT_BYTES,
      onRequest: async (request) => {
        if (!showsSecret(request, 'x-telegram-bot-api-secret-token', secret))
          throw new ApiError('TELEGRAM_SECRET_WRONG');
      },
      schema: {
        tags: ['Telegram'],
        security: [{ telegramSecret: [] }],
        operationId: 'takeTelegramUpdate',
        summary: 'Сообщение боту',
        description:
          '/start <call_id_hash> подключает Telegram к демо-сессии: один раз и одному человеку. На остальное бот отвечает ' +
          'коротко или молчит. Адрес регистрирует npm run telegram:webhook.',
        body: TelegramUpdate,
        response: {
          200: TelegramReply,
          400: ErrorBody,
          401: ErrorBody,
          413: ErrorBody,
          415: ErrorBody,
          503: ErrorBody,
        },
      },
    },
    async (request) => (await bot.answer(request.body)) ?? {},
  );
}
