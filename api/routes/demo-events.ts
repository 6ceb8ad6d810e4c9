import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { ApiError } from '../errors.ts';
import type { JournalHub } from '../live/journal-hub.ts';
import { BEAT_MS, liveStream } from '../live/live-stream.ts';
import { Seats } from '../live/seats.ts';
import { SSE_HEADERS } from '../live/sse.ts';
import { IdParams } from '../schemas/call.ts';
import { ErrorBody } from '../schemas/error.ts';
import { LiveEvent, LiveEventsQuery } from '../schemas/live.ts';
import type { App, AppDeps } from './app-deps.ts';
import { findSession } from './demo-sessions.ts';

/** A browser over HTTP/1.1 has six connections to a host: tabs that watch must not take them all. */
const SEATS = { perKey: 4, inAll: 200 };
/** A connection that takes nothing for so long, beats included, is dead. */
const STALLED_MS = 3 * BEAT_MS;
/** So long at a time; the browser then goes on with the last id. */
const LONGEST_MS = 10 * 60_000;

/** The visitor's screen as it happens. Without a key, as the session's other routes. */
export function registerDemoEventsRoute(app: App, deps: AppDeps, hub: JournalHub): void {
  const seats = new Seats(SEATS);

  app.get(
    '/demo/session/:id/events',
    {
      // A HEAD would hold a seat, and nobody would hear what is said.
      exposeHeadRoute: false,
      schema: {
        tags: ['Демо-кабинет'],
        operationId: 'followDemo',
        summary: 'Ход демо по мере того, как он идёт',
        description:
          'Server-Sent Events: кто говорит, реплики, паузы перед ответами, шаги после звонка. id сообщения — номер ' +
          'события: с Last-Event-ID (или after_seq) поток продолжается без потерь и повторов. События с именем: hello и ' +
          'beat (часы сервера), over (больше ничего не будет). Дополнение к документу.',
        params: IdParams,
        querystring: LiveEventsQuery,
        response: {
          200: {
            description: 'Поток; одно сообщение без имени — одно такое событие.',
            content: { 'text/event-stream': { schema: Type.Unsafe<Readable>(LiveEvent) } },
          },
          400: ErrorBody,
          404: ErrorBody,
          429: ErrorBody,
          503: ErrorBody,
        },
      },
    },
    async (request, reply) => {
      const { session } = await findSession(deps, request.params.id);
      const seat = seats.take(session.id);
      if (seat === 'key-full') throw new ApiError('TOO_MANY_STREAMS');
      if (seat === 'house-full') throw new ApiError('STREAMS_SPENT');
      const leaving = new AbortController();
      const afterSeq = lastSeq(request, request.query.after_seq);
      const { signal } = leaving;
      // One message is made when the one before is taken: what a slow client has not read is not made.
      const stream = Readable.from(liveStream(hub, { callId: session.callId, afterSeq, signal }), {
        highWaterMark: 1,
      });
      const longest = setTimeout(() => leaving.abort(), LONGEST_MS);
      // The connection's end, not the stream's: that one waits for the generator, and the generator for an event.
      reply.raw.once('close', () => {
        clearTimeout(longest);
        leaving.abort();
        seat();
      });
      reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy());
      return reply.headers(SSE_HEADERS).send(stream);
    },
  );
}

/** The later of what the browser says by itself and what the address says. */
function lastSeq(request: FastifyRequest, afterSeq: string | undefined): number {
  const header = request.headers['last-event-id'];
  const fromHeader = typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : 0;
  return Math.max(fromHeader, Number(afterSeq ?? '0'));
}
