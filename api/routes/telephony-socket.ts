import fastifyWebsocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import type { RawData } from 'ws';
import type { Refused, SoundSession, SoundTicket } from '../../engine/contract/provider.ts';
import { ApiError } from '../errors.ts';
import type { App } from './app-deps.ts';
import { refusalOf } from './telephony-door.ts';

/** Eight seconds of μ-law: who sends more at once does not stream. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const PING_EVERY_MS = 5_000;
/** A connection that answers no ping for so long is dead, whatever TCP believes. */
const DEAD_AFTER_MS = 15_000;

/** RFC 6455 §7.4.1. */
const GOING_AWAY = 1001;

/** A request for a sound connection, with the leave to open it. */
export interface SoundRequest extends FastifyRequest {
  ticket?: SoundTicket;
}

/** WebSockets for the routes that are registered after it. Closing the app closes them with «going away». */
export async function registerWebSockets(app: App): Promise<void> {
  await app.register(fastifyWebsocket, {
    options: { maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false },
    errorHandler: (error, socket, request) => {
      request.log.info({ err: error }, 'a sound connection failed');
      socket.terminate();
    },
    preClose: (done) => {
      for (const socket of app.websocketServer.clients) {
        socket.close(GOING_AWAY, 'HALO is stopping');
        // A client that never answers the close would hold the server open.
        setTimeout(() => socket.terminate(), 1_000).unref();
      }
      app.websocketServer.close(done);
    },
  });
}

export function ticketOf(admitted: SoundTicket | Refused): SoundTicket {
  if (typeof admitted === 'object') return admitted;
  throw admitted === 'forged' ? new ApiError('SOUND_TOKEN_REFUSED') : refusalOf(admitted);
}

/** Passes messages on between the connection and the call, and watches that somebody is there. */
export function holdSound(socket: WebSocket, request: SoundRequest): void {
  const { ticket } = request;
  if (ticket === undefined) return socket.terminate();
  const session = ticket.open({
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(message, () => undefined);
    },
    backlogBytes: () => socket.bufferedAmount,
    close: (code, reason) => socket.close(code, reason),
  });
  socket.on('message', (data, isBinary) => pass(session, data, isBinary));
  const watch = watchPulse(socket);
  socket.once('close', (code) => {
    watch.stop();
    session.closed(code);
  });
}

function pass(session: SoundSession, data: RawData, isBinary: boolean): void {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer);
  if (isBinary) session.binary(bytes);
  else session.text(bytes.toString('utf8'));
}

function watchPulse(socket: WebSocket): { readonly stop: () => void } {
  let heardMs = performance.now();
  const heard = () => {
    heardMs = performance.now();
  };
  socket.on('pong', heard);
  const timer = setInterval(() => {
    if (performance.now() - heardMs > DEAD_AFTER_MS) socket.terminate();
    else socket.ping();
  }, PING_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
