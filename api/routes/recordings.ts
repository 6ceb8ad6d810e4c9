import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { isUuid, toCallId, type CallId } from '../../engine/contract/ids.ts';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { recordingPeaks } from '../recordings/peaks.ts';
import { ErrorBody } from '../schemas/error.ts';
import { RecordingPeaks } from '../schemas/timeline.ts';
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
        ...ASKED,
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
      const { file } = await find(deps, request, request.params.call_id, request.query.session);
      return reply
        .header('content-disposition', `inline; filename="${file}"`)
        .sendFile(file, deps.recordingsDir, { cacheControl: false, dotfiles: 'deny' })
        .header('cache-control', 'private, no-cache');
    },
  );

  app.get(
    '/recordings/:call_id/peaks',
    {
      schema: {
        tags: ['Звонки'],
        security: [{ apiKey: [] }, {}],
        operationId: 'getRecordingPeaks',
        summary: 'Громкость записи',
        description:
          'Чтобы нарисовать обе стороны разговора, не скачивая запись. Доступ — как к самой записи.',
        ...ASKED,
        response: { 200: RecordingPeaks, 401: ErrorBody, 404: ErrorBody },
      },
    },
    async (request, reply) => {
      const { file, bytes } = await find(deps, request, request.params.call_id, request.query.session);
      const sound = createReadStream(join(deps.recordingsDir, file), { end: Math.max(0, bytes - 1) });
      void reply.header('cache-control', 'private, no-cache');
      return recordingPeaks(sound, bytes);
    },
  );
}

const ASKED = {
  params: Type.Object({ call_id: Type.String({ description: 'Идентификатор звонка.' }) }),
  querystring: Type.Object({
    session: Type.Optional(Type.String({ description: 'demo_session_id, по которому сделан этот звонок.' })),
  }),
};

const WAV = Type.Unsafe<string>({ type: 'string', format: 'binary' });

/** The recording of a call, for somebody who may hear it. Throws RECORDING_LOCKED, CALL_NOT_FOUND, RECORDING_NOT_FOUND. */
async function find(
  deps: AppDeps,
  request: FastifyRequest,
  id: string,
  sessionId: string | undefined,
): Promise<{ readonly file: string; readonly bytes: number }> {
  const callId = isUuid(id) ? toCallId(id) : undefined;
  if (!(await mayListen(deps, request, callId, sessionId))) throw new ApiError('RECORDING_LOCKED');
  const view = callId && (await deps.store.call(callId));
  if (view === undefined) throw new ApiError('CALL_NOT_FOUND');
  const file = view.recording;
  if (file === null || !FILE_NAME.test(file)) throw new ApiError('RECORDING_NOT_FOUND');
  const found = await stat(join(deps.recordingsDir, file)).catch(() => undefined);
  if (found?.isFile() !== true) throw new ApiError('RECORDING_NOT_FOUND');
  return { file, bytes: found.size };
}

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
