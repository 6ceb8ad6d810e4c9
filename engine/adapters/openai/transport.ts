import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

/**
 * A free connection is kept this long. Node's own `fetch` keeps one for 4 s: shorter than a sentence, so that most
 * turns of a call would pay for TCP and TLS anew.
 */
const KEEP_MS = 60_000;
const MAX_FREE = 64;
const AGENT = { keepAlive: true, maxFreeSockets: MAX_FREE, scheduling: 'lifo', timeout: KEEP_MS } as const;

type Body = ConstructorParameters<typeof Response>[0];
interface FetchInit {
  readonly method?: string | undefined;
  readonly headers?: ConstructorParameters<typeof Headers>[0] | undefined;
  readonly body?: Body;
  readonly signal?: AbortSignal | null | undefined;
}

/**
 * `fetch` over connections that stay open between the turns of a call. The answer's body is read as it comes; an
 * abort closes the connection at any stage. No redirects (a key goes nowhere but where it was meant to), no
 * compression (the answers are short, or sound).
 */
export class Transport {
  readonly #http = new HttpAgent(AGENT);
  readonly #https = new HttpsAgent(AGENT);

  readonly fetch = async (input: string | URL | Request, init: FetchInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init.headers);
    const { body, type } = await packed(init.body);
    if (type !== null && !headers.has('content-type')) headers.set('content-type', type);
    if (body.length > 0) headers.set('content-length', String(body.length));
    const order = { method: init.method ?? 'GET', headers: Object.fromEntries(headers), body };
    const signal = init.signal ?? undefined;
    try {
      return await this.#send(url, order, signal);
    } catch (error) {
      // The server closed a kept connection just as it was used again: nothing was read of this request.
      if (!(error instanceof StaleConnectionError) || signal?.aborted === true) throw error;
      return await this.#send(url, order, signal);
    }
  };

  /**
   * Opens connections, so that there are `count` free ones: the first request of a call must not pay for TCP and TLS.
   * Any answer will do. Returns how many were opened; never rejects.
   */
  async warmUp(url: string, headers: Readonly<Record<string, string>>, count: number, signal: AbortSignal) {
    const free = [this.#http, this.#https]
      .flatMap((agent) => Object.values(agent.freeSockets))
      .reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0);
    const opened = await Promise.allSettled(
      Array.from({ length: Math.max(0, count - free) }, async () => {
        const answer = await this.fetch(url, { method: 'GET', headers, signal });
        await answer.arrayBuffer();
      }),
    );
    // A connection is free a moment after its answer's end.
    await new Promise((resolve) => setImmediate(resolve));
    return opened.filter(({ status }) => status === 'fulfilled').length;
  }

  /** Closes every connection, busy ones too. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #send(
    url: URL,
    order: { readonly method: string; readonly headers: Record<string, string>; readonly body: Buffer },
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const secure = url.protocol === 'https:';
    const { method, headers, body } = order;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const request: ClientRequest = secure
        ? requestHttps(url, { method, headers, agent: this.#https })
        : requestHttp(url, { method, headers, agent: this.#http });
      const onAbort = () => request.destroy(abortErrorOf(signal));
      // Not after the answer's end: the connection belongs to the next request then.
      const settle = () => signal?.removeEventListener('abort', onAbort);
      signal?.addEventListener('abort', onAbort, { once: true });
      request.on('error', (error) => {
        settle();
        const stale = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        reject(stale ? new StaleConnectionError(error.message, { cause: error }) : error);
      });
      request.once('response', (response) => {
        resolve(answerOf(response, settle));
      });
      request.end(body);
    });
  }
}

/** Chat and speech are asked for in JSON, which is a string already; a recording comes as a form. */
async function packed(body: Body): Promise<{ readonly body: Buffer; readonly type: string | null }> {
  if (body === undefined || body === null) return { body: Buffer.alloc(0), type: null };
  if (typeof body === 'string') return { body: Buffer.from(body), type: 'text/plain;charset=UTF-8' };
  const response = new Response(body);
  return { body: Buffer.from(await response.arrayBuffer()), type: response.headers.get('content-type') };
}

class StaleConnectionError extends Error {}

function abortErrorOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('the request was aborted', 'AbortError');
}

function answerOf(response: IncomingMessage, onEnd: () => void): Response {
  const headers = new Headers();
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2)
    headers.append(response.rawHeaders[i] ?? '', response.rawHeaders[i + 1] ?? '');
  const status = response.statusCode ?? 502;
  if (status === 204 || status === 205 || status === 304) {
    response.once('close', onEnd).resume();
    return new Response(null, { status, headers });
  }
  return new Response(bodyOf(response, onEnd), { status, headers });
}

/** What one read of the connection brought is handed on in one piece: each piece is a walk through the whole call. */
function bodyOf(response: IncomingMessage, onEnd: () => void): ReadableStream<Uint8Array> {
  let over = false;
  let arrived: Buffer[] = [];
  return new ReadableStream<Uint8Array>(
    {
      start: (body) => {
        const handOn = () => {
          if (over || arrived.length === 0) return;
          const piece = arrived.length === 1 ? arrived[0]! : Buffer.concat(arrived);
          arrived = [];
          body.enqueue(new Uint8Array(piece.buffer, piece.byteOffset, piece.length));
          if ((body.desiredSize ?? 1) <= 0) response.pause();
        };
        const once = (finish: () => void) => {
          if (over) return;
          handOn();
          over = true;
          onEnd();
          finish();
        };
        response.on('data', (chunk: Buffer) => {
          // The parser tells of all chunks of a read before any microtask runs.
          if (arrived.push(chunk) === 1) queueMicrotask(handOn);
        });
        response.once('end', () => once(() => body.close()));
        response.on('error', (error) => once(() => body.error(error)));
        response.once('close', () => once(() => body.error(new Error('the connection was cut'))));
      },
      pull: () => {
        response.resume();
      },
      cancel: () => {
        if (over) return;
        over = true;
        onEnd();
        response.destroy();
      },
    },
    { highWaterMark: 64 },
  );
}
