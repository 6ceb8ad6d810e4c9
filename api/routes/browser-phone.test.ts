import type { AddressInfo } from 'node:net';
import Value from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createPagePhones } from '../../engine/adapters/provider/browser/page-phones.ts';
import { SystemFrameTicker } from '../../engine/adapters/system/frame-ticker.ts';
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import { BrowserPhoneDesk } from '../../engine/browser-phone-desk.ts';
import { MemoryTransport } from '../../engine/testing/memory-transport.ts';
import type { CreateOptions } from '../persistence/store.ts';
import { DemoSessionCreated, type BrowserPhoneAnswer } from '../schemas/demo.ts';
import { FakeEngine } from '../testing/fake-engine.ts';
import { testApp, type TestApp } from '../testing/test-app.ts';

const GUARDS = {
  prefixes: ['+79'],
  callsAtOnce: 5,
  perNumberAtOnce: 1,
  perNumberHourly: 3,
  perClientHourly: 10,
  dailyCalls: 200,
  dailyMinutes: 300,
};

let test: TestApp;
let engine: FakeEngine;
let pages: ReturnType<typeof createPagePhones>;
const sockets: WebSocket[] = [];

beforeEach(async () => {
  pages = createPagePhones({
    clock: systemClock,
    ticker: new SystemFrameTicker(),
    transport: new MemoryTransport(),
  });
  const browserPhones = new BrowserPhoneDesk({
    clock: systemClock,
    socket: pages,
    webrtcReaches: () => false,
    onTrouble: () => undefined,
  });
  engine = Object.assign(new FakeEngine(), { browserPhones });
  test = await testApp({ engine });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await pages.close();
  await test.app.close();
});

const order = (body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  test.app.inject({ method: 'POST', url: '/demo/session', payload: body, headers });

async function phone(): Promise<BrowserPhoneAnswer> {
  const answer = (await order({ answer: 'browser' })).json<DemoSessionCreated>();
  if (answer.browser_phone === undefined) throw new Error('no phone');
  return answer.browser_phone;
}

async function listening(): Promise<string> {
  await test.app.listen({ host: '127.0.0.1', port: 0 });
  return `ws://127.0.0.1:${(test.app.server.address() as AddressInfo).port}`;
}

/** What becomes of the handshake: 101, or the status of the refusal; and the first message. */
async function connect(url: string, origin?: string): Promise<{ status: number; first: Promise<string> }> {
  const socket = new WebSocket(url, origin === undefined ? {} : { origin });
  sockets.push(socket);
  const first = new Promise<string>((resolve) =>
    socket.once('message', (data: Buffer) => resolve(data.toString('utf8'))),
  );
  const status = await new Promise<number>((resolve) => {
    socket.once('error', () => undefined);
    socket.once('upgrade', () => resolve(101));
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
  });
  return { status, first };
}

describe('POST /demo/session with answer=browser', () => {
  it('places the call with the page as its phone; a number may be missing', async () => {
    const answer = await order({ answer: 'browser', language: 'RU', prompt: 'О кофе.' });
    expect(answer.statusCode).toBe(200);
    const body = answer.json<DemoSessionCreated>();
    expect(Value.Check(DemoSessionCreated, body)).toBe(true);
    expect(body.browser_phone).toMatchObject({
      kind: 'socket',
      url: expect.stringMatching(/^\/demo\/phone\?token=[0-9a-f]{12}\.[\w-]{32}$/) as string,
    });
    expect(engine.plans).toMatchObject([
      { phone: '', language: 'ru', prompt: 'О кофе.', answeredBy: 'browser' },
    ]);
    await order({ answer: 'browser', phone: '89161234567' });
    expect(engine.plans[1]).toMatchObject({ phone: '+79161234567', answeredBy: 'browser' });
  });

  it('leaves D1 as it is without it: a number is wanted, and no phone is given', async () => {
    expect((await order({})).json()).toMatchObject({ error: { code: 'INVALID_PHONE' } });
    expect((await order({ answer: 'phone' })).statusCode).toBe(400);
    const plain = (await order({ phone: '+79161234567' })).json<DemoSessionCreated>();
    expect(Object.keys(plain).sort()).toEqual(['demo_session_id', 'status']);
    expect(engine.plans).toEqual([]);
  });

  it('refuses what is no order, where no line is free, where it is off, and where the page can do nothing', async () => {
    expect((await order({ answer: 'browser', phone: '123' })).json()).toMatchObject({
      error: { code: 'INVALID_PHONE' },
    });
    expect((await order({ answer: 'fax' })).statusCode).toBe(400);
    expect((await order({ answer: 'browser', browser_ways: [] })).statusCode).toBe(400);
    expect((await order({ answer: 'browser', browser_ways: ['webrtc'] })).json()).toMatchObject({
      error: { code: 'BROWSER_PHONE_UNFIT' },
    });
    for (let n = 0; n < 3; n += 1) expect((await order({ answer: 'browser' })).statusCode).toBe(200);
    expect((await order({ answer: 'browser' })).json()).toMatchObject({ error: { code: 'ENGINE_BUSY' } });

    await test.app.close();
    test = await testApp();
    expect((await order({ answer: 'browser' })).json()).toMatchObject({
      error: { code: 'BROWSER_PHONE_OFF' },
    });
    expect((await test.app.inject('/demo/about')).json()).toMatchObject({ browser_phone: false });
  });

  it('is held against the guards of money and of the client, not of a number that nobody dials', async () => {
    await test.app.close();
    test = await testApp({ engine, guards: GUARDS });
    const options: (CreateOptions | undefined)[] = [];
    const { createDemoSession } = test.store;
    test.store.createDemoSession = (one, more) => {
      options.push(more);
      return createDemoSession.call(test.store, one, more);
    };
    expect((await order({ answer: 'browser' })).statusCode).toBe(200);
    expect(options).toMatchObject([
      {
        dial: false,
        client: '127.0.0.1',
        guards: { ...GUARDS, prefixes: [''], perNumberAtOnce: 5, perNumberHourly: 200 },
      },
    ]);
  });
});

describe('GET /demo/phone', () => {
  it('opens once with its token, and the page hears the phone', async () => {
    const base = await listening();
    const { url } = await phone();
    const { status, first } = await connect(`${base}${url}`);
    expect(status).toBe(101);
    expect(JSON.parse(await first)).toMatchObject({ type: 'start', format: 'pcmu', frame_bytes: 160 });
    expect((await connect(`${base}${url}`)).status).toBe(401);
  });

  it('refuses wrong tokens, pages of other sites, and plain requests, none of which uses the token up', async () => {
    const base = await listening();
    const { url } = await phone();
    expect((await connect(`${base}/demo/phone`)).status).toBe(401);
    expect((await connect(`${base}${url.slice(0, -1)}`)).status).toBe(401);
    expect((await connect(`${base}${url}`, 'https://evil.example')).status).toBe(401);
    expect((await connect(`${base}${url}`, 'null')).status).toBe(401);
    expect((await test.app.inject(url)).statusCode).toBe(426);
    expect((await connect(`${base}${url}`, base.replace('ws', 'http'))).status).toBe(101);
  });

  it('lets the page have the microphone, and no other page in it', async () => {
    const { headers } = await test.app.inject('/demo/about');
    expect(headers['permissions-policy']).toBe('microphone=(self), camera=(), geolocation=()');
  });
});
