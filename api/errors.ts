import { EngineBusyError } from '../engine/contract/errors.ts';
import { GuardRefusal } from './guards/refusal.ts';
import type { ErrorBody } from './schemas/error.ts';
import { PROMPT_MAX_CHARS } from './schemas/call.ts';
import { CALL_LANGUAGES, VOICES } from '../engine/contract/languages.ts';

interface ErrorFacts {
  readonly status: number;
  /** For people: what is wrong and what to do. */
  readonly message: string;
}

/** The catalogue of everything the API can answer with instead of a result. */
export const API_ERRORS = {
  INVALID_PHONE: {
    status: 400,
    message:
      'Номер телефона не подходит. Передайте в поле phone строку: +7 или 8 и ещё 10 цифр без пробелов, например +79161234567.',
  },
  INVALID_LANGUAGE: {
    status: 400,
    message: `Такого языка нет. Передайте в поле language одно из: ${CALL_LANGUAGES.join(', ')}.`,
  },
  INVALID_VOICE: {
    status: 400,
    message: `Такого голоса нет. Передайте в поле voice одно из: ${VOICES.join(', ')}.`,
  },
  INVALID_PROMPT: {
    status: 400,
    message: 'Промпт не подходит. Передайте в поле prompt обычный текст (строку без нулевых символов).',
  },
  PROMPT_TOO_LONG: {
    status: 400,
    message: `Промпт слишком длинный. Сократите поле prompt до ${PROMPT_MAX_CHARS} знаков.`,
  },
  INVALID_REQUEST: {
    status: 400,
    message: 'Запрос составлен неверно. Поля и их типы описаны на странице /docs.',
  },
  INVALID_BODY: {
    status: 400,
    message: 'Нужно тело запроса: объект JSON, например {"phone": "+79161234567"}.',
  },
  INVALID_JSON: {
    status: 400,
    message: 'Тело запроса — не JSON. Проверьте кавычки, запятые и скобки.',
  },
  INVALID_EVENT: {
    status: 400,
    message: 'Событие составлено неверно. Форма описана на странице /docs.',
  },
  SOUND_UNREADABLE: { status: 400, message: 'Звук не читается. Передайте WAV или μ-law 8 кГц.' },
  INVALID_AFTER_SEQ: {
    status: 400,
    message: 'Параметр after_seq не подходит. Передайте номер события: целое число от 0.',
  },
  INVALID_FILTER: {
    status: 400,
    message: 'Параметр не подходит. Что можно передать, описано на странице /docs.',
  },
  BAD_URL: { status: 400, message: 'Адрес запроса записан неверно. Проверьте знаки после %.' },
  BAD_HTTP: { status: 400, message: 'Это не похоже на запрос HTTP. Проверьте адрес и программу-клиент.' },
  UNAUTHORIZED: {
    status: 401,
    message:
      'Нужен верный ключ в заголовке X-API-Key. Его значение задаёт API_AUTH_KEY; без неё ключ создан при первом запуске и лежит в файле api-key папки данных.',
  },
  RECORDING_LOCKED: {
    status: 401,
    message:
      'Запись слышат владелец ключа (заголовок X-API-Key) и посетитель своей демо-сессии (?session=<demo_session_id>).',
  },
  TELEGRAM_SECRET_WRONG: {
    status: 401,
    message:
      'Сюда пишет только Telegram, с секретом в заголовке X-Telegram-Bot-Api-Secret-Token. Если это он, зарегистрируйте адрес заново: npm run telegram:webhook.',
  },
  PROVIDER_UNAUTHORIZED: {
    status: 401,
    message:
      'Подпись провайдера телефонии не сошлась. Передайте X-Telephony-Secret или X-Telephony-Signature с X-Telephony-Timestamp (docs/telephony-provider.md); часы не должны расходиться больше чем на 5 минут.',
  },
  SOUND_TOKEN_REFUSED: {
    status: 401,
    message:
      'Ключ звука не подходит: он одноразовый и живёт, пока звонок набирается. Возьмите audio_url из запроса звонка или reconnect_url из сообщения start.',
  },
  NUMBER_NOT_ALLOWED: {
    status: 403,
    message: 'На такие номера HALO не звонит. Укажите номер с разрешённым началом.',
  },
  NOT_FOUND: { status: 404, message: 'Такого адреса нет. Все адреса описаны на странице /docs.' },
  CALL_NOT_FOUND: { status: 404, message: 'Такого звонка нет. Проверьте call_id.' },
  SESSION_NOT_FOUND: {
    status: 404,
    message: 'Такой демо-сессии нет. Проверьте demo_session_id или запустите демо заново.',
  },
  INTERACTION_NOT_FOUND: {
    status: 404,
    message: 'Такого обращения нет. Возьмите id из списка /demo/interactions.',
  },
  RECORDING_NOT_FOUND: {
    status: 404,
    message: 'Записи этого разговора нет: он не состоялся, ещё идёт или файл удалён.',
  },
  PROVIDER_OFF: {
    status: 404,
    message:
      'Провайдер телефонии не подключён. Его включает HALO_TELEPHONY=provider (docs/telephony-provider.md).',
  },
  PROVIDER_CALL_UNKNOWN: {
    status: 404,
    message: 'HALO не ведёт такого звонка. Если абонент на линии, отпустите его; повторять запрос незачем.',
  },
  REPLY_NOT_FOUND: {
    status: 404,
    message:
      'Такого ответа нет: адрес неверный или ответ уже отдан. Следующий адрес даст POST /telephony/audio.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: 'Этот адрес есть, но с другим методом: допустимые перечислены в заголовке Allow.',
  },
  REQUEST_TIMEOUT: { status: 408, message: 'Запрос пришёл не целиком. Повторите его.' },
  CALL_NOT_HERE: {
    status: 409,
    message: 'Этот звонок закончен, ждёт линии или идёт в другом процессе HALO: отсюда его не положить.',
  },
  CALL_OVER: {
    status: 409,
    message: 'Этот звонок закончен: слушать больше нечего. Его запись отдаёт GET /recordings/{call_id}.',
  },
  CALL_SOUND_NOT_HERE: {
    status: 409,
    message:
      'Этот звонок ещё ждёт линии, только что закончился или идёт в другом процессе HALO: звука его здесь нет.',
  },
  PROVIDER_CALL_OVER: { status: 410, message: 'Этот звонок закончен. Если абонент на линии, отпустите его.' },
  SOUND_TOO_LONG: { status: 413, message: 'Кусок звука больше 2 МБ. Передавайте не больше минуты за раз.' },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    message: `Тело запроса слишком большое. Сократите его: заказу звонка хватит 64 КБ, промпту — ${PROMPT_MAX_CHARS} знаков.`,
  },
  URI_TOO_LONG: { status: 414, message: 'Адрес запроса слишком длинный. Проверьте идентификатор в нём.' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: 'Передайте тело в JSON с заголовком Content-Type: application/json.',
  },
  RANGE_NOT_SATISFIABLE: {
    status: 416,
    message: 'В записи нет такого участка. Запросите её без заголовка Range.',
  },
  UPGRADE_REQUIRED: { status: 426, message: 'Этот адрес — WebSocket. Подключитесь по ws:// или wss://.' },
  TOO_MANY_STREAMS: {
    status: 429,
    message:
      'Ход этого звонка уже открыт во многих вкладках. Закройте лишние; то же состояние отдаёт GET /demo/session/{id}.',
  },
  LISTENERS_SPENT: {
    status: 429,
    message:
      'Слушателей уже столько, сколько можно: до четырёх на один звонок, до двенадцати на все. Закройте лишние вкладки.',
  },
  TOO_MANY_CALLS: {
    status: 429,
    message: 'Сейчас идёт столько звонков, сколько разрешено одновременно. Попробуйте через минуту.',
  },
  NUMBER_BUSY: {
    status: 429,
    message: 'На этот номер HALO уже звонит. Дождитесь конца этого звонка и закажите новый.',
  },
  NUMBER_TOO_OFTEN: {
    status: 429,
    message: 'На этот номер за последний час уже звонили сколько можно. Попробуйте позже.',
  },
  CLIENT_TOO_OFTEN: {
    status: 429,
    message: 'С вашего адреса за последний час заказали сколько можно звонков. Попробуйте позже.',
  },
  DAILY_CALLS_SPENT: {
    status: 429,
    message: 'На сегодня звонки закончились. Новые можно заказать после полуночи по московскому времени.',
  },
  DAILY_MINUTES_SPENT: {
    status: 429,
    message:
      'На сегодня минуты разговоров закончились. Новые звонки можно заказать после полуночи по московскому времени.',
  },
  HEADERS_TOO_LARGE: { status: 431, message: 'Заголовки запроса слишком большие. Сократите их.' },
  INTERNAL: {
    status: 500,
    message: 'На сервере ошибка. Повторите запрос; если не поможет, найдите в журнале строку с X-Request-Id.',
  },
  BROWSER_PHONE_OFF: {
    status: 403,
    message: 'Ответить в браузере здесь нельзя: это выключено. Закажите звонок на телефон.',
  },
  BROWSER_PHONE_UNFIT: {
    status: 400,
    message:
      'Этот сервер не может позвонить в такой браузер. Обновите браузер или закажите звонок на телефон; программам: передайте browser_ways с socket.',
  },
  PHONE_TOKEN_REFUSED: {
    status: 401,
    message: 'Ключ телефона в браузере неверный, уже использован или просрочен. Начните демо заново.',
  },
  ENGINE_BUSY: {
    status: 503,
    message: 'Все линии заняты или сервер завершает работу. Повторите через минуту.',
  },
  TELEPHONY_AWAY: {
    status: 503,
    message:
      'Сейчас звонить нельзя: телефония недоступна. Звонки возобновятся сами; попробуйте через минуту.',
  },
  STREAMS_SPENT: {
    status: 503,
    message:
      'За звонками сейчас наблюдает слишком много экранов. То же состояние отдаёт GET /demo/session/{id}.',
  },
  REPLY_UNFINISHED: { status: 503, message: 'Ассистент ещё говорит. Спросите ещё раз через секунду.' },
  DATABASE_UNAVAILABLE: {
    status: 503,
    message: 'База данных не отвечает. Повторите через минуту; если не поможет, проверьте PostgreSQL.',
  },
} as const satisfies Record<string, ErrorFacts>;

