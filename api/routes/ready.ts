import { API_ERRORS } from '../errors.ts';
import { NotReady, Ready } from '../schemas/ready.ts';
import type { App, AppDeps } from './app-deps.ts';

/** For balancers and people on duty: can a call be placed, and what is worse than it should be. */
export function registerReadyRoute(app: App, { ops }: AppDeps): void {
  app.get(
    '/readyz',
    {
      schema: {
        tags: ['Служебное'],
        operationId: 'getReadiness',
        summary: 'Можно ли звонить',
        description:
          '200, пока можно позвонить; что при этом работает хуже, чем должно, и с какого времени, сказано в parts. ' +
          '503, когда позвонить нельзя: нет базы, очереди или телефонии. О распознавании, операторе и голосе судят по ' +
          'последним звонкам (три отказа подряд), сами они ради этого не вызываются.',
        response: { 200: Ready, 503: NotReady },
      },
    },
    async (_request, reply) => {
      const parts = (await ops.readiness()).map((part) => ({ ...part }));
      const down = parts.find(({ state }) => state === 'down');
      reply.header('cache-control', 'no-store');
      if (down === undefined) {
        const status = parts.some(({ state }) => state === 'degraded')
          ? ('degraded' as const)
          : ('ready' as const);
        return { status, parts };
      }
      const code = down.name === 'telephony' ? 'TELEPHONY_AWAY' : 'DATABASE_UNAVAILABLE';
      const { status, message } = API_ERRORS[code];
      return reply.code(status).send({ status: 'unavailable' as const, parts, error: { code, message } });
    },
  );
}
