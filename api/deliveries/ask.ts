import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { DeliveryError } from './delivery-error.ts';

/** Nothing has left before the connection stands: a failure until then is safe to try again. */
const CONNECT_MS = 5_000;
const ANSWER_MS = 15_000;
const ANSWER_MAX_BYTES = 64 * 1024;

/** A POST to somebody's API. */
export interface Question {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as application/x-www-form-urlencoded, or as JSON. */
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** From the connection to the answer's last byte; 15 s. */
  readonly answerMs?: number | undefined;
}

export interface Answer {
  /** 2xx or 4xx. */
  readonly status: number;
  /** The JSON body; undefined where a 4xx has none. */
  readonly body: unknown;
}

/**
 * Asks, over a connection of its own, once. Rejects with DeliveryError: `later` where no connection was made and on
 * 429; `refused` on 401, 403 and redirects (a key is not carried elsewhere); `unclear` on 5xx, 408, timeout, a cut
 * connection, more than 64 kB, and a 2xx that is not JSON. Rejects with the signal's reason when it aborts.
 * Neither the address nor anything sent is ever part of an error.
 */
export async function ask(question: Question, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  const { status, text, retryAfter } = await exchange(question, signal);
  if (status === 429) {
    const retryAfterMs = retryAfterMsOf(retryAfter, Date.now());
    throw new DeliveryError('later', 'BUSY', retryAfterMs === undefined ? {} : { retryAfterMs });
  }
  if (status === 401 || status === 403) throw new DeliveryError('refused', 'AUTH', { number: status });
  if (status === 408 || status >= 500) throw new DeliveryError('unclear', 'SERVER', { number: status });
  if (status >= 300 && status < 400) throw new DeliveryError('refused', 'REFUSED', { number: status });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    if (status < 300) throw new DeliveryError('unclear', 'BAD_ANSWER');
  }
  return { status, body };
}

/** RFC 9110 §10.2.3: seconds or a date. Undefined where it is neither. */
export function retryAfterMsOf(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

interface Exchanged {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

function exchange(question: Question, signal: AbortSignal): Promise<Exchanged> {
  const { url, headers = {}, form, json, answerMs = ANSWER_MS } = question;
  const secure = url.startsWith('https:');
  const content = form === undefined ? JSON.stringify(json ?? {}) : new URLSearchParams(form).toString();
  return new Promise((resolve, reject) => {
    let left = false;
    const request = (secure ? secureRequest : plainRequest)(url, {
      method: 'POST',
      agent: false,
      headers: {
        accept: 'application/json',
        'content-type':
          form === undefined
            ? 'application/json; charset=utf-8'
            : 'application/x-www-form-urlencoded; charset=utf-8',
        'content-length': Buffer.byteLength(content),
        connection: 'close',
        ...headers,
      },
    });
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      settle();
      request.destroy();
    };
    const fail = (error: Error): void => finish(() => reject(error));
    const onAbort = (): void => fail(signal.reason as Error);
    const broken = (): void =>
      fail(left ? new DeliveryError('unclear', 'BROKEN') : new DeliveryError('later', 'AWAY'));
    let timer = setTimeout(() => fail(new DeliveryError('later', 'AWAY')), CONNECT_MS);
    signal.addEventListener('abort', onAbort, { once: true });
    request.once('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        left = true;
        clearTimeout(timer);
        timer = setTimeout(() => fail(new DeliveryError('unclear', 'TIMEOUT')), answerMs);
      });
    });
    request.on('error', broken);
    request.once('response', (response) => {
      void readAll(response).then((text) => {
        if (text === undefined) return fail(new DeliveryError('unclear', 'BAD_ANSWER'));
        const retryAfter = response.headers['retry-after'];
        finish(() => resolve({ status: response.statusCode ?? 0, text, retryAfter }));
      }, broken);
    });
    request.end(content);
  });
}

/** Undefined where it is longer than we read. Rejects when it breaks off. */
async function readAll(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > ANSWER_MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
