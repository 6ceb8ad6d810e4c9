import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
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

/** The OpenAPI document; routes registered after it are in it. */
export async function registerOpenApi(app: App): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'HALO API', version: '0.1.0', description: DESCRIPTION },
      tags: [
        { name: 'Звонки', description: 'Заказ звонков и их результаты.' },
        { name: 'Демо-кабинет', description: 'Демо-сессии, аналитика, обращения.' },
        { name: 'Telegram', description: 'Сообщения боту.' },
        { name: 'Телефония', description: 'Для вашего провайдера телефонии (HALO_TELEPHONY=provider).' },
        { name: 'Служебное', description: 'Состояние сервиса.' },
      ],
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
