import Type from 'typebox';
import type { FastifyRequest } from 'fastify';
import { TelephonyEvent } from '../../engine/contract/provider.ts';
import { ApiError } from '../errors.ts';
import { ErrorBody } from '../schemas/error.ts';
import { EventTaken } from '../schemas/telephony.ts';
import type { App, AppDeps } from './app-deps.ts';
import { callbackOf, doorOf, readBodiesAsBytes } from './telephony-door.ts';

/** V4.2 and the notifications of providers that have a form of their own: a form is a few hundred bytes. */
const BODY_LIMIT_BYTES = 16 * 1024;

const PROVIDER = { tags: ['Телефония'], security: [{ telephonySecret: [] }] };
const ANSWERS = { 200: EventTaken, 400: ErrorBody, 401: ErrorBody, 404: ErrorBody, 413: ErrorBody };

/** What the customer's telephony provider tells of calls. */
export function registerTelephonyEventRoutes(root: App, deps: AppDeps): void {
  void root.register(async (app: App) => {
    readBodiesAsBytes(app);

    app.post(
      '/telephony/events',
      {
        bodyLimit: BODY_LIMIT_BYTES,
        // The door reads the body itself, when it knows whose it is.
        validatorCompiler: () => () => true,
        schema: {
          ...PROVIDER,
          operationId: 'telephonyEvent',
          summary: 'Событие звонка от провайдера',
          description:
            'Повторы и перестановки не мешают: считается всё, что было сказано о звонке. Подпись: X-Telephony-Secret или ' +
            'X-Telephony-Signature с X-Telephony-Timestamp. Уведомления Zadarma принимаются в их собственном виде.',
          body: TelephonyEvent,
          response: ANSWERS,
        },
      },
      async (request) => hear(deps, request),
    );

    app.post(
      '/telephony/events/:kind',
      {
        bodyLimit: BODY_LIMIT_BYTES,
        schema: {
          ...PROVIDER,
          operationId: 'telephonyMangoEvent',
          summary: 'Уведомление Mango Office',
          description:
            'Mango Office сам добавляет /events/call к адресу; остальные его уведомления принимаются молча.',
          params: Type.Object({ kind: Type.String({ description: 'Вид уведомления: call.' }) }),
          response: ANSWERS,
        },
      },
      async (request) => {
        doorOf(deps);
        if (request.params.kind !== 'call') return { status: 'ignored' as const, hangup: false };
        return hear(deps, request);
      },
    );
  });

  root.get(
    '/telephony/events',
    {
      schema: {
        tags: ['Телефония'],
        operationId: 'telephonyProbe',
        summary: 'Проверка адреса провайдером',
        description: 'Zadarma проверяет адрес уведомлений параметром zd_echo.',
        querystring: Type.Object({
          zd_echo: Type.Optional(
            Type.String({ maxLength: 200, description: 'Текст, который нужно вернуть.' }),
          ),
        }),
        response: {
          200: { description: 'Тот же текст.', content: { 'text/plain': { schema: Type.String() } } },
          404: ErrorBody,
        },
      },
    },
    async (request, reply) => {
      const echo = doorOf(deps).probe(request.query);
      if (echo === undefined) throw new ApiError('NOT_FOUND');
      return reply.type('text/plain; charset=utf-8').send(echo);
    },
  );
}

function hear(deps: AppDeps, request: FastifyRequest) {
  const verdict = doorOf(deps).callback(callbackOf(request));
  switch (verdict.kind) {
    case 'forged':
      throw new ApiError('PROVIDER_UNAUTHORIZED');
    case 'malformed':
      throw new ApiError('INVALID_EVENT', undefined, {
        message: `Событие составлено неверно (${verdict.what}). Форма описана на странице /docs.`,
      });
    case 'unknown':
      throw new ApiError('PROVIDER_CALL_UNKNOWN');
    case 'beside':
      return { status: 'ignored' as const, hangup: false };
    case 'heard': {
      const { callId, event, news, over } = verdict;
      request.log.info({ callId, event, news }, 'provider event');
      return { status: news ? ('accepted' as const) : ('ignored' as const), hangup: over };
    }
  }
}
