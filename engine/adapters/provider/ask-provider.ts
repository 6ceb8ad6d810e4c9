import type { Clock } from '../../ports/clock.ts';
import type { ProviderRequest } from './mappings/mapping.ts';

export interface AskDeps {
  readonly clock: Clock;
  /** The platform's own, or a fake. */
  readonly fetch: typeof fetch;
}

export type Asked =
  | { readonly kind: 'taken'; readonly answer: unknown }
  /** It will not be done. `reason` is for people, in Russian. */
  | { readonly kind: 'refused'; readonly reason: string; readonly cause: string }
  /** Nobody knows whether it will be done: asking again could do it twice. */
  | { readonly kind: 'unclear'; readonly cause: string };

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Before the second and the third attempt. */
const PAUSES_MS = [300, 1_000];
const LONGEST_PAUSE_MS = 5_000;
/** Nothing has left this machine, or nobody was there to take it. */
const NOT_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

type Attempt =
  | Asked
  | { readonly kind: 'again'; readonly afterMs: number | undefined; readonly asked: Asked };

/**
 * Asks the provider once. Only what was certainly not taken is asked again: an unreachable server, 429 and 503 (with
 * Retry-After where it is short). Never rejects; aborting gives `unclear`.
 */
export async function askProvider(
  deps: AskDeps,
  request: ProviderRequest,
  signal: AbortSignal,
): Promise<Asked> {
  for (let attempt = 0; ; attempt++) {
    const tried = await tryOnce(deps, request, signal);
    if (tried.kind !== 'again') return tried;
    const pauseMs = tried.afterMs ?? PAUSES_MS[attempt];
    if (attempt >= PAUSES_MS.length || pauseMs === undefined || pauseMs > LONGEST_PAUSE_MS)
      return tried.asked;
    await pause(deps.clock, pauseMs, signal);
    if (signal.aborted) return tried.asked;
  }
}

async function tryOnce(
  { clock, fetch: send }: AskDeps,
  { url, headers, body }: ProviderRequest,
  signal: AbortSignal,
): Promise<Attempt> {
  const inner = new AbortController();
  const abort = () => inner.abort(signal.reason);
  const timer = clock.setTimeout(
    () => inner.abort(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)),
    TIMEOUT_MS,
  );
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    const response = await send(url, {
      method: 'POST',
      headers: { ...headers },
      body,
      redirect: 'manual',
      signal: inner.signal,
    });
    const text = await readShort(response);
    return judge(response, text);
  } catch (error) {
    const cause = causeOf(error, inner.signal);
    if (!NOT_SENT.test(cause)) return { kind: 'unclear', cause };
    const asked = { kind: 'refused', reason: 'сервер провайдера не отвечает', cause } as const;
    return { kind: 'again', afterMs: undefined, asked };
  } finally {
    clock.clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function judge({ ok, status, headers }: Response, text: string): Attempt {
  if (ok) return { kind: 'taken', answer: jsonOf(text) };
  const cause = `HTTP ${status}${text === '' ? '' : `: ${text.slice(0, 200)}`}`;
  if (status === 429 || status === 503) {
    const asked = { kind: 'refused', reason: 'провайдер сейчас не принимает звонки', cause } as const;
    const seconds = Number(headers.get('retry-after') ?? '');
    return { kind: 'again', afterMs: seconds > 0 ? seconds * 1000 : undefined, asked };
  }
  if (status === 401 || status === 403)
    return { kind: 'refused', reason: 'провайдер не принял ключ: проверьте TELEPHONY_API_KEY', cause };
  if (status >= 500) return { kind: 'refused', reason: 'у провайдера ошибка', cause };
  return { kind: 'refused', reason: 'провайдер отклонил запрос звонка: проверьте TELEPHONY_CONFIG', cause };
}

async function readShort(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    parts.push(part as Uint8Array);
    bytes += (part as Uint8Array).length;
    if (bytes > MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An answer in no form we know is an answer all the same.
    return undefined;
  }
}

/** A network error's code (undici wraps it), or the message. */
function causeOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return signal.reason instanceof Error ? signal.reason.message : 'aborted';
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  if (typeof cause?.code === 'string') return cause.code;
  return error instanceof Error ? error.message : String(error);
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