export type ApiErrorCode = keyof typeof API_ERRORS;

/** Seconds for Retry-After, where the error itself says nothing of it. */
const UNAVAILABLE_RETRY_SEC = 60;
/** The telephony is looked for all the time: it may be back any second. */
const TELEPHONY_RETRY_SEC = 10;

/** An answer that is not a result. Its message is for people and says nothing of the server's insides. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly status: number;
  /** When the same request may succeed; undefined where that is not a matter of time. */
  readonly retryAfterSec: number | undefined;

  /** `message`, `retryAfterSec`: what is known of this very case, instead of the catalogue's. */
  constructor(
    code: ApiErrorCode,
    cause?: unknown,
    details: { readonly message?: string; readonly retryAfterSec?: number } = {},
  ) {
    super(details.message ?? API_ERRORS[code].message, { cause });
    this.name = 'ApiError';
    this.code = code;
    this.status = API_ERRORS[code].status;
    this.retryAfterSec = details.retryAfterSec ?? (this.status === 503 ? UNAVAILABLE_RETRY_SEC : undefined);
  }

  body(): ErrorBody {
    return { error: { code: this.code, message: this.message } };
  }
}

/** `reason` is Russian and for people, as the engine describes it. */
export function telephonyAway(reason: string): ApiError {
  const why = reason.trim().replace(/[.…]+$/, '');
  return new ApiError('TELEPHONY_AWAY', undefined, {
    message: `Сейчас звонить нельзя: ${why}. Звонки возобновятся сами; попробуйте через минуту.`,
    retryAfterSec: TELEPHONY_RETRY_SEC,
  });
}

