import Type from 'typebox';
import { WEBHOOK_SECRET_PATTERN } from './channels/webhook/signature.ts';
import { variable } from './config-variable.ts';

/** The customer's server that is told of ended calls. */
export const WEBHOOK_VARIABLES = {
  WEBHOOK_URL: variable(Type.String({ pattern: String.raw`^https?://[^\s/?#]+[^\s#]*$` }), {
    meaning:
      'Куда сообщать о каждом закончившемся звонке (docs/webhook.md); лучше https. Без неё никуда не сообщается.',
    expected: 'адрес http:// или https:// без #',
    secret: true,
  }),
  WEBHOOK_SECRET: variable(Type.String({ pattern: WEBHOOK_SECRET_PATTERN }), {
    meaning:
      'Ключ подписи этих сообщений (Standard Webhooks), обязателен вместе с WEBHOOK_URL. Создать: echo "whsec_$(openssl rand -base64 32)".',
    expected: 'whsec_ и base64 от 24 до 64 байт',
    secret: true,
  }),
} as const;
