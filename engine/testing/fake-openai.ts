import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerChat, answerSpeech, answerTranscription, type Reply } from './fake-openai-answers.ts';

export type FakeStage = 'stt' | 'chat' | 'tts';

/** How an answer goes wrong. `hang_after` and `cut` come behind the first bytes of the body. */
export type FakeFailure =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'hang_before' | 'hang_after' | 'cut' | 'malformed' | 'empty' }
  /** A page with status 200; speech without a sound. */
  | { readonly kind: 'html' | 'silence' };

/** One request, as it came. */
export interface FakeArrival {
  readonly stage: FakeStage;
  /** When the whole request was here, performance.now(). */
  readonly atMs: number;
  readonly authorization: string;
  /** The JSON body, or the form's fields as strings. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The uploaded file of a transcription. */
  readonly file?: Uint8Array;
  /** The client went away before the answer was complete. */
  aborted: boolean;
  finished: boolean;
}

/** The TCP connections that were made. */
export interface FakeConnections {
  opened: number;
  open: number;
}

export interface FakeBehaviour {
  /** Words for an upload: a text, or the whole `verbose_json` object. */
  transcribe: (file: Uint8Array, body: FakeArrival['body']) => string | Readonly<Record<string, unknown>>;
  /** Words of a completion; several are streamed as pieces. */
  chat: (body: FakeArrival['body']) => string | readonly string[];
  /** Seconds of speech for a text: a tone of that length. */
  speechSeconds: (text: string) => number;
  /** Cuts the speech into chunks of this many bytes; odd sizes allowed. */
  speechChunkBytes: number;
  /** Before the first byte, and between two pieces. */
  latencyMs: Record<FakeStage, number>;
  pieceMs: Record<FakeStage, number>;
  /** The failure of the nth (from 1) request of a stage; undefined where it works. */
  fail: (stage: FakeStage, nth: number) => FakeFailure | undefined;
}

export interface FakeOpenAi {
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly behaviour: FakeBehaviour;
  readonly arrivals: readonly FakeArrival[];
  readonly connections: FakeConnections;
  close(): Promise<void>;
}

const STAGES: Readonly<Record<string, FakeStage>> = {
  '/v1/audio/transcriptions': 'stt',
  '/v1/chat/completions': 'chat',
  '/v1/audio/speech': 'tts',
};

/** A server on the loopback that speaks the three endpoints of V7, with settable words, pace and failures. */
export async function startFakeOpenAi(behaviour: Partial<FakeBehaviour> = {}): Promise<FakeOpenAi> {
  const arrivals: FakeArrival[] = [];
  const now: FakeBehaviour = {
    transcribe: () => 'Да, слушаю вас.',
    chat: () => ['Здравствуйте, ', 'это HALO. ', 'Удобно говорить?'],
    speechSeconds: (text) => text.length * 0.06,
    speechChunkBytes: 4_801,
    latencyMs: { stt: 0, chat: 0, tts: 0 },
    pieceMs: { stt: 0, chat: 0, tts: 0 },
    fail: () => undefined,
    ...behaviour,
  };
  const requests: Record<FakeStage, number> = { stt: 0, chat: 0, tts: 0 };
  const connections: FakeConnections = { opened: 0, open: 0 };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const stage = STAGES[request.url ?? ''];
    if (stage === undefined || request.method !== 'POST') {
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"error":{"message":"no such endpoint"}}');
      return;
    }
    const { body, file } = await bodyOf(request);
    const arrival: FakeArrival = {
      stage,
      atMs: performance.now(),
      authorization: request.headers.authorization ?? '',
      body,
      ...(file !== undefined && { file }),
      aborted: false,
      finished: false,
    };
    arrivals.push(arrival);
    response.once('close', () => {
      arrival.finished = response.writableFinished;
      arrival.aborted = !response.writableFinished;
    });
    requests[stage] += 1;
    const failure = now.fail(stage, requests[stage]);
    await pause(now.latencyMs[stage]);
    if (failure?.kind === 'hang_before') return;
    if (failure?.kind === 'status') {
      response.writeHead(failure.status, { 'content-type': 'application/json', ...failure.headers });
      response.end(JSON.stringify(failure.body ?? { error: { message: `fake failure ${failure.status}` } }));
      return;
    }
    if (failure?.kind === 'html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><p>It works!</p>');
      return;
    }
    await send(response, replyOf(arrival, now), now.pieceMs[stage], failure?.kind);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.on('connection', (socket) => {
    connections.opened += 1;
    connections.open += 1;
    socket.once('close', () => {
      connections.open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    behaviour: now,
    arrivals,
    connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function replyOf(arrival: FakeArrival, behaviour: FakeBehaviour): Reply {
  switch (arrival.stage) {
    case 'stt':
      return answerTranscription(
        behaviour.transcribe(arrival.file ?? new Uint8Array(), arrival.body),
        arrival.body,
      );
    case 'chat':
      return answerChat(behaviour.chat(arrival.body), arrival.body);
    case 'tts':
      return answerSpeech(behaviour.speechSeconds(String(arrival.body['input'])), behaviour.speechChunkBytes);
  }
}

async function send(
  response: ServerResponse,
  reply: Reply,
  pieceMs: number,
  failure: string | undefined,
): Promise<void> {
  response.writeHead(200, { 'content-type': reply.contentType });
  if (failure === 'empty') {
    response.end();
    return;
  }
  const pieces = piecesOf(reply, failure);
  for (const [i, piece] of pieces.entries()) {
    if (response.destroyed) return;
    // Half of the first piece, so that a JSON answer too is left in its middle.
    if (failure === 'hang_after' || failure === 'cut') {
      response.write(piece.subarray(0, Math.ceil(piece.length / 2)));
      if (failure === 'cut') setImmediate(() => response.destroy());
      return;
    }
    response.write(piece);
    if (i + 1 < pieces.length) await pause(pieceMs);
  }
  response.end();
}

function piecesOf(reply: Reply, failure: string | undefined): readonly Buffer[] {
  if (failure === 'malformed') return [Buffer.from('data: {"choices": [{"de\n\n{not json')];
  return failure === 'silence' ? reply.pieces.map(({ length }) => Buffer.alloc(length)) : reply.pieces;
}

async function bodyOf(request: IncomingMessage): Promise<{ body: FakeArrival['body']; file?: Uint8Array }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/'))
    return { body: JSON.parse(bytes.toString('utf8')) as FakeArrival['body'] };
  return multipartOf(bytes, type);
}

/** RFC 7578: parts between boundaries, each with its headers, an empty line and its content. */
function multipartOf(bytes: Buffer, contentType: string): { body: FakeArrival['body']; file?: Uint8Array } {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1] ?? '';
  const body: Record<string, unknown> = {};
  let file: Uint8Array | undefined;
  for (const part of bytes.toString('latin1').split(`--${boundary}`)) {
    const headersEnd = part.indexOf('\r\n\r\n');
    const headers = part.slice(0, Math.max(0, headersEnd));
    const name = /name="([^"]*)"/.exec(headers)?.[1];
    if (name === undefined) continue;
    const content = Buffer.from(part.slice(headersEnd + 4, -2), 'latin1');
    if (/filename="/.test(headers)) file = new Uint8Array(content);
    else body[name] = content.toString('utf8');
  }
  return file === undefined ? { body } : { body, file };
}

function pause(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
