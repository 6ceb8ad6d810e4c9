import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { isUuid, toCallId, type CallId } from '../../engine/contract/ids.ts';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { ErrorBody } from '../schemas/error.ts';
import { hasApiKey } from './api-key.ts';
import type { App, AppDeps } from './app-deps.ts';

/** A file's own name: no separators, no leading dot. */
const FILE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*\.wav$/;

/**
 * A recording is a person's voice, and the cabinet has no login: it is given to the holder of the key, and to the
 * visitor of the demo session the call belongs to, who shows it by knowing the session's id (an unguessable UUID).
 * The call's id alone, which the table of all interactions shows, is not enough.
 */
export function registerRecordingRoutes(app: App, deps: AppDeps): void {
  app.get(
    '/recordings/:call_id',
    {
      schema: {
        tags: ['Звонки'],
        security: [{ apiKey: [] }, {}],
        operationId: 'getRecording',
        summary: 'Запись разговора',
        description:
          'Стерео WAV: слева абонент, справа ассистент; поддерживается Range. С ключом — любая запись; без ключа — ' +
          'запись своей демо-сессии: ?session=<demo_session_id>.',
        params: Type.Object({ call_id: Type.String({ description: 'Идентификатор звонка.' }) }),
        querystring: Type.Object({
          session: Type.Optional(
            Type.String({ description: 'demo_session_id, по которому сделан этот звонок.' }),
          ),
        }),
        response: {
          200: { description: 'Запись.', content: { 'audio/wav': { schema: WAV } } },
          206: { description: 'Часть записи.', content: { 'audio/wav': { schema: WAV } } },
          401: ErrorBody,
          404: ErrorBody,
          416: ErrorBody,
        },
      },
    },
    async (request, reply) => {
      const callId = isUuid(request.params.call_id) ? toCallId(request.params.call_id) : undefined;
      if (!(await mayListen(deps, request, callId, request.query.session)))
        throw new ApiError('RECORDING_LOCKED');
      const view = callId && (await deps.store.call(callId));
      if (view === undefined) throw new ApiError('CALL_NOT_FOUND');
      if (view.recording === null || !FILE_NAME.test(view.recording))
        throw new ApiError('RECORDING_NOT_FOUND');
      const found = await stat(join(deps.recordingsDir, view.recording)).catch(() => undefined);
      if (found?.isFile() !== true) throw new ApiError('RECORDING_NOT_FOUND');
      return reply
        .header('content-disposition', `inline; filename="${view.recording}"`)
        .sendFile(view.recording, deps.recordingsDir, { cacheControl: false, dotfiles: 'deny' })
        .header('cache-control', 'private, no-cache');
    },
  );
}

const WAV = Type.Unsafe<string>({ type: 'string', format: 'binary' });

async function mayListen(
  deps: AppDeps,
  request: FastifyRequest,
  callId: CallId | undefined,
  sessionId: string | undefined,
): Promise<boolean> {
  if (hasApiKey(request, deps.apiKey)) return true;
  if (callId === undefined || sessionId === undefined || !isUuid(sessionId)) return false;
  return (await deps.store.demoSession(sessionId.toLowerCase()))?.callId === callId;
}
