import Type from 'typebox';
import { WEBHOOK_SECRET_PATTERN } from './channels/telegram/webhook.ts';
import { variable } from './config-variable.ts';

/** The bot of the link in the SMS. */
export const TELEGRAM_VARIABLES = {
  TELEGRAM_BOT_NAME: variable(Type.String({ pattern: String.raw`^[A-Za-z][A-Za-z0-9_]{3,31}$` }), {
    default: 'HALO_DEMO_BOT',
    meaning: 'Имя бота в ссылке из SMS: https://t.me/<имя>?start=….',
    expected: 'имя бота без @: латинские буквы, цифры и _',
  }),
  TELEGRAM_BOT_TOKEN: variable(Type.String({ pattern: String.raw`^\d{1,20}:[A-Za-z0-9_-]{20,200}$` }), {
    meaning:
      'Токен бота от @BotFather. Нужен для npm run telegram:webhook и TELEGRAM_FOLLOWUP; посетителям бот отвечает и без него.',
    expected: 'токен вида 123456:ABC-DEF…',
    secret: true,
  }),
  TELEGRAM_WEBHOOK_SECRET: variable(Type.String({ pattern: WEBHOOK_SECRET_PATTERN }), {
    meaning:
      'Секрет, по которому POST /telegram/webhook узнаёт Telegram. Без неё создаётся один раз и хранится в папке данных, в файле telegram-webhook-secret.',
    expected: 'от 16 до 256 знаков: латинские буквы, цифры, _ и -',
    secret: true,
  }),
  TELEGRAM_FOLLOWUP: variable(Type.Boolean(), {
    default: 'false',
    meaning:
      'Отправлять follow-up настоящим сообщением тому, кто подключил Telegram. Нужен TELEGRAM_BOT_TOKEN. Обычно выключено: чат в кабинете — картинка.',
    expected: 'true или false',
  }),
  TELEGRAM_API_ROOT: variable(Type.String({ pattern: String.raw`^https?://[^\s/?#]+[^\s?#]*$` }), {
    default: 'https://api.telegram.org',
    meaning: 'Адрес Bot API: свой сервер Bot API или прокси.',
    expected: 'адрес http:// или https:// без ? и #',
  }),
  PUBLIC_URL: variable(Type.String({ pattern: String.raw`^https?://[^\s/?#@]+[^\s?#]*$` }), {
    meaning:
      'Внешний адрес HALO, например https://halo.example.org. Сюда Telegram присылает сообщения боту: ему нужен https и порт 443, 80, 88 или 8443.',
    expected: 'адрес http:// или https:// без ? и #',
  }),
};
