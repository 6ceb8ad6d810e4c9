import Type from 'typebox';
import { variable } from './config-variable.ts';

const Secret = Type.String({ pattern: String.raw`^[\x21-\x7e]{1,512}$` });
const SECRET = { expected: 'латинские буквы, цифры и знаки без пробелов', secret: true } as const;

/** How text messages reach people. */
export const SMS_VARIABLES = {
  SMS_GATEWAY: variable(Type.Enum(['outbox', 'smsc', 'smsru', 'smsaero', 'exolve']), {
    default: 'outbox',
    meaning:
      'Кто отправляет SMS: outbox — никто (хранится и показывается), smsc — SMSC.ru, smsru — SMS.ru, smsaero — SMS Aero, exolve — МТС Exolve.',
    expected: 'outbox, smsc, smsru, smsaero или exolve',
  }),
  SMS_SENDER: variable(Type.String({ pattern: String.raw`^[^\s].{0,14}$` }), {
    meaning:
      'Имя или номер отправителя, согласованные со шлюзом. Без неё — имя по умолчанию; для exolve обязательна.',
    expected: 'до 15 знаков, например HALO',
  }),
  SMS_API_URL: variable(Type.String({ pattern: String.raw`^https?://[^\s/?#]+$` }), {
    meaning: 'Адрес API шлюза, если он не обычный (запасной сервер, прокси), без пути.',
    expected: 'адрес вида https://узел',
  }),
  SMSC_LOGIN: variable(Type.String({ pattern: String.raw`^[\x21-\x7e]{1,100}$` }), {
    meaning: 'Логин SMSC.ru, вместе с SMSC_PASSWORD.',
    expected: 'логин без пробелов',
  }),
  SMSC_PASSWORD: variable(Secret, { meaning: 'Пароль SMSC.ru.', ...SECRET }),
  SMSC_API_KEY: variable(Secret, {
    meaning: 'API-ключ SMSC.ru: вместо логина и пароля.',
    ...SECRET,
  }),
  SMSRU_API_ID: variable(Secret, { meaning: 'Ключ api_id сервиса SMS.ru.', ...SECRET }),
  SMSAERO_EMAIL: variable(Type.String({ pattern: String.raw`^[^\s:@]+@[^\s:@]+$` }), {
    meaning: 'E-mail аккаунта SMS Aero, вместе с SMSAERO_API_KEY.',
    expected: 'адрес электронной почты',
  }),
  SMSAERO_API_KEY: variable(Secret, { meaning: 'API-ключ SMS Aero.', ...SECRET }),
  EXOLVE_API_KEY: variable(Secret, { meaning: 'API-ключ приложения МТС Exolve.', ...SECRET }),
  SHORT_LINK_BASE: variable(Type.String({ pattern: String.raw`^https?://[^\s?#]+$` }), {
    meaning:
      'Начало короткой ссылки, например https://halo.example/t/ (ведёт на /t/ этого сервера). До 23 знаков — SMS в одну часть; без неё ссылка полная, две части.',
    expected: 'адрес вида https://узел/t/',
  }),
} as const;
