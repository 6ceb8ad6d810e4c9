import { msg, str } from '@lit/localize';
import { serverWords } from '../i18n/server-words.ts';

/** How a request failed. `http`: the API answered with an error; the others: it gave no usable answer. */
export type ApiErrorKind = 'http' | 'network' | 'timeout' | 'malformed';

/** A request to the API failed; `message` is for people and may be shown as it stands. */
export class ApiError extends Error {
  readonly kind: ApiErrorKind;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The API's own code, such as INVALID_PHONE; empty when there was none. */
  readonly code: string;
  constructor(
    kind: ApiErrorKind,
    message: string,
    options: { status?: number; code?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ApiError';
    this.kind = kind;
    this.status = options.status ?? 0;
    this.code = options.code ?? '';
  }

  /** True when what was asked for does not exist: asking again will not help. */
  get isGone(): boolean {
    return this.status === 404 || this.status === 410;
  }
}

/** The order's field that an error code speaks of, or undefined where it is about the whole request. */
export function fieldOfCode(code: string): 'phone' | 'language' | 'voice' | 'prompt' | undefined {
  for (const field of ['phone', 'language', 'voice', 'prompt'] as const) {
    if (code.split('_').includes(field.toUpperCase())) return field;
  }
  return undefined;
}

/**
 * Makes an ApiError of an error answer. The API's message is shown when it is Russian; otherwise words of our own
 * by status, with the code, so that a visitor can report it.
 */
export function errorFromAnswer(status: number, body: unknown): ApiError {
  const { code, message } = readErrorBody(body);
  const words = /[а-яё]/i.test(message) ? serverWords(message) : wordsForStatus(status, code);
  return new ApiError('http', words, { status, code });
}

function readErrorBody(body: unknown): { code: string; message: string } {
  const error: unknown = isObject(body) ? body['error'] : undefined;
  if (!isObject(error)) return { code: '', message: '' };
  const { code, message } = error;
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}

function wordsForStatus(status: number, code: string): string {
  const suffix = code === '' ? '' : msg(str` (код ${code})`);
  if (status === 404) return msg(str`Не найдено${suffix}. Возможно, ссылка устарела.`);
  if (status === 413) return msg(str`Слишком длинный запрос${suffix}. Сократите промпт.`);
  if (status === 429) return msg(str`Слишком много запросов${suffix}. Подождите минуту и повторите.`);
  if (status === 503) return msg(str`Сервер сейчас занят${suffix}. Повторите через минуту.`);
  if (status >= 500) return msg(str`Ошибка на сервере${suffix}. Повторите позже.`);
  return msg(str`Сервер отклонил запрос${suffix}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
