import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { ProviderError, type ProviderErrorCode } from '../../contract/errors.ts';

export type OpenAiStage = 'STT' | 'OPERATOR' | 'TTS';

const WHAT: Readonly<Record<OpenAiStage, string>> = {
  STT: 'transcription',
  OPERATOR: 'chat',
  TTS: 'speech',
};

/** The stage took longer than it may. */
export function timeoutError(stage: OpenAiStage, ms: number): ProviderError {
  return new ProviderError(
    `${stage}_TIMEOUT`,
    `the ${WHAT[stage]} server did not answer within ${ms} ms: check the network, or choose a faster model`,
    { retryable: true },
  );
}

/** The server answered 200 with something that is no answer: an HTML page, a JSON of another shape. */
export function nonsenseError(stage: OpenAiStage, what: string): ProviderError {
  return new ProviderError(
    `${stage}_FAILED`,
    `the ${WHAT[stage]} server answered ${what}: is there an OpenAI-compatible API at the base URL?`,
    { retryable: true },
  );
}

/**
 * What the SDK threw, as our own error. The SDK's error is not kept as the cause: it holds the response's body, and a
 * server may echo the key in it.
 */
export function toProviderError(stage: OpenAiStage, error: unknown, apiKey: string): ProviderError {
  if (error instanceof ProviderError) return error;
  const ours = translate(stage, error, apiKey);
  const status: unknown = error instanceof APIError ? error.status : undefined;
  if (error instanceof APIError && typeof status === 'number')
    facts.set(ours, { status, retryAfterMs: retryAfterMs(error.headers as Headers | undefined) });
  return ours;
}

function translate(stage: OpenAiStage, error: unknown, apiKey: string): ProviderError {
  const cause = new Error(scrub(error instanceof Error ? error.message : String(error), apiKey));
  const make = (code: ProviderErrorCode, message: string, retryable: boolean) =>
    new ProviderError(code, message, { retryable, cause });

  if (error instanceof APIConnectionTimeoutError) {
    return make(`${stage}_TIMEOUT`, `the ${WHAT[stage]} server did not answer in time`, true);
  }
  if (error instanceof APIConnectionError) {
    return make(`${stage}_FAILED`, `the ${WHAT[stage]} server cannot be reached: check the base URL`, true);
  }
  const status: unknown = error instanceof APIError ? error.status : undefined;
  if (error instanceof APIError && typeof status === 'number') {
    if (status === 401 || status === 403) {
      return make(
        'PROVIDER_AUTH',
        `the server refused the key (HTTP ${status}): check OPENAI_API_KEY`,
        false,
      );
    }
    if (status === 429) {
      const spent = error.code === 'insufficient_quota';
      const hint = spent
        ? 'the account has no credit left: top it up'
        : 'too many requests: raise the limit or wait';
      return make('PROVIDER_LIMIT', `the server takes no more requests (HTTP 429), ${hint}`, !spent);
    }
    const retryable = status === 408 || status === 409 || status >= 500;
    return make(
      `${stage}_FAILED`,
      `${WHAT[stage]} failed with HTTP ${status}: ${cause.message.slice(0, 200)}`,
      retryable,
    );
  }
  return make(`${stage}_FAILED`, `${WHAT[stage]} failed: ${cause.message.slice(0, 200)}`, true);
}

/** What the server's refusal said beside its words. */
interface HttpFacts {
  readonly status: number;
  /** How long the server asks to wait before the next attempt, ms; undefined when it says nothing. */
  readonly retryAfterMs: number | undefined;
}

const facts = new WeakMap<ProviderError, HttpFacts>();

/** Undefined where the server did not refuse (a cut, a timeout, nonsense). */
export function httpFactsOf(error: unknown): HttpFacts | undefined {
  return error instanceof ProviderError ? facts.get(error) : undefined;
}

function retryAfterMs(headers: Headers | undefined): number | undefined {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const seconds = Number(headers?.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1_000) : undefined;
}

function scrub(text: string, apiKey: string): string {
  const withoutKey = apiKey === '' ? text : text.replaceAll(apiKey, '[key]');
  return withoutKey.replace(/\b(?:sk|Bearer)[-\s][\w-]{6,}/g, '[key]');
}
