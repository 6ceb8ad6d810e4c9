import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { CallListening } from '../../engine/contract/listening.ts';
import { isUuid, toCallId, type CallId } from '../../engine/contract/ids.ts';
import { ApiError } from '../errors.ts';
import { Seats } from '../live/seats.ts';
import { listenStream } from '../ops/listen-stream.ts';
import { IdParams } from '../schemas/call.ts';
import { ErrorBody } from '../schemas/error.ts';
import { requireApiKey } from './api-key.ts';
import type { App, AppDeps } from './app-deps.ts';

/** Of a call, and of all calls of this process: 32 kB/s each. */
const SEATS = { perKey: 4, inAll: 12 };
/** Whoever takes nothing for so long is gone. */
const STALLED_MS = 10_000;
/** Proxies must neither keep nor gather nor compress it (nginx reads X-Accel-Buffering). */
const HEADERS = {
  'content-type': 'application/octet-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** A live call by ear. The journal knows nothing of who listens; the log does. */
export function registerOpsListenRoute(app: App, { engine, store, apiKey }: AppDeps): void {
  const seats = new Seats(SEATS);
  const open = new Set<FastifyReply>();
  // A cut connection, not an ended answer: the call goes on, and the listener should know.
  app.addHook('preClose', async () => {
    for (const reply of open) reply.raw.destroy();
  });

  app.get(
    '/ops/calls/:id/listen',
    {
      exposeHeadRoute: false,
      onRequest: requireApiKey(apiKey),
      schema: {
        tags: ['Наблюдение'],
        security: [{ apiKey: [] }],
        operationId: 'listenToCall',
        summary: 'Слушать звонок, пока он идёт',
        description:
          'Обе стороны звонка, который держит этот процесс, — как в его записи. Поток из записей по 644 байта: номер кадра ' +
          'от ответа с нуля (uint32, little-endian) и 20 мс звука (320 чисел int16, little-endian: абонент, ассистент, ' +
          'абонент…; 8 кГц). Пропущенный номер — кадр, который слушатель не успел взять; номер 4294967295 — пока никто не ' +
          'ответил. Поток кончается вместе со звонком; оборванное соединение концом звонка не считается.',
        params: IdParams,
        response: {
          200: {
            description: 'Поток.',
            content: {
              'application/octet-stream': {
                schema: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }),
              },
            },
          },
          401: ErrorBody,
          404: ErrorBody,
          409: ErrorBody,
          429: ErrorBody,
          503: ErrorBody,
        },
      },
    },
    async (request, reply) => {
      const callId = await live(request.params.id);
      // Gone while the database was asked: its `close` has been, and would free no seat.
      if (reply.raw.destroyed) return reply;
      const seat = seats.take(callId);
      if (typeof seat !== 'function') throw new ApiError('LISTENERS_SPENT');
      const listening = engine.listen(callId);
      if (listening === undefined) {
        seat();
        throw new ApiError('CALL_SOUND_NOT_HERE');
      }
      note({ request, reply, callId, listening });
      open.add(reply);
      reply.raw.once('close', () => {
        open.delete(reply);
        listening.stop();
        seat();
      });
      reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy());
      const stream = Readable.from(listenStream(listening), { objectMode: false, highWaterMark: 1 });
      return reply.headers(HEADERS).send(stream);
    },
  );

  async function live(id: string): Promise<CallId> {
    const view = isUuid(id) ? await store.call(id) : undefined;
    if (view === undefined) throw new ApiError('CALL_NOT_FOUND');
    if (view.endedAt !== null) throw new ApiError('CALL_OVER');
    return toCallId(id);
  }
}

/** Somebody listens to people: that is told when it begins and when it ends, and who it was stands in no log. */
function note(one: {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly callId: CallId;
  readonly listening: CallListening;
}): void {
  const { request, reply, callId, listening } = one;
  const beganMs = performance.now();
  request.log.info({ callId }, 'somebody listens in to the call');
  reply.raw.once('close', () => {
    const seconds = Math.round((performance.now() - beganMs) / 1000);
    const how = reply.raw.writableFinished ? 'call over' : 'left';
    request.log.info({ callId, seconds, dropped: listening.dropped, how }, 'the listener has gone');
  });
}
