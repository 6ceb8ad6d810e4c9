import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request, as it came. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes out as JSON, a text as it is. */
  readonly body: unknown;
}

/** How an answer goes wrong: never, cut off in the middle, one byte at a time for ever, more than anybody reads. */
export type Misbehaviour = 'hang' | 'cut' | 'drip' | 'flood';

/** What a provider does with a request; whatever it keeps of it, it keeps itself. */
export type Provider = (arrival: Arrival) => FakeAnswer;

/** What happens to the requests that come next, one by one; `taken`: the provider has done its work all the same. */
export interface Trouble {
  readonly taken: boolean;
  /** Only to a request whose method and path fit, as `POST /v1/send`; to any without it. */
  readonly at?: RegExp;
  readonly how: Misbehaviour | FakeAnswer;
}

export interface FakeGateway {
  readonly baseUrl: string;
  readonly arrivals: readonly Arrival[];
  readonly troubles: Trouble[];
  close(): Promise<void>;
}

const DRIP_MS = 10;
const FLOOD = Buffer.alloc(1024 * 1024, 0x20);

/** A server on the loopback that answers as `provider` says. */
export async function startFakeGateway(provider: Provider): Promise<FakeGateway> {
  const arrivals: Arrival[] = [];
  const troubles: Trouble[] = [];
  const drips = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    void (async () => {
      const { method = '', url: path = '', headers } = request;
      const arrival = { method, path, headers, body: await textOf(request) };
      arrivals.push(arrival);
      const fits = troubles.findIndex(({ at }) => at === undefined || at.test(`${method} ${path}`));
      const [trouble] = fits === -1 ? [] : troubles.splice(fits, 1);
      const answer = trouble === undefined || trouble.taken ? provider(arrival) : undefined;
      const how = trouble?.how ?? answer;
      if (typeof how === 'object') send(response, how);
      else if (how !== undefined) misbehave(response, how, drips);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    troubles,
    close: async () => {
      for (const drip of drips) clearInterval(drip);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: FakeAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function misbehave(response: ServerResponse, how: Misbehaviour, drips: Set<NodeJS.Timeout>): void {
  if (how === 'hang') return;
  response.writeHead(200, { 'content-type': 'application/json' });
  if (how === 'cut') {
    response.write('{"id":');
    setImmediate(() => response.destroy());
  } else if (how === 'flood') response.end(FLOOD);
  else {
    const drip = setInterval(() => response.write(' '), DRIP_MS);
    drips.add(drip);
    response.once('close', () => clearInterval(drip));
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
