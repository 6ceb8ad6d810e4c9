import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../system/system-clock.ts';
import { AriError } from './ari.ts';
import { connectAri } from './connect-ari.ts';
import { readRefusal } from './swagger-repairs.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that answers each path with a status and a body. */
async function serve(answer: (path: string) => readonly [number, string]): Promise<string> {
  const server = createServer((request, response) => {
    const [status, body] = answer(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

const connect = (url: string, signal = new AbortController().signal) =>
  connectAri({
    address: { url, user: 'halo', password: 'secret' },
    application: 'halo-1',
    clock: systemClock,
    listener: { event: () => undefined, closed: () => undefined },
    signal,
  });

describe('Connecting to an Asterisk that is not ready', () => {
  it('nobody listens', async () => {
    const url = await serve(() => [200, '{}']);
    servers[0]!.close();
    await expect(connect(url)).rejects.toMatchObject({
      kind: 'gone',
      message: expect.stringContaining(url) as unknown,
    });
  });

  it('the password is wrong', async () => {
    const url = await serve(() => [401, '{}']);
    await expect(connect(url)).rejects.toMatchObject({ kind: 'refused', status: 401 });
  });

  it('ARI is not loaded yet', async () => {
    const url = await serve(() => [404, '{}']);
    await expect(connect(url)).rejects.toMatchObject({ kind: 'refused', status: 404 });
  });

  it('it dies while its description is read: rejected, not thrown where nobody catches it', async () => {
    const url = await serve((path) => (path.endsWith('/ping') ? [200, '{}'] : [503, '{}']));
    await expect(connect(url)).rejects.toBeInstanceOf(AriError);
  });

  it('a part of its description cannot be read', async () => {
    const resources = {
      swaggerVersion: '1.1',
      basePath: '',
      apis: [{ path: '/api-docs/channels.{format}' }],
    };
    const url = await serve((path) =>
      path.endsWith('/ping')
        ? [200, '{}']
        : path.endsWith('resources.json')
          ? [200, JSON.stringify(resources)]
          : [500, '{}'],
    );
    await expect(connect(url)).rejects.toBeInstanceOf(AriError);
  });

  it('is given up when it is no longer wanted', async () => {
    const giveUp = new AbortController();
    const url = await serve(() => {
      giveUp.abort();
      return [200, '{}'];
    });
    await expect(connect(url, giveUp.signal)).rejects.toThrow();
  });
});

describe('What ari-client makes of a refusal', () => {
  it.each([
    [
      '{"status":404,"body":"{\\"message\\":\\"Channel not found\\"}"}',
      { status: 404, message: 'Channel not found' },
    ],
    [
      '{"status":500,"body":"{\\"error\\":\\"Allocation failed\\"}"}',
      { status: 500, message: 'Allocation failed' },
    ],
    ['{"status":502,"body":"<html>"}', { status: 502, message: '<html>' }],
    ['socket hang up', { message: 'socket hang up' }],
  ])('%s', (message, refusal) => {
    expect(readRefusal(message)).toEqual(refusal);
  });
});
