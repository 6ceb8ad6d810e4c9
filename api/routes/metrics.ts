import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { ApiError } from '../errors.ts';
import { ErrorBody } from '../schemas/error.ts';
import { hasApiKey } from './api-key.ts';
import type { App, AppDeps } from './app-deps.ts';
import { showsSecret } from './secret-header.ts';

/** For Prometheus, which can send the key as a bearer's token (RFC 6750 §2.1) without any setting of headers. */
export function registerMetricsRoute(app: App, { apiKey, ops }: AppDeps): void {
  app.get(
    '/metrics',
    {
      onRequest: async (request) => {
        if (!hasApiKey(request, apiKey) && !isBearer(request, apiKey)) throw new ApiError('UNAUTHORIZED');
      },
      schema: {
        tags: ['Служебное'],
        security: [{ apiKey: [] }],
        operationId: 'getMetrics',
        summary: 'Метрики для Prometheus',
        description:
          'Текстовый формат Prometheus; что значит каждая метрика — ops/README.md. Ключ — в X-API-Key или как ' +
          'Authorization: Bearer. Каждый процесс отдаёт свои метрики; номеров, слов и id звонков в них нет.',
        produces: ['text/plain'],
        response: { 200: Type.String({ description: 'Метрики.' }), 401: ErrorBody },
      },
    },
    async (_request, reply) => {
      const { contentType, text } = await ops.metrics();
      reply.header('content-type', contentType).header('cache-control', 'no-store');
      return text;
    },
  );
}

function isBearer(request: FastifyRequest, apiKey: string): boolean {
  return showsSecret(request, 'authorization', `Bearer ${apiKey}`);
}
