import { createRequire } from 'node:module';

/** What we touch of swagger-client 2.0.26, the library under ari-client 2.2.0. */
interface SwaggerClient {
  readonly SwaggerApi: { readonly prototype: Record<string, unknown> };
  readonly authorizations: {
    add(name: string, authorization: { apply(request: SwaggerRequest): boolean }): void;
  };
}

interface SwaggerRequest {
  /** Milliseconds; its socket is freed then. */
  timeout?: number;
  readonly on: { error?: (response: SwaggerResponse) => unknown };
}

interface SwaggerResponse {
  readonly status?: number;
  readonly data?: { toString(encoding: 'utf-8'): string } | undefined;
}

/** Longer than any patience of ours: it only frees sockets. */
const SOCKET_PATIENCE_MS = 15_000;
let done = false;

/**
 * Makes swagger-client safe to live with; once a process, for all its users:
 * a description that cannot be loaded throws inside a socket's callback, where nobody can catch it, and would end
 * the process; requests have no time-out; ari-client passes an error's body on and drops its HTTP status, so the
 * status is written into the body (`readRefusal`); each load prints a notice about old descriptions.
 */
export function repairSwagger(): void {
  if (done) return;
  done = true;
  const ariClient = createRequire(import.meta.url).resolve('ari-client');
  const swagger = createRequire(ariClient)('swagger-client') as SwaggerClient;
  const api = swagger.SwaggerApi.prototype;
  api['fail'] = function fail(this: { failure(why: string): void }, why: string): void {
    this.failure(why);
  };
  // The same but for the notice: ARI's description (1.1) knows no authorisation schemes.
  api['buildFrom1_1Spec'] = api['buildFromSpec'];
  swagger.authorizations.add('halo-repairs', {
    apply(request) {
      request.timeout ??= SOCKET_PATIENCE_MS;
      const { error } = request.on;
      if (error !== undefined) request.on.error = (response) => error(withStatus(response));
      return true;
    },
  });
}

export interface Refusal {
  readonly status?: number;
  readonly message: string;
}

/** Reads the message of an error that ari-client rejected with. */
export function readRefusal(message: string): Refusal {
  try {
    const { status, body } = JSON.parse(message) as { status?: unknown; body?: unknown };
    return {
      ...(typeof status === 'number' ? { status } : {}),
      message: typeof body === 'string' ? humanPart(body) : message,
    };
  } catch {
    return { message };
  }
}

function withStatus(response: SwaggerResponse): SwaggerResponse {
  const body = response.data?.toString('utf-8') ?? '';
  return { ...response, data: JSON.stringify({ status: response.status, body }) };
}

/** ARI's errors are `{"message": …}` or `{"error": …}`. */
function humanPart(body: string): string {
  try {
    const { message, error } = JSON.parse(body) as { message?: unknown; error?: unknown };
    if (typeof message === 'string') return message;
    return typeof error === 'string' ? error : body;
  } catch {
    return body;
  }
}