/** One broken rule of a schema, as ajv tells it. */
interface BrokenRule {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface RequestFailure {
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly validation?: readonly BrokenRule[];
}

const FIELD_CODES: Readonly<Record<string, ApiErrorCode>> = {
  phone: 'INVALID_PHONE',
  language: 'INVALID_LANGUAGE',
  voice: 'INVALID_VOICE',
  prompt: 'INVALID_PROMPT',
  after_seq: 'INVALID_AFTER_SEQ',
};

/** By Fastify's codes (lib/errors.js), where its status alone does not say enough. */
const FRAMEWORK_CODES: Readonly<Record<string, ApiErrorCode>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: 'INVALID_BODY',
  FST_ERR_CTP_INVALID_JSON_BODY: 'INVALID_JSON',
  FST_ERR_BAD_URL: 'BAD_URL',
  FST_ERR_MAX_PARAM_LENGTH: 'URI_TOO_LONG',
};

const STATUS_CODES: Readonly<Record<number, ApiErrorCode>> = {
  404: 'NOT_FOUND',
  408: 'REQUEST_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  416: 'RANGE_NOT_SATISFIABLE',
  431: 'HEADERS_TOO_LARGE',
};

/** Any failure as an answer. What is not foreseen becomes INTERNAL, with the failure as its cause for the log. */
export function toApiError(failure: unknown): ApiError {
  if (failure instanceof ApiError) return failure;
  if (failure instanceof EngineBusyError) return new ApiError('ENGINE_BUSY', failure);
  if (failure instanceof GuardRefusal) return new ApiError(failure.reason, failure, failure);
  if (isDatabaseDown(failure)) return new ApiError('DATABASE_UNAVAILABLE', failure);
  if (typeof failure !== 'object' || failure === null) return new ApiError('INTERNAL', failure);
  const { code, statusCode, validation } = failure as RequestFailure;
  const broken = validation?.[0];
  if (broken !== undefined) return new ApiError(codeOfBrokenRule(broken), failure);
  const known = typeof code === 'string' ? FRAMEWORK_CODES[code] : undefined;
  if (known !== undefined) return new ApiError(known, failure);
  if (failure instanceof SyntaxError && statusCode === 400) return new ApiError('INVALID_JSON', failure);
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500)
    return new ApiError('INTERNAL', failure);
  return new ApiError(STATUS_CODES[statusCode] ?? 'INVALID_REQUEST', failure);
}

