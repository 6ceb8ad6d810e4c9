import { API_ERRORS } from '../errors.ts';
import { Healthy, Unhealthy } from '../schemas/health.ts';
import type { App, AppDeps } from './app-deps.ts';

/** For supervisors and balancers. */
export function registerHealthRoute(app: App, deps: AppDeps): void {
  app.get(
    '/healthz',
    {
      schema: {
        tags: ['Служебное'],
        operationId: 'getHealth',
        summary: 'Работает ли сервис',
        description:
          '200, когда база отвечает; иначе 503 и что не так. Телефония, которая ушла, видна в telephony.state: ' +
          'она вернётся сама, перезапускать сервис незачем.',
        response: { 200: Healthy, 503: Unhealthy },
      },
    },
    async (request, reply) => {
      try {
        await deps.store.ping();
      } catch (error) {
        request.log.error({ err: error }, 'the database does not answer');
        const { status, message } = API_ERRORS.DATABASE_UNAVAILABLE;
        return reply.code(status).send({
          status: 'unavailable' as const,
          database: 'unavailable' as const,
          error: { code: 'DATABASE_UNAVAILABLE', message },
        });
      }
      const { name, away, strangers } = deps.engine.describe().telephony;
      return {
        status: 'ok' as const,
        database: 'ok' as const,
        telephony: {
          name,
          ...(away === undefined ? { state: 'ready' as const } : { state: 'away' as const, reason: away }),
          ...(strangers === undefined ? {} : { strangers }),
        },
        uptime_sec: Math.floor(process.uptime()),
        live_calls: deps.engine.liveCalls().length,
        free_slots: deps.engine.freeSlots(),
      };
    },
  );
}
