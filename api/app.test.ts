import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { Value } from 'typebox/value';
import { createLogger } from './logging.ts';
import { ErrorBody } from './schemas/error.ts';
import { Healthy, Unhealthy } from './schemas/health.ts';
import { TEST_KEY, testApp, WITH_KEY, type TestApp } from './testing/test-app.ts';

let test: TestApp | undefined;
afterEach(async () => {
  await test?.app.close();
});

const HTML = { accept: 'text/html,application/xhtml+xml' };

async function start(overrides: Parameters<typeof testApp>[0] = {}): Promise<TestApp> {
  test = await testApp(overrides);
  return test;
}

describe('errors of the app', () => {
  it.each([
    ['GET', '/nope', 404, 'NOT_FOUND'],
    ['POST', '/nope', 404, 'NOT_FOUND'],
    ['GET', '/demo', 404, 'NOT_FOUND'],
    ['GET', '/docs/nope', 404, 'NOT_FOUND'],
    ['GET', '/call', 405, 'METHOD_NOT_ALLOWED'],
    ['OPTIONS', '/demo/session', 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE', '/demo/session/17', 405, 'METHOD_NOT_ALLOWED'],
    ['PUT', '/', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/%zz', 400, 'BAD_URL'],
    ['GET', `/demo/interaction/${'x'.repeat(101)}`, 414, 'URI_TOO_LONG'],
  ] as const)('%s %s is %i %s in the one shape', async (method, url, status, code) => {
    const { app } = await start();
    const answer = await app.inject({ method, url, headers: { accept: '*/*' } });
    expect(answer.statusCode).toBe(status);
    expect(Value.Check(ErrorBody, answer.json())).toBe(true);
    expect(answer.json<ErrorBody>().error.code).toBe(code);
  });

  it('names the methods that a path has', async () => {
    const { app } = await start();
    expect((await app.inject({ url: '/call' })).headers.allow).toBe('POST');
    expect((await app.inject({ method: 'POST', url: '/call/17', payload: {} })).headers.allow).toBe(
      'GET, HEAD',
    );
  });

  it('keeps the shape for what is no HTTP at all, and for headers without end', async () => {
    const { app } = await start();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const broken = await raw(app, 'HELLO\r\n\r\n');
    expect(broken.head).toMatch(/^HTTP\/1\.1 400 /);
    expect(broken.body).toMatchObject({ error: { code: 'BAD_HTTP' } });
    const endless = await raw(app, `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(endless.head).toMatch(/^HTTP\/1\.1 431 /);
    expect(endless.body).toMatchObject({ error: { code: 'HEADERS_TOO_LARGE' } });
  });

  it('lets a client that sends 1 MB read its 413 over a real socket', async () => {
    const { app } = await start();
    const base = await app.listen({ port: 0, host: '127.0.0.1' });
    const answer = await fetch(`${base}/call`, {
      method: 'POST',
      headers: { ...WITH_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ phone: '+79161234567', prompt: 'x'.repeat(1 << 20) }),
    });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { code: 'PAYLOAD_TOO_LARGE' } });
  });
});

describe('what every answer carries', () => {
  it('a policy that lets the page load from its own origin only, and the request’s id', async () => {
    const { app } = await start();
    const { headers } = await app.inject({ url: '/' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('an id of the server’s own, not of the client’s', async () => {
    const { app } = await start();
    const { headers } = await app.inject({
      url: '/healthz',
      headers: { 'request-id': 'mine', 'x-request-id': 'mine' },
    });
    expect(headers['x-request-id']).not.toBe('mine');
  });
});

describe('GET /healthz', () => {
  it('is 200 when the database answers', async () => {
    const { app } = await start();
    const answer = await app.inject({ url: '/healthz' });
    expect(answer.statusCode).toBe(200);
    expect(Value.Check(Healthy, answer.json())).toBe(true);
    expect(answer.json()).toMatchObject({ status: 'ok', database: 'ok', live_calls: 0, free_slots: 3 });
  });

  it('is 503 with what is wrong when it does not', async () => {
    const { app, store } = await start();
    store.failure = new Error('the database did not answer: host db.secret');
    const answer = await app.inject({ url: '/healthz' });
    expect(answer.statusCode).toBe(503);
    expect(Value.Check(Unhealthy, answer.json())).toBe(true);
    expect(answer.json<Unhealthy>().error.code).toBe('DATABASE_UNAVAILABLE');
    expect(answer.body).not.toContain('db.secret');
  });
});

describe('the cabinet', () => {
  it('says how to build it when it is not built, without breaking anything else', async () => {
    const { app } = await start({ cabinetDir: '/nowhere/at/all' });
    const answer = await app.inject({ url: '/', headers: HTML });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('npm start');
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
  });

  it('is served at / and at its own paths; its hashed files may be kept for ever', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'halo-cabinet-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<halo-app></halo-app>');
    await writeFile(join(folder, 'assets', 'main-4f2a.js'), 'export {}');
    await writeFile(join(folder, '.env'), 'SECRET=1');
    const { app } = await start({ cabinetDir: folder });

    for (const url of ['/', '/index.html', '/analytics', '/status/17?x=1']) {
      const page = await app.inject({ url, headers: HTML });
      expect([page.statusCode, page.body], url).toEqual([200, '<halo-app></halo-app>']);
      expect(page.headers['cache-control'], url).toBe('no-cache');
      expect(page.headers['content-type'], url).toContain('text/html');
    }
    const script = await app.inject({ url: '/assets/main-4f2a.js' });
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(script.headers['content-type']).toContain('javascript');
    for (const url of ['/assets/gone.js', '/.env', '/demo/nope', '/call/x/y']) {
      const missing = await app.inject({ url, headers: HTML });
      expect(missing.statusCode, url).toBe(404);
      expect(Value.Check(ErrorBody, missing.json()), url).toBe(true);
    }
    expect((await app.inject({ url: '/..%2f..%2f..%2fetc%2fpasswd' })).body).not.toContain('root:');
    expect(
      (await app.inject({ url: '/analytics', headers: { accept: 'application/json' } })).statusCode,
    ).toBe(404);
    await rm(folder, { recursive: true });
  });
});

describe('the log of requests (V10)', () => {
  it('has the call’s id and not the phone, the words or the key', async () => {
    const lines: string[] = [];
    const log = createLogger({
      level: 'debug',
      logPii: false,
      destination: { write: (line) => void lines.push(line) },
    });
    const { app } = await start({ log });
    const payload = { phone: '+79161234567', prompt: 'тайный промпт' };
    const { call_id } = (
      await app.inject({ method: 'POST', url: '/call', headers: WITH_KEY, payload })
    ).json<{ call_id: string }>();
    await app.inject({ url: `/call/${call_id}`, headers: WITH_KEY });
    await app.inject({ url: '/call/+79161234567?key=secret-in-the-url' });
    const log1 = lines.find((line) => line.includes('call requested')) ?? '';
    expect(JSON.parse(log1)).toMatchObject({ level: 'info', call_id, 'pii.phone': '+7 *** ***-45-67' });
    const answered = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => 'status' in line);
    expect(answered.map((line) => line['status'])).toEqual([200, 200, 401]);
    expect(answered[1]).toMatchObject({ call_id, method: 'GET', path: `/call/${call_id}` });
    expect(lines.join('')).not.toMatch(new RegExp(`9161234567|тайный|secret-in-the-url|${TEST_KEY}`));
  });

  it('has the cause of a failure that the answer hides', async () => {
    const lines: string[] = [];
    const { app, store } = await start({
      log: pino({ level: 'error' }, { write: (line: string) => void lines.push(line) }),
    });
    store.failure = new Error('the disk is full');
    const answer = await app.inject({ url: '/demo/analytics' });
    expect(answer.body).not.toContain('disk');
    expect(lines.join('')).toContain('the disk is full');
    expect(lines.join('')).toContain(String(answer.headers['x-request-id']));
  });
});

/** Sends bytes and reads the answer until the server closes. */
async function raw(app: TestApp['app'], bytes: string): Promise<{ head: string; body: unknown }> {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the app does not listen');
  const socket = connect(address.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  return { head, body: JSON.parse(body) };
}
