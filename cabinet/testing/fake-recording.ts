import type { IncomingMessage, ServerResponse } from 'node:http';
import { recordingPeaks } from '../../api/recordings/peaks.ts';
import { CALL, CALL_ID, SESSION_ID } from './fake-data.ts';
import { fakeTimeline } from './fake-timeline.ts';
import { twoVoicesWav } from './two-voices-wav.ts';

export const TIMELINE = fakeTimeline(CALL);
const PATH = `/recordings/${CALL_ID}`;
let sound: Buffer | undefined;

/** The visitor's recording, its parts (RFC 9110 §14, one range) and its peaks; `gone`: its file was deleted. */
export async function answerRecording(
  request: IncomingMessage,
  response: ServerResponse,
  gone: boolean,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (!pathname.startsWith(PATH) || searchParams.get('session') !== SESSION_ID) {
    refuse(response, 401, 'RECORDING_LOCKED', 'Запись закрыта.');
    return;
  }
  if (gone) {
    refuse(response, 404, 'RECORDING_NOT_FOUND', 'Записи этого разговора нет.');
    return;
  }
  sound ??= Buffer.from(twoVoicesWav(TIMELINE));
  if (pathname.endsWith('/peaks')) {
    const peaks = await recordingPeaks(whole(sound), sound.length);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(peaks));
    return;
  }
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const from = Number(asked?.[1] ?? 0);
  const to = asked?.[2] ? Number(asked[2]) : sound.length - 1;
  response
    .writeHead(asked === null ? 200 : 206, {
      'content-type': 'audio/wav',
      'accept-ranges': 'bytes',
      'content-length': to - from + 1,
      ...(asked !== null && { 'content-range': `bytes ${from}-${to}/${sound.length}` }),
    })
    .end(sound.subarray(from, to + 1));
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify({ error: { code, message } }));
}
