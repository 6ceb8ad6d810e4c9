/** An answer, read to a bound. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** RFC 9110 §6.6.1, as it came. */
  readonly date: string | null;
}

const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 8_000;

/** Nobody answered; the message says why, in Russian, and holds nothing of the address. */
export class NoAnswer extends Error {}

/** One request, no redirects. Rejects with NoAnswer, and with the signal's reason when it aborts. */
export async function askHttp(
  url: string,
  init: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly method?: string;
    readonly body?: string;
  },
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const answer = await fetch(url, {
      ...init,
      headers: { ...init.headers, connection: 'close' },
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    });
    return { status: answer.status, text: await bounded(answer), date: answer.headers.get('date') };
  } catch (error) {
    signal.throwIfAborted();
    throw new NoAnswer(timeout.aborted ? 'ответ не пришёл за 8 с' : reasonOf(error));
  }
}

async function bounded(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new NoAnswer('ответ слишком длинный');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'имени нет в DNS',
  EAI_AGAIN: 'DNS не отвечает',
  ECONNREFUSED: 'там никто не слушает',
  ECONNRESET: 'соединение оборвано',
  ETIMEDOUT: 'до адреса не добраться',
  EHOSTUNREACH: 'до адреса не добраться',
  ENETUNREACH: 'сети нет',
  CERT_HAS_EXPIRED: 'сертификат просрочен',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'сертификат самоподписанный',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'сертификат без полной цепочки',
  ERR_TLS_CERT_ALTNAME_INVALID: 'сертификат выдан другому имени',
};

/** In words, with the code that one can search for. */
export function reasonOf(error: unknown): string {
  if (error instanceof NoAnswer) return error.message;
  const cause: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === '') return cause instanceof Error ? cause.message : String(cause);
  return Object.hasOwn(WORDS, code) ? `${WORDS[code]} (${code})` : code;
}
