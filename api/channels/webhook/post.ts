import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { retryAfterMsOf } from '../../deliveries/ask.ts';
import { DeliveryError, type DeliveryCode } from '../../deliveries/delivery-error.ts';

/** From the first attempt to connect until the receiver's status line; its body is not waited for longer either. */
export const POST_TIMEOUT_MS = 10_000;
/** A receiver cannot put us off for longer. */
export const MAX_RETRY_AFTER_MS = 6 * 3_600_000;
const BODY_MAX_BYTES = 16 * 1024;

export interface Post {
  /** http: or https:. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  readonly timeoutMs?: number | undefined;
}

/**
 * Hands a webhook over, over a connection of its own, once. By the specification only 2xx is «taken»: every other
 * outcome rejects with DeliveryError `later`, and 410 with `refused`. Redirects are not followed. The answer's body is
 * read to a bound, so that the receiver sees no cut connection, and thrown away: it may repeat personal data.
 * Rejects with the signal's reason when it aborts. Neither the address nor anything sent is part of an error.
 */
export async function post(message: Post, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { status, retryAfter } = await exchange(message, signal);
  if (status >= 200 && status < 300) return;
  if (status === 410) throw new DeliveryError('refused', 'GONE', { number: status });
  const retryAfterMs = retryAfterMsOf(retryAfter, Date.now());
  throw new DeliveryError('later', codeOf(status), {
    number: status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) }),
  });
}

function codeOf(status: number): DeliveryCode {
  if (status === 429) return 'BUSY';
  if (status === 401 || status === 403) return 'AUTH';
  if (status === 408 || status >= 500) return 'SERVER';
  if (status >= 300 && status < 400) return 'MOVED';
  return 'REFUSED';
}

interface Exchanged {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

function exchange(message: Post, signal: AbortSignal): Promise<Exchanged> {
  const { url, headers, body, timeoutMs = POST_TIMEOUT_MS } = message;
  const secure = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    let answer: Exchanged | undefined;
    const request = (secure ? secureRequest : plainRequest)(url, {
      method: 'POST',
      agent: false,
      headers: {
        accept: '*/*',
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'HALO-Webhooks/1',
        connection: 'close',
        ...headers,
      },
    });
    const finish = (error: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      // The status line decides, whatever comes of the body.
      if (answer === undefined) reject(error);
      else resolve(answer);
      request.destroy();
    };
    const later = (code: DeliveryCode): void => finish(new DeliveryError('later', code));
    const onAbort = (): void => finish(signal.reason as Error);
    const timer = setTimeout(() => later('TIMEOUT'), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('error', (error) => later(failureOf(error)));
    request.once('close', () => later('BROKEN'));
    request.once('response', (response) => {
      const { statusCode: status = 0, headers: given } = response;
      answer = { status, retryAfter: given['retry-after'] };
      void drain(response).then(() => later('BROKEN'));
    });
    request.end(body);
  });
}

/** Reads and forgets, to the end or to the bound. */
async function drain(response: IncomingMessage): Promise<void> {
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > BODY_MAX_BYTES) return;
    }
  } catch {
    // Cut off: nothing of it was wanted.
  }
}

/** Node's own codes of what went wrong on the way: a parser's begin with HPE. */
function failureOf(error: Error): DeliveryCode {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('HPE_')) return 'BAD_ANSWER';
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'BROKEN' : 'AWAY';
}
