import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { CallCompletedEvent } from '../schemas/webhook.ts';
import type { App } from './app-deps.ts';

/** As the cabinet's policy, and styles the page sets on its own elements. */
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const DESCRIPTION = `HALO звонит по телефону, ведёт разговор и делает после него то, что сделал бы хороший оператор.

Адреса группы «Звонки» — для других систем: нужен ключ в заголовке X-API-Key (значение API_AUTH_KEY; без неё ключ
создаётся при первом запуске, печатается один раз и лежит в файле api-key папки данных). Адреса группы «Демо-кабинет» —
для страниц кабинета, без ключа.

Любая ошибка — {"error": {"code", "message"}}: code для программы, message по-русски для человека. Неверные типы и
значения полей отклоняются, неизвестные поля не мешают.`;

const header = (name: string, description: string) =>
  ({ name, in: 'header', required: true, description, schema: { type: 'string' } }) as const;

/** What the customer's server is asked to answer. */
const WEBHOOK = {
  operationId: 'callCompleted',
  tags: ['Исходящие'],
  summary: 'Звонок закончился',
  description:
    'HALO шлёт это на WEBHOOK_URL. Подпись — Standard Webhooks: HMAC-SHA256 от «webhook-id.webhook-timestamp.тело». ' +
    'Приходит хотя бы один раз, дубликаты узнаются по webhook-id, порядок не обещан; подробно — docs/webhook.md.',
  parameters: [
    header('webhook-id', 'Номер события; у повторов тот же.'),
    header('webhook-timestamp', 'Время этой попытки, секунды Unix.'),
    header('webhook-signature', 'v1, запятая и base64 подписи.'),
  ],
  requestBody: { required: true, content: { 'application/json': { schema: CallCompletedEvent as object } } },
  responses: {
    '2XX': { description: 'Принято.' },
    '410': { description: 'Больше не присылать: это сообщение не повторяется.' },
    default: { description: 'Не принято: HALO повторит.' },
  },
};

/** The OpenAPI document; routes registered after it are in it. */
export async function registerOpenApi(app: App): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'HALO API', version: '0.1.0', description: DESCRIPTION },
      tags: [
        { name: 'Звонки', description: 'Заказ звонков и их результаты.' },
        { name: 'Наблюдение', description: 'Экран #/ops: звонки изнутри, с ключом.' },
        { name: 'Демо-кабинет', description: 'Демо-сессии, аналитика, обращения.' },
        { name: 'Telegram', description: 'Сообщения боту.' },
        { name: 'Телефония', description: 'Для вашего провайдера телефонии (HALO_TELEPHONY=provider).' },
        { name: 'Исходящие', description: 'Что HALO сообщает вашему серверу.' },
        { name: 'Служебное', description: 'Состояние сервиса.' },
      ],
      webhooks: { 'call.completed': { post: WEBHOOK } },
      components: {
        securitySchemes: {
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'Значение API_AUTH_KEY.' },
          telegramSecret: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Telegram-Bot-Api-Secret-Token',
            description: 'Секрет, с которым зарегистрирован адрес (TELEGRAM_WEBHOOK_SECRET).',
          },
          telephonySecret: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Telephony-Secret',
            description: 'event_secret из TELEPHONY_CONFIG; вместо него — подпись X-Telephony-Signature.',
          },
        },
      },
    },
  });
}

/** The page at /docs, and the document itself at /docs/json. Loads nothing from elsewhere. */
export async function registerDocsPage(app: App): Promise<void> {
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    uiConfig: { docExpansion: 'list', deepLinking: false },
    validatorUrl: false,
    staticCSP: DOCS_CSP,
    theme: { title: 'HALO API' },
  });
}
