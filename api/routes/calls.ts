import { toCallSession } from '../../engine/contract/fold-call.ts';
import { isUuid, toCallId } from '../../engine/contract/ids.ts';
import { ApiError } from '../errors.ts';
import {
  CallCreated,
  CallEvents,
  CallEventsQuery,
  CallOrderBody,
  CallSessionAnswer,
  IdParams,
} from '../schemas/call.ts';
import { ErrorBody } from '../schemas/error.ts';
import { requireApiKey } from './api-key.ts';
import type { App, AppDeps } from './app-deps.ts';
import { announceCall } from './call-created.ts';
import { guarded } from './guards.ts';
import { lowerCaseCodes, toOrder } from './order.ts';

const KEYED = { tags: ['Звонки'], security: [{ apiKey: [] }] };

/** V1, V2 and the journal: for other systems, with the key. */
export function registerCallRoutes(app: App, deps: AppDeps): void {
  const withKey = requireApiKey(deps.apiKey);

  app.post(
    '/call',
    {
      onRequest: withKey,
      preValidation: lowerCaseCodes,
      schema: {
        ...KEYED,
        operationId: 'createCall',
        summary: 'Позвонить',
        description:
          'Ставит звонок в очередь набора. Ход звонка виден в GET /call/{id}. Повтор запроса — ещё один звонок. ' +
          'С настоящим транком действуют ограничения (GET /guards): 403 или 429 с Retry-After.',
        body: CallOrderBody,
        response: {
          200: CallCreated,
          400: ErrorBody,
          401: ErrorBody,
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
      const callId = await deps.store.createCall(order, guarded(deps, request));
      await announceCall(deps, request.log, callId, order);
      return { call_id: callId, status: 'created' as const };
    },
  );

  app.get(
    '/call/:id',
    {
      onRequest: withKey,
      schema: {
        ...KEYED,
        operationId: 'getCall',
        summary: 'Звонок и его разговор',
        description:
          'Поля CallSession. До ответа абонента started_at пуст; duration_sec считается от ответа.',
        params: IdParams,
        response: { 200: CallSessionAnswer, 401: ErrorBody, 404: ErrorBody, 503: ErrorBody },
      },
    },
    async (request) => {
      const view = isUuid(request.params.id) ? await deps.store.call(toCallId(request.params.id)) : undefined;
      if (view === undefined) throw new ApiError('CALL_NOT_FOUND');
      return toCallSession(view);
    },
  );

  app.get(
    '/call/:id/events',
    {
      onRequest: withKey,
      schema: {
        ...KEYED,
        operationId: 'getCallEvents',
        summary: 'Журнал звонка',
        description: 'Всё, что произошло, по порядку: линия, реплики, паузы, шаги после звонка.',
        params: IdParams,
        querystring: CallEventsQuery,
        response: { 200: CallEvents, 400: ErrorBody, 401: ErrorBody, 404: ErrorBody, 503: ErrorBody },
      },
    },
    async (request) => {
      if (!isUuid(request.params.id)) throw new ApiError('CALL_NOT_FOUND');
      const callId = toCallId(request.params.id);
      const afterSeq = Number(request.query.after_seq ?? '0');
      const events = await deps.store.events(callId, afterSeq);
      if (events.length === 0 && (await deps.store.call(callId)) === undefined)
        throw new ApiError('CALL_NOT_FOUND');
      return { call_id: callId, last_seq: events.at(-1)?.seq ?? afterSeq, events: [...events] };
    },
  );
}
