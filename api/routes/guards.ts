import type { FastifyRequest } from 'fastify';
import { telephonyAway } from '../errors.ts';
import type { GuardLimits } from '../guards/limits.ts';
import type { CreateOptions } from '../persistence/store.ts';
import { ErrorBody } from '../schemas/error.ts';
import { Guards } from '../schemas/guards.ts';
import { hasApiKey, requireApiKey } from './api-key.ts';
import type { App, AppDeps } from './app-deps.ts';

/**
 * With what an order goes to the store: the guards, and the client's address unless it shows the key. Throws
 * TELEPHONY_AWAY while nobody can be called, before anything is stored.
 */
export function guarded(deps: AppDeps, request: FastifyRequest): CreateOptions {
  const { away } = deps.engine.describe().telephony;
  if (away !== undefined) throw telephonyAway(away);
  if (deps.guards === undefined) return {};
  return { guards: deps.guards, ...clientOf(deps, request) };
}

/** The client's address, unless it shows the key. */
export function clientOf(deps: AppDeps, request: FastifyRequest): Pick<CreateOptions, 'client'> {
  return hasApiKey(request, deps.apiKey) ? {} : { client: addressOf(request) };
}

/**
 * A hook for `onRequest`: Node forgets the address of a socket that has closed unless it was asked before, and who
 * hangs up early must not order without being counted.
 */
export async function rememberAddress(request: FastifyRequest): Promise<void> {
  addressOf(request);
}

/** What the connection, or a trusted proxy, says; empty where nobody knows. */
function addressOf(request: FastifyRequest): string {
  return request.socket.remoteAddress === undefined ? '' : request.ip;
}

/** For who pays for the trunk: what is allowed, spent and refused. */
export function registerGuardsRoute(app: App, deps: AppDeps): void {
  app.get(
    '/guards',
    {
      onRequest: requireApiKey(deps.apiKey),
      schema: {
        tags: ['Служебное'],
        security: [{ apiKey: [] }],
        operationId: 'getGuards',
        summary: 'Ограничения звонков',
        description:
          'Пределы, расход и отказы за сегодня по московскому времени. Часы скользящие: любые 60 минут. Считаются ' +
          'только звонки, заказанные при включённых ограничениях.',
        response: { 200: Guards, 401: ErrorBody, 503: ErrorBody },
      },
    },
    async () => {
      const { day, calls, talkedSec, atOnce, refusals } = await deps.store.guardsToday();
      return {
        enabled: deps.guards !== undefined,
        limits: deps.guards === undefined ? null : limitsOf(deps.guards),
        today: { day, calls, minutes: Math.ceil(talkedSec / 6) / 10, calls_at_once: atOnce },
        refusals: { ...refusals },
      };
    },
  );
}

function limitsOf(limits: GuardLimits) {
  return {
    prefixes: [...limits.prefixes],
    calls_at_once: limits.callsAtOnce,
    number_at_once: limits.perNumberAtOnce,
    number_hourly: limits.perNumberHourly,
    client_hourly: limits.perClientHourly,
    daily_calls: limits.dailyCalls,
    daily_minutes: limits.dailyMinutes,
  };
}
