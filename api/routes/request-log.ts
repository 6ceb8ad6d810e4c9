import type { FastifyRequest } from 'fastify';
import { isUuid } from '../../engine/contract/ids.ts';
import { describeRequest } from '../logging.ts';
import type { App } from './app-deps.ts';

/** Asked for all the time, by the cabinet's polling and by supervisors: seen at `debug` only. */
const FREQUENT = /^(\/(healthz|readyz|metrics)$|\/demo\/session\/|\/docs|\/assets\/|\/recordings\/)/;

/** A provider's own requests: the events among them have a line of their own. */
const PROVIDERS = /^\/telephony\//;

/** One line a request, when it is answered; the request's id goes back as X-Request-Id. */
export function registerRequestLog(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      ...describeRequest(request),
      ...callIdOf(request),
      status: reply.statusCode,
      tookMs: Math.round(reply.elapsedTime),
    };
    const frequent = (request.method === 'GET' && FREQUENT.test(line.path)) || PROVIDERS.test(line.path);
    const quiet = reply.statusCode < 400 && frequent;
    request.log[quiet ? 'debug' : 'info'](line, 'request answered');
  });
}

function callIdOf(request: FastifyRequest): { callId?: string } {
  const path = request.routeOptions.url ?? '';
  if (!/^\/(call|recordings|telephony\/audio)\//.test(path)) return {};
  const params = request.params as Readonly<Record<string, string | undefined>>;
  const id = params['id'] ?? params['call_id'];
  return id !== undefined && isUuid(id) ? { callId: id } : {};
}
