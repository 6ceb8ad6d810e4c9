import { ApiError } from '../errors.ts';
import { ErrorBody } from '../schemas/error.ts';
import {
  Bytes,
  PostedQuery,
  ReplyParams,
  SoundParams,
  SoundTaken,
  TokenQuery,
} from '../schemas/telephony.ts';
import type { App, AppDeps } from './app-deps.ts';
import { sendFailure } from './failures.ts';
import { callbackOf, doorOf, readBodiesAsBytes, refusalOf } from './telephony-door.ts';
import { holdSound, ticketOf, type SoundRequest } from './telephony-socket.ts';

/** A minute of 16-bit sound at 16 kHz. */
const SOUND_LIMIT_BYTES = 2 * 1024 * 1024;
const TAG = { tags: ['Телефония'] };

/** V4.3: the sound of calls that the customer's provider carries, by WebSocket or in pieces. */
export function registerTelephonyAudioRoutes(root: App, deps: AppDeps): void {
  root.route({
    method: 'GET',
    url: '/telephony/audio/:call_id',
    schema: {
      ...TAG,
      operationId: 'telephonySound',
      summary: 'Звук звонка по WebSocket',
      description:
        'Двоичные сообщения — μ-law 8 кГц в обе стороны: от провайдера кусками любой длины, от HALO по 160 байт каждые 20 мс. ' +
        'Текстовые — JSON: start, hangup, dtmf. Адрес с ключом выдаётся в запросе звонка; docs/telephony-provider.md.',
      params: SoundParams,
      querystring: TokenQuery,
      response: { 401: ErrorBody, 404: ErrorBody, 410: ErrorBody, 426: ErrorBody },
    },
    preHandler: async (request: SoundRequest) => {
      const { call_id: callId } = request.params as { call_id: string };
      const { token } = request.query as { token?: string };
      const door = doorOf(deps);
      // A look at the address must not use its word up.
      if (request.ws) request.ticket = ticketOf(door.admit(callId, token ?? ''));
    },
    handler: async () => {
      throw new ApiError('UPGRADE_REQUIRED');
    },
    wsHandler: (socket, request: SoundRequest) => holdSound(socket, request),
  });

  void root.register(async (app: App) => {
    readBodiesAsBytes(app);
    app.post(
      '/telephony/audio',
      {
        bodyLimit: SOUND_LIMIT_BYTES,
        errorHandler: (error, request, reply) =>
          void sendFailure(
            error.statusCode === 413 ? new ApiError('SOUND_TOO_LONG', error) : error,
            request,
            reply,
          ),
        schema: {
          ...TAG,
          security: [{ telephonySecret: [] }],
          operationId: 'telephonyPostSound',
          summary: 'Звук абонента куском',
          description:
            'Для провайдеров без WebSocket. Тело — WAV или μ-law 8 кГц (audio/basic), до минуты; пустое тело — «что ассистент ' +
            'говорит сейчас» (приветствие). В ответе адрес, по которому будет ответ ассистента.',
          querystring: PostedQuery,
          response: {
            200: SoundTaken,
            400: ErrorBody,
            401: ErrorBody,
            404: ErrorBody,
            410: ErrorBody,
            413: ErrorBody,
          },
        },
      },
      async (request) => {
        const callId = request.query.call_id ?? '';
        const verdict = await doorOf(deps).posted(callId, callbackOf(request));
        if (verdict.kind === 'unreadable') {
          throw new ApiError('SOUND_UNREADABLE', undefined, {
            message: `Звук не читается (${verdict.what}). Передайте WAV или μ-law 8 кГц.`,
          });
        }
        if (verdict.kind !== 'taken') throw refusalOf(verdict.kind);
        return { call_id: callId.toLowerCase(), reply: verdict.reply, reply_url: verdict.url };
      },
    );
  });

  root.get(
    '/telephony/audio/:call_id/reply/:reply',
    {
      schema: {
        ...TAG,
        operationId: 'telephonyReply',
        summary: 'Ответ ассистента',
        description:
          'WAV, 8 кГц, моно. Запрос ждёт, пока реплика не закончится; 503 с Retry-After — спросите ещё раз. Отдаётся один ' +
          'раз. X-Call-State: over — звонок закончен, отпустите абонента, когда дослушает.',
        params: ReplyParams,
        querystring: TokenQuery,
        response: {
          200: { description: 'Ответ.', content: { 'audio/wav': { schema: Bytes } } },
          404: ErrorBody,
          503: ErrorBody,
        },
      },
    },
    async (request, reply) => {
      const { call_id: callId, reply: number } = request.params;
      const gone = new AbortController();
      request.raw.socket.once('close', () => gone.abort());
      const { token = '' } = request.query;
      const verdict = await doorOf(deps).reply(callId, Number(number), token, gone.signal);
      if (verdict.kind === 'unknown') throw new ApiError('REPLY_NOT_FOUND');
      if (verdict.kind === 'unfinished')
        throw new ApiError('REPLY_UNFINISHED', undefined, { retryAfterSec: 1 });
      reply.header('x-call-state', verdict.over ? 'over' : 'talking').header('cache-control', 'no-store');
      return reply.type('audio/wav').send(Buffer.from(verdict.wav));
    },
  );
}
