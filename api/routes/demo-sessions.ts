import type { CallView } from '../../engine/contract/fold-call.ts';
import { isUuid } from '../../engine/contract/ids.ts';
import { sessionResult, sessionStatus } from '../demo/session-status.ts';
import { ApiError } from '../errors.ts';
import { IdParams } from '../schemas/call.ts';
import { DemoOrderBody, DemoResult, DemoSessionCreated, DemoSessionStatus } from '../schemas/demo.ts';
import { ErrorBody } from '../schemas/error.ts';
import type { DemoSession } from '../persistence/store.ts';
import type { App, AppDeps } from './app-deps.ts';
import { announceCall } from './call-created.ts';
import { guarded, rememberAddress } from './guards.ts';
import { lowerCaseCodes, toOrder } from './order.ts';
import { startInBrowser } from './browser-demo.ts';

const TAGS = { tags: ['Демо-кабинет'] };

/** D1, D3 and the visitor's own data. Without a key: D15 wants no authorisation; the session's id is a secret. */
export function registerDemoSessionRoutes(app: App, deps: AppDeps): void {
  app.post(
    '/demo/session',
    {
      onRequest: rememberAddress,
      preValidation: lowerCaseCodes,
      schema: {
        ...TAGS,
        operationId: 'startDemo',
        summary: 'Запустить демо',
        description:
          'Создаёт демо-сессию и ставит звонок в очередь набора, как POST /call. С настоящим транком действуют ' +
          'ограничения: 403 или 429 с Retry-After и словами для посетителя. answer=browser: звонит сама страница, и в ' +
          'ответе browser_phone (docs/browser-phone.md).',
        body: DemoOrderBody,
        response: {
          200: DemoSessionCreated,
          400: ErrorBody,
          403: ErrorBody,
          413: ErrorBody,
          415: ErrorBody,
          429: ErrorBody,
          503: ErrorBody,
        },
      },
    },
    async (request) => {
      const order = toOrder(request.body);
      if (request.body.answer === 'browser') return await startInBrowser(deps, request, order);
      if (order.phone === '') throw new ApiError('INVALID_PHONE');
      const session = await deps.store.createDemoSession(order, guarded(deps, request));
      await announceCall(deps, request.log, session.callId, order);
      return { demo_session_id: session.id, status: 'initiated' as const };
    },
  );

  app.get(
    '/demo/session/:id',
    {
      schema: {
        ...TAGS,
        operationId: 'getDemoStatus',
        summary: 'Статус демо',
        description: 'Шаги: звонок, анализ, follow-up, SMS, CRM, чат.',
        params: IdParams,
        response: { 200: DemoSessionStatus, 404: ErrorBody, 503: ErrorBody },
      },
    },
    async (request) => sessionStatus((await findSession(deps, request.params.id)).view),
  );

  app.get(
    '/demo/session/:id/result',
    {
      schema: {
        ...TAGS,
        operationId: 'getDemoResult',
        summary: 'Данные посетителя',
        description:
          'Разговор по мере того, как он идёт (live), затем звонок, чат, SMS и запись. Дополнение к документу.',
        params: IdParams,
        response: { 200: DemoResult, 404: ErrorBody, 503: ErrorBody },
      },
    },
    async (request) => {
      const { session, view } = await findSession(deps, request.params.id);
      const [crm, chat, events] = await Promise.all([
        deps.store.crm(view.callId),
        view.chatId === null ? undefined : deps.store.chat(view.chatId),
        view.endedAt === null ? [] : deps.store.events(view.callId),
      ]);
      return sessionResult({ session, view, crm, chat, events });
    },
  );
}

/** A session and its call. Throws SESSION_NOT_FOUND. */
export async function findSession(
  deps: AppDeps,
  id: string,
): Promise<{ session: DemoSession; view: CallView }> {
  const session = isUuid(id) ? await deps.store.demoSession(id.toLowerCase()) : undefined;
  const view = session && (await deps.store.call(session.callId));
  if (session === undefined || view === undefined) throw new ApiError('SESSION_NOT_FOUND');
  return { session, view };
}