function codeOfBrokenRule(broken: BrokenRule): ApiErrorCode {
  const missing = broken.params['missingProperty'];
  const field = typeof missing === 'string' ? missing : broken.instancePath.split('/')[1];
  if (field === undefined) return 'INVALID_BODY';
  if (field === 'prompt' && broken.keyword === 'maxLength') return 'PROMPT_TOO_LONG';
  return FIELD_CODES[field] ?? 'INVALID_REQUEST';
}

/** Node's network codes and PostgreSQL's classes 08 (connection) and 57P (shutdown, start-up), errcodes-appendix. */
const DATABASE_DOWN = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|08\w{3}|57P0[1-3]|53300)$/;

/** node-postgres' own errors have no code: pg-pool/index.js, pg/lib/client.js. */
const DATABASE_LATE = /^(timeout exceeded when trying to connect|timeout expired|Connection terminated\b.*)$/;

function isDatabaseDown(failure: unknown, depth = 0): boolean {
  if (typeof failure !== 'object' || failure === null || depth > 4) return false;
  const { code, driverError, cause } = failure as { code?: unknown; driverError?: unknown; cause?: unknown };
  if (typeof code === 'string' && DATABASE_DOWN.test(code)) return true;
  if (failure instanceof Error && DATABASE_LATE.test(failure.message)) return true;
  return isDatabaseDown(driverError, depth + 1) || isDatabaseDown(cause, depth + 1);
}
