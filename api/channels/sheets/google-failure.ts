import Type from 'typebox';
import { Value } from 'typebox/value';
import { retryAfterMsOf } from '../../deliveries/ask.ts';
import { DeliveryError } from '../../deliveries/delivery-error.ts';

/** What the library throws (gaxios): with an answer, or with why there was none. */
const Failed = Type.Object({
  response: Type.Object({ status: Type.Integer(), data: Type.Optional(Type.Unknown()) }),
});
/** The error body of Google APIs (cloud.google.com/apis/design/errors, and the older list of reasons). */
const ApiError = Type.Object({
  error: Type.Object({
    message: Type.Optional(Type.String()),
    status: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(Type.Object({ reason: Type.Optional(Type.String()) }))),
    details: Type.Optional(Type.Array(Type.Object({ reason: Type.Optional(Type.String()) }))),
  }),
});

const QUOTA = new Set([
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'quotaExceeded',
  'RATE_LIMIT_EXCEEDED',
  'RESOURCE_EXHAUSTED',
]);
const API_OFF = new Set(['SERVICE_DISABLED', 'accessNotConfigured']);
/** No connection was made: nothing has left. */
const AWAY = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * What a failed request to Google means: `refused` is a request that would fail for ever as it is; what the owner can
 * heal (key, sharing, the sheet's id, its tab) is `later`, for rows wait for him; `unclear` is what may have been done.
 * The message says nothing of what was sent.
 */
export function googleFailure(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (!Value.Check(Failed, error)) return withoutAnswer(error);
  const { status, data } = error.response;
  const body = Value.Check(ApiError, data) ? data.error : undefined;
  const reasons = [
    body?.status,
    ...(body?.errors ?? []).map(({ reason }) => reason),
    ...(body?.details ?? []).map(({ reason }) => reason),
  ].filter((reason) => reason !== undefined);
  const number = status;
  if (status === 429 || (status === 403 && reasons.some((reason) => QUOTA.has(reason)))) {
    const retryAfterMs = retryAfterMsOf(retryAfterOf(error.response), Date.now());
    return new DeliveryError('later', 'BUSY', retryAfterMs === undefined ? {} : { retryAfterMs });
  }
  if (status === 401) return new DeliveryError('later', 'AUTH', { number });
  if (status === 403) {
    const off = reasons.some((reason) => API_OFF.has(reason));
    return new DeliveryError('later', off ? 'API_OFF' : 'NO_ACCESS');
  }
  if (status === 404) return new DeliveryError('later', 'NOT_FOUND');
  if (status === 408 || status >= 500) return new DeliveryError('unclear', 'SERVER', { number });
  if (status >= 300 && status < 400) return new DeliveryError('later', 'REFUSED', { number });
  return new DeliveryError('refused', 'REFUSED', { number });
}

/** The same of a request that changes nothing, or of the one for a token: whatever became of it, it may be repeated. */
export function harmlessFailure(error: unknown): DeliveryError {
  const { kind, code, number, retryAfterMs } = googleFailure(error);
  if (kind === 'later') return googleFailure(error);
  return new DeliveryError('later', code, {
    ...(number !== undefined && { number }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** The token endpoint refuses a key with 400 and 401 (RFC 6749 §5.2). */
export function tokenFailure(error: unknown): DeliveryError {
  const status = Value.Check(Failed, error) ? error.response.status : undefined;
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429)
    return new DeliveryError('later', 'AUTH', { number: status });
  return harmlessFailure(error);
}

function withoutAnswer(error: unknown): DeliveryError {
  const codes = new Set<unknown>();
  for (let at: unknown = error; typeof at === 'object' && at !== null && codes.size < 16;) {
    if ('code' in at) codes.add(at.code);
    if ('type' in at) codes.add(at.type);
    if ('name' in at) codes.add(at.name);
    at = 'cause' in at ? at.cause : undefined;
  }
  if ([...codes].some((code) => typeof code === 'string' && AWAY.has(code)))
    return new DeliveryError('later', 'AWAY');
  if (codes.has('TimeoutError') || codes.has('AbortError')) return new DeliveryError('unclear', 'TIMEOUT');
  if (codes.has('max-size')) return new DeliveryError('unclear', 'BAD_ANSWER');
  return new DeliveryError('unclear', 'BROKEN');
}

function retryAfterOf(response: object): string | undefined {
  if (!('headers' in response) || !isHeaders(response.headers)) return undefined;
  const value: unknown = response.headers.get('retry-after');
  return typeof value === 'string' ? value : undefined;
}

/** Those of whichever fetch the library uses. */
function isHeaders(headers: unknown): headers is { get(name: string): unknown } {
  return (
    typeof headers === 'object' && headers !== null && 'get' in headers && typeof headers.get === 'function'
  );
}
