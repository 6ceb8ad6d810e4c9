import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_ERRORS, ApiError, toApiError, type ApiErrorCode } from '../errors.ts';
import { GuardRefusal } from '../guards/refusal.ts';

/** Answers any failure in the one shape of errors; what is the server's fault goes to the log with its cause. */
export function sendFailure(failure: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toApiError(failure);
  if (error.cause instanceof GuardRefusal)
    request.log.info({ code: error.code }, 'call refused by the guards');
  // Whoever watches the telephony has told the log why; once is enough.
  else if (error.code === 'TELEPHONY_AWAY') request.log.info({ code: error.code }, 'call refused');
  else if (error.status >= 500)
    request.log.error({ err: error.cause ?? error, code: error.code }, 'request failed');
  if (error.retryAfterSec !== undefined) reply.header('retry-after', String(error.retryAfterSec));
  // A body that was not read to its end would be taken for the next request.
  if (error.status === 413) reply.header('connection', 'close');
  return reply.code(error.status).type('application/json; charset=utf-8').send(error.body());
}

/** For what Node's HTTP parser refuses, before there is a request. */
export function answerBrokenHttp(failure: Error & { code?: string }, socket: Socket): void {
  if (failure.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const error = new ApiError(brokenHttpCode(failure.code));
    const body = JSON.stringify(error.body());
    socket.write(
      `HTTP/1.1 ${error.status} ${REASONS[error.status] ?? 'Bad Request'}\r\nConnection: close\r\n` +
        `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  socket.destroy(failure);
}

const REASONS: Readonly<Record<number, string>> = {
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function brokenHttpCode(code: string | undefined): ApiErrorCode {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'REQUEST_TIMEOUT';
  return code === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : 'BAD_HTTP';
}

/** 405 with Allow (RFC 9110 §10.2.1). */
export function refuseMethod(reply: FastifyReply, allowed: readonly string[]): FastifyReply {
  reply.header('allow', allowed.join(', '));
  return reply.code(API_ERRORS.METHOD_NOT_ALLOWED.status).send(new ApiError('METHOD_NOT_ALLOWED').body());
}
