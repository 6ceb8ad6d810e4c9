import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const TOKEN = '123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11';

/** One answer that is not the usual one. */
export type Fault = (response: ServerResponse) => void;

export interface Asked {
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A Bot API server for one bot: as much of https://core.telegram.org/bots/api as the registration uses. */
export class FakeBotApi {
  readonly asked: Asked[] = [];
  /** Each is the answer to one request, in order. */
  readonly faults: Fault[] = [];
  /** What getWebhookInfo says beside the address. */
  info: Record<string, unknown> = {};
  username = 'HALO_DEMO_BOT';
  /** What setWebhook was last given. */
  webhook: Readonly<Record<string, unknown>> = {};
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const parameters = (body === '' ? {} : JSON.parse(body)) as Asked['parameters'];
    this.asked.push({ method, parameters });
    const fault = this.faults.shift();
    if (fault !== undefined) {
      fault(response);
      return;
    }
    if (token === undefined) {
      refuse(404, 'Not Found')(response);
      return;
    }
    if (token !== TOKEN) {
      refuse(401, 'Unauthorized')(response);
      return;
    }
    reply(response, 200, { ok: true, result: this.#do(method, parameters) });
  }

  #do(method: string, parameters: Asked['parameters']): unknown {
    switch (method) {
      case 'getMe':
        return { id: 123_456, is_bot: true, first_name: 'HALO', username: this.username };
      case 'setWebhook':
        this.webhook = parameters;
        return true;
      case 'deleteWebhook':
        this.webhook = {};
        return true;
      case 'getWebhookInfo': {
        const { url = '', allowed_updates } = this.webhook;
        const known = { url, has_custom_certificate: false, pending_update_count: 0, allowed_updates };
        return { ...known, ...this.info };
      }
      default:
        throw new Error(`the fake Bot API knows no ${method}`);
    }
  }
}

/** As Telegram refuses: https://core.telegram.org/bots/api#making-requests. */
export function refuse(code: number, description: string, parameters?: object): Fault {
  return (response) => reply(response, code, { ok: false, error_code: code, description, parameters });
}

export function answerWith(status: number, body: string): Fault {
  return (response) => response.writeHead(status, { 'content-type': 'text/html' }).end(body);
}

/** Begins an answer, and never ends it. */
export const drip: Fault = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"ok":');
};

/** Closes the connection in the middle. */
export const hangUp: Fault = (response) => void response.socket?.destroy();

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
