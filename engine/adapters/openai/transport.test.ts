import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { Transport } from './transport.ts';

const transport = new Transport();
let server: Server | undefined;

afterEach(async () => {
  transport.close();
  await new Promise((resolve) => server?.close(resolve));
});

async function serve(listener: RequestListener): Promise<string> {
  const opened = createServer(listener);
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  const address = opened.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}

const CHUNKS = Array.from({ length: 40 }, (_, i) => Buffer.alloc(i + 1, i));

it('hands on what came together in few pieces, every byte in its place', async () => {
  const url = await serve((_request, response) => {
    response.socket?.cork();
    for (const chunk of CHUNKS) response.write(chunk);
    response.end();
    response.socket?.uncork();
  });
  const pieces: Uint8Array[] = [];
  const { body } = await transport.fetch(url);
  for await (const piece of body as unknown as AsyncIterable<Uint8Array>) pieces.push(piece);
  expect(Buffer.concat(pieces)).toEqual(Buffer.concat(CHUNKS));
  expect(pieces.length).toBeLessThan(CHUNKS.length / 4);
});

it('gives what came before the connection was cut, then fails', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('first', () => response.socket?.destroy());
  });
  const reader = (await transport.fetch(url)).body!.getReader();
  expect(Buffer.from((await reader.read()).value).toString()).toBe('first');
  await expect(reader.read()).rejects.toThrow();
});

it('closes the connection of a body that is not wanted any more', async () => {
  let closed: (() => void) | undefined;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  const url = await serve((_request, response) => {
    response.on('close', () => closed?.());
    response.write('first');
  });
  const reader = (await transport.fetch(url)).body!.getReader();
  await reader.read();
  await reader.cancel();
  await gone;
});
