import Type from 'typebox';
import { TELEGRAM_VARIABLES } from './config-telegram-table.ts';
import { SHEETS_VARIABLES } from './config-sheets-table.ts';
import { SMS_VARIABLES } from './config-sms-table.ts';
import { GUARD_VARIABLES, TELEPHONY_VARIABLES } from './config-telephony-table.ts';
import { WEBHOOK_VARIABLES } from './config-webhook-table.ts';
import { variable, type Variable } from './config-variable.ts';

const HttpUrl = Type.String({ pattern: String.raw`^https?://[^\s/]+\S*$` });
const ModelName = Type.String({ pattern: String.raw`^\S{1,100}$` });
const VOICE_PAIR = String.raw`(?:male|female|neutral)=[^\s,=]{1,100}`;
const VOICES_PATTERN = `^${VOICE_PAIR}(?:,${VOICE_PAIR})*$`;

/** Every variable HALO reads: the one source of validation, defaults, `--help` and README's table. */
export const VARIABLES = {
  PORT: variable(Type.Integer({ minimum: 0, maximum: 65_535 }), {
    default: '3000',
    meaning: 'Порт кабинета и API; 0 — любой свободный.',
    expected: 'целое число от 0 до 65535',
  }),
  HOST: variable(Type.String({ pattern: String.raw`^[A-Za-z0-9.:_-]+$` }), {
    default: '127.0.0.1',
    meaning:
      'Адрес, на котором слушать; 0.0.0.0 — все сети. У кабинета нет входа по паролю: открывайте его осознанно.',
    expected: 'IP-адрес или имя узла',
  }),
  HALO_DATA_DIR: variable(Type.String({ minLength: 1 }), {
    default: './.halo',
    meaning: 'Папка всего состояния: база, записи, ключ API, таблица результатов.',
    expected: 'путь к папке',
  }),
  DATABASE_URL: variable(Type.String({ pattern: String.raw`^postgres(ql)?://\S+$` }), {
    meaning: 'Своя PostgreSQL. Без неё HALO запускает встроенную в папке данных.',
    expected: 'адрес вида postgres://пользователь:пароль@узел:5432/база',
    secret: true,
  }),
  API_AUTH_KEY: variable(Type.String({ pattern: String.raw`^[\x21-\x7e]{1,512}$` }), {
    meaning:
      'Ключ для POST /call (заголовок X-API-Key). Без неё ключ создаётся один раз и хранится в папке данных, в файле api-key.',
    expected: 'латинские буквы, цифры и знаки без пробелов',
    secret: true,
  }),
  OPENAI_API_KEY: variable(Type.String({ pattern: String.raw`^[\x21-\x7e]{1,512}$` }), {
    meaning:
      'Ключ OpenAI: распознавание любой речи, живой разговор, голоса всех языков. Без него речь работает без сети.',
    expected: 'ключ без пробелов',
    secret: true,
  }),
  OPENAI_BASE_URL: variable(HttpUrl, {
    default: 'https://api.openai.com/v1',
    meaning: 'Адрес API, совместимого с OpenAI: свой сервер речи или прокси.',
    expected: 'адрес http:// или https://',
  }),
  OPENAI_STT_MODEL: variable(ModelName, {
    default: 'whisper-1',
    meaning: 'Модель распознавания речи (/v1/audio/transcriptions).',
    expected: 'имя модели без пробелов',
  }),
  OPENAI_CHAT_MODEL: variable(ModelName, {
    default: 'gpt-4o',
    meaning: 'Модель разговора и анализа (/v1/chat/completions).',
    expected: 'имя модели без пробелов',
  }),
  OPENAI_FALLBACK_CHAT_MODEL: variable(ModelName, {
    meaning:
      'Запасная модель разговора: её спрашивают, когда основная медлит (OPENAI_HEDGE_MS), не найдена (404), занята (429) или сбоит (5xx). Пусто — запасной нет.',
    expected: 'имя модели без пробелов',
  }),
  OPENAI_TTS_MODEL: variable(ModelName, {
    default: 'gpt-4o-mini-tts',
    meaning: 'Модель голоса (/v1/audio/speech).',
    expected: 'имя модели без пробелов',
  }),
  OPENAI_TTS_VOICES: variable(Type.String({ pattern: VOICES_PATTERN }), {
    meaning:
      'Имена голосов, если они у сервера свои: male=…,female=…,neutral=… (можно не все). Без неё — обычные голоса модели.',
    expected: 'пары вида male=имя,female=имя,neutral=имя без пробелов',
  }),
  OPENAI_TIMEOUT_SEC: variable(Type.Integer({ minimum: 1, maximum: 60 }), {
    default: '8',
    meaning:
      'Сколько секунд ждать распознавания, первых слов ответа, первого звука речи (вместе с повторами); распознавания — не дольше 10.',
    expected: 'целое число от 1 до 60',
  }),
  OPENAI_RETRIES: variable(Type.Integer({ minimum: 0, maximum: 5 }), {
    default: '2',
    meaning: 'Сколько раз повторить неудавшийся запрос, пока не вышло время.',
    expected: 'целое число от 0 до 5',
  }),
  OPENAI_HEDGE_MS: variable(Type.Integer({ minimum: 0, maximum: 30_000 }), {
    default: '1500',
    meaning:
      'Через сколько миллисекунд без ответа отправить второй такой же запрос распознавания или речи, а разговора — запасной модели; берётся первый ответ. 0 — никогда.',
    expected: 'целое число от 0 до 30000',
  }),
  HALO_SPEECH: variable(Type.Enum(['auto', 'offline', 'openai']), {
    default: 'auto',
    meaning: 'Какая речь работает: auto — openai, если есть ключ, иначе offline.',
    expected: 'auto, offline или openai',
  }),
  HALO_MAX_CALLS: variable(Type.Integer({ minimum: 1, maximum: 1000 }), {
    default: '10',
    meaning: 'Сколько звонков вести одновременно; остальные ждут очереди.',
    expected: 'целое число от 1 до 1000',
  }),
  HALO_RING_TIMEOUT_SEC: variable(Type.Integer({ minimum: 5, maximum: 180 }), {
    default: '30',
    meaning: 'Сколько секунд ждать ответа абонента.',
    expected: 'целое число от 5 до 180',
  }),
  ...TELEPHONY_VARIABLES,
  ...GUARD_VARIABLES,
  ...TELEGRAM_VARIABLES,
  ...SMS_VARIABLES,
  ...SHEETS_VARIABLES,
  ...WEBHOOK_VARIABLES,
  LOG_LEVEL: variable(Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']), {
    default: 'info',
    meaning: 'Подробность журнала.',
    expected: 'trace, debug, info, warn, error, fatal или silent',
  }),
  HALO_LOG_PII: variable(Type.Boolean(), {
    default: 'false',
    meaning: 'Писать в журнал номера телефонов и слова разговоров как есть.',
    expected: 'true или false',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable(HttpUrl, {
    meaning:
      'Куда отправлять трассы звонков: адрес сборщика OpenTelemetry (OTLP/HTTP), например http://127.0.0.1:4318. Без неё никуда.',
    expected: 'адрес http:// или https://',
  }),
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;

type Values = { readonly [Name in VariableName]: Type.Static<(typeof VARIABLES)[Name]['schema']> };

/** Those without a default may be absent. */
type OptionalName = {
  [Name in VariableName]: (typeof VARIABLES)[Name] extends { readonly default: string } ? never : Name;
}[VariableName];

/** Every variable, of its schema's type; undefined where it has no default and was not given. */
export type ConfigValues = {
  readonly [Name in VariableName]: Values[Name] | (Name extends OptionalName ? undefined : never);
};

export interface ConfigRow {
  readonly name: string;
  /** Empty where there is none. */
  readonly default: string;
  readonly meaning: string;
}

/** README's configuration table and `--help`. */
export const CONFIG_TABLE: readonly ConfigRow[] = Object.entries(VARIABLES).map(([name, facts]) => ({
  name,
  default: 'default' in facts ? facts.default : '',
  meaning: facts.meaning,
}));
