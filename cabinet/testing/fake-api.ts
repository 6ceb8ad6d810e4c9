import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import {
  ABOUT,
  ANALYTICS,
  CALL,
  CHAT,
  DEMO_CALL,
  DEMO_CHAT,
  SESSION_ID,
  fakeItems,
  fakeResult,
} from './fake-data.ts';
import { FakeLive } from './fake-live.ts';
import { FakeOps } from './fake-ops.ts';
import { TIMELINE, answerRecording } from './fake-recording.ts';
import type { DemoOrder, DemoResult, DemoSessionStatus, InteractionItem } from '../api/types.ts';
import { fakeDetails, fakePage } from './fake-list.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The real server's (api/app.ts), so that the test sees what a visitor's browser would refuse. */
const CSP = [
  "default-src 'none'",
  ...['script', 'style', 'img', 'font', 'media', 'connect', 'manifest', 'worker'].map(
    (kind) => `${kind}-src 'self'`,
  ),
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join(';');

const LOOKS_EVERY_MS = 20;

/** What each next question after a session's status is answered with; the last stays. */
export interface DemoStep {
  readonly session: DemoSessionStatus;
  readonly result: DemoResult;
}

const PENDING: DemoSessionStatus = {
  call_status: 'pending',
  analysis_status: 'pending',
  followup_status: 'pending',
  sms_status: 'pending',
  crm_status: 'pending',
  chat_ready: false,
};
const COMPLETE: DemoSessionStatus = {
  call_status: 'completed',
  analysis_status: 'done',
  followup_status: 'done',
  sms_status: 'sent',
  crm_status: 'added',
  chat_ready: true,
};

export const GOOD_DEMO: readonly DemoStep[] = [
  { session: PENDING, result: fakeResult('dialling') },
  { session: PENDING, result: fakeResult('talking') },
  { session: { ...COMPLETE, crm_status: 'pending', chat_ready: false }, result: fakeResult('talking') },
  { session: COMPLETE, result: fakeResult('complete') },
];

export const BUSY_DEMO: readonly DemoStep[] = [
  { session: PENDING, result: fakeResult('dialling') },
  { session: { ...PENDING, call_status: 'failed' }, result: fakeResult('busy') },
];

/** A server for the built cabinet with an imaginary API behind it; loopback only. */
export class FakeApi {
  readonly live = new FakeLive();
  readonly ops = new FakeOps();
  readonly orders: DemoOrder[] = [];
  /** While true, connections are cut instead of answered. */
  offline = false;
  /** While true, the recording's file is not there any more. */
  recordingGone = false;
  /** What the table lists, newest first. */
  items: readonly InteractionItem[] = fakeItems();
  /** Asked for the list, it fails while true. */
  listFails = false;
  /** While true, the list and the numbers are on their way. */
  late = false;
  /** While true, an order waits for `release`. */
  #held: (() => void)[] | undefined;
  #steps: readonly DemoStep[] = GOOD_DEMO;
  #step = -1;
  readonly #folder: string;
  readonly #server: Server;

  constructor(folder: string) {
    this.#folder = folder;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The next demo goes like this, from its beginning, and its status has to be asked for. */
  play(steps: readonly DemoStep[]): void {
    this.live.refuse();
    this.#steps = steps;
    this.#step = -1;
  }

  /** Orders wait from now on, until `release`. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (this.offline && pathname.startsWith('/demo/')) {
      request.socket.destroy();
      return;
    }
    if (request.method === 'POST' && pathname === '/demo/session') return this.#order(request, response);
    if (pathname === `/demo/session/${SESSION_ID}/events`) {
      this.live.answer(request, response);
      return;
    }
    if (pathname.startsWith('/demo/')) {
      while (this.late && /interactions|analytics/.test(pathname))
        await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY_MS));
      this.#demo(pathname, searchParams, response);
      return;
    }
    if (pathname.startsWith('/ops/')) {
      this.ops.answer(request, response);
      return;
    }
    if (pathname.startsWith('/recordings/')) return answerRecording(request, response, this.recordingGone);
    return this.#file(pathname, response);
  }

  async #order(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const order = JSON.parse(text) as DemoOrder;
    this.orders.push(order);
    const held = this.#held;
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve));
    if (order.phone.endsWith('4040')) {
      json(response, 400, { error: { code: 'INVALID_PHONE', message: 'Этот номер сервер не принимает.' } });
      return;
    }
    if (order.phone.endsWith('5030')) {
      json(response, 503, { error: { code: 'ENGINE_BUSY', message: 'Все линии заняты.' } });
      return;
    }
    json(response, 201, { demo_session_id: SESSION_ID, status: 'initiated' });
  }

  #demo(pathname: string, params: URLSearchParams, response: ServerResponse): void {
    switch (pathname) {
      case '/demo/about':
        return json(response, 200, ABOUT);
      case '/demo/analytics':
        return json(response, 200, ANALYTICS);
      case '/demo/analytics/details':
        return json(response, 200, fakeDetails(Number(params.get('days'))));
      case '/demo/interactions':
        return this.listFails
          ? json(response, 503, {
              error: {
                code: 'DATABASE_UNAVAILABLE',
                message: 'База данных не отвечает. Повторите через минуту.',
              },
            })
          : json(response, 200, fakePage(this.items, params));
      case `/demo/session/${SESSION_ID}`:
        this.#step = Math.min(this.#step + 1, this.#steps.length - 1);
        return json(response, 200, this.#steps[this.#step]?.session);
      case `/demo/session/${SESSION_ID}/result`:
        return json(response, 200, this.#steps[Math.max(0, this.#step)]?.result);
      case `/demo/interaction/${CALL.id}`:
        return json(response, 200, CALL);
      case `/demo/interaction/${CALL.id}/timeline`:
        return json(response, 200, TIMELINE);
      case '/demo/interaction/demo-call-1':
        return json(response, 200, DEMO_CALL);
      case `/demo/interaction/${CHAT.id}`:
        return json(response, 200, CHAT);
      case '/demo/interaction/demo-chat-1':
        return json(response, 200, DEMO_CHAT);
      default:
        return json(response, 404, { error: { code: 'NOT_FOUND', message: 'Такого обращения нет.' } });
    }
  }

  async #file(pathname: string, response: ServerResponse): Promise<void> {
    const name = pathname === '/' ? 'index.html' : normalize(pathname);
    const body = await readFile(join(this.#folder, name)).catch(() => undefined);
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-security-policy': CSP }).end(body);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
