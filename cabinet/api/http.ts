import { msg } from '@lit/localize';
import { connection } from './connection.ts';
import { ApiError, errorFromAnswer } from './api-error.ts';

export interface RequestOptions {
  readonly method?: 'GET' | 'POST';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One JSON request to our own origin. Never repeats by itself: what may be asked twice is the asker's business.
 * Throws ApiError; when `signal` is aborted by the asker, throws that signal's own reason.
 */
export async function requestJson<T>(
  path: string,
  options: RequestOptions,
  fetchLike: typeof fetch = fetch,
): Promise<T> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  const init: RequestInit = {
    method: options.method ?? 'GET',
    headers: { accept: 'application/json' },
    cache: 'no-store',
    signal,
  };
  if (options.body !== undefined) {
    init.headers = { accept: 'application/json', 'content-type': 'application/json' };
    init.body = JSON.stringify(options.body);
  }
  try {
    const response = await fetchLike(path, init);
    connection.report(true);
    const text = await response.text();
    if (!response.ok) throw errorFromAnswer(response.status, parse(text));
    const body = parse(text);
    if (typeof body !== 'object' || body === null) {
      throw new ApiError('malformed', msg('Сервер прислал непонятный ответ. Обновите страницу.'), {
        status: response.status,
      });
    }
    return body as T;
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    if (options.signal?.aborted === true) throw options.signal.reason;
    connection.report(false);
    if (timeout.aborted) throw new ApiError('timeout', msg('Сервер не ответил вовремя.'), { cause });
    throw new ApiError('network', msg('Нет связи с сервером. Проверьте сеть.'), { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
