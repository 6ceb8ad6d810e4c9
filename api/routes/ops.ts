import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { isUuid, toCallId, type CallId } from '../../engine/contract/ids.ts';
import { ApiError } from '../errors.ts';
import type { JournalHub } from '../live/journal-hub.ts';
import { Seats } from '../live/seats.ts';
import { SSE_HEADERS } from '../live/sse.ts';
import { callStream } from '../ops/call-stream.ts';
import { callsStream } from '../ops/calls-stream.ts';
import { LivePulse } from '../ops/live-pulse.ts';
import { opsCall } from '../ops/ops-call.ts';
import { IdParams } from '../schemas/call.ts';
import { ErrorBody } from '../schemas/error.ts';
import { OpsCallNews, OpsCalls, OpsChart, OpsEventsQuery, OpsHungUp } from '../schemas/ops.ts';
import { requireApiKey } from './api-key.ts';
import type { App, AppDeps } from './app-deps.ts';

const KEYED = { tags: ['Наблюдение'], security: [{ apiKey: [] }] };
/** Of calls that have ended, for the time machine. */
const ENDED_SHOWN = 30;
const SEATS = { perKey: 40, inAll: 40 };
const STALLED_MS = 30_000;
/** So long at a time; the screen then comes again. */
const LONGEST_MS = 10 * 60_000;

/** Those who watch over calls: with the key, for it shows what people say. */
export function registerOpsRoutes(app: App, deps: AppDeps, hub: JournalHub): void {
  const { engine, store } = deps;
  const withKey = requireApiKey(deps.apiKey);
  const seats = new Seats(SEATS);
  const pulse = new LivePulse(() => store.liveMark());
  const calls = async (): Promise<OpsCalls> => {
    const views = await store.watchedCalls(ENDED_SHOWN);
    return { now: new Date().toISOString(), calls: views.map((view) => opsCall(view, engine)) };
  };

  app.get(
    '/ops/chart',
    {
      onRequest: withKey,
      schema: {
        ...KEYED,
        operationId: 'getChart',
        summary: 'Машина состояний звонка',
        description:
          'Состояния, области и переходы — прочитанные из самой машины, а не нарисованные отдельно.',
        response: { 200: OpsChart, 401: ErrorBody },
      },
    },
    async () => ({ chart: engine.chart() }),
  );

  app.get(
    '/ops/calls',
    {
      onRequest: withKey,
      schema: {
        ...KEYED,
        operationId: 'getOpsCalls',
        summary: 'Звонки сейчас',
        description: `Все незаконченные и последние ${ENDED_SHOWN} законченных: состояние, длительность, язык, последняя пауза.`,
        response: { 200: OpsCalls, 401: ErrorBody, 503: ErrorBody },
      },
    },
    calls,
  );

  app.get(
    '/ops/events',
    {
      exposeHeadRoute: false,
      onRequest: withKey,
      schema: {
        ...KEYED,
        operationId: 'followOpsCalls',
        summary: 'Звонки по мере того, как они идут',
        description:
          'Server-Sent Events: сообщение calls — список целиком, когда что-то случилось, и каждые две секунды.',
        response: {
          200: {
            description: 'Поток.',
            content: { 'text/event-stream': { schema: Type.Unsafe<Readable>(OpsCalls) } },
          },
          401: ErrorBody,
          503: ErrorBody,
        },
      },
    },
    async (_request, reply) => stream(reply, (signal) => callsStream({ pulse, read: calls, signal })),
  );

  app.get(
    '/ops/calls/:id/events',
    {
      exposeHeadRoute: false,
      onRequest: withKey,
      schema: {
        ...KEYED,
        operationId: 'followOpsCall',
        summary: 'Один звонок изнутри',
        description:
          'Server-Sent Events: журнал звонка и шаги его машины — что ей сообщили, что она сделала, в каких состояниях ' +
          'оказалась. Шаги идущего звонка видны в процессе, который его держит; законченного — всегда. Раз в секунду — как ' +
          'доходит звук (media): потери, дрожание, опоздания; их знает тоже только тот процесс. over — всё.',
        params: IdParams,
        querystring: OpsEventsQuery,
        response: {
          200: {
            description: 'Поток; одно сообщение без имени — одна такая новость.',
            content: { 'text/event-stream': { schema: Type.Unsafe<Readable>(OpsCallNews) } },
          },
          400: ErrorBody,
          401: ErrorBody,
          404: ErrorBody,
          503: ErrorBody,
        },
      },
    },
    async (request, reply) => {
      const callId = await known(request.params.id);
      const afterSeq = Number(request.query.after_seq ?? '0');
      return stream(reply, (signal) => callStream({ hub, engine, callId, afterSeq, signal }));
    },
  );

  app.post(
    '/ops/calls/:id/hangup',
    {
      onRequest: withKey,
      schema: {
        ...KEYED,
        operationId: 'hangUp',
        summary: 'Положить трубку',
        description: 'Заканчивает звонок, который держит этот процесс. Чем он закончится, видно в журнале.',
        params: IdParams,
        response: { 200: OpsHungUp, 401: ErrorBody, 404: ErrorBody, 409: ErrorBody, 503: ErrorBody },
      },
    },
    async (request) => {
      const callId = await known(request.params.id);
      if (!engine.hangup(callId)) throw new ApiError('CALL_NOT_HERE');
      request.log.info({ callId }, 'hung up by ops');
      return { call_id: callId };
    },
  );

  async function known(id: string): Promise<CallId> {
    if (!isUuid(id) || (await store.call(id)) === undefined) throw new ApiError('CALL_NOT_FOUND');
    return toCallId(id);
  }

  function stream(reply: FastifyReply, make: (signal: AbortSignal) => AsyncIterable<string>): FastifyReply {
    const seat = seats.take('ops');
    if (typeof seat !== 'function') throw new ApiError('STREAMS_SPENT');
    const leaving = new AbortController();
    const longest = setTimeout(() => leaving.abort(), LONGEST_MS);
    // The connection's end, not the stream's: that one waits for what is told next.
    reply.raw.once('close', () => {
      clearTimeout(longest);
      leaving.abort();
      seat();
    });
    reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy());
    return reply.headers(SSE_HEADERS).send(Readable.from(make(leaving.signal), { highWaterMark: 1 }));
  }
}
