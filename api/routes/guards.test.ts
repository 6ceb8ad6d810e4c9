import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Value } from 'typebox/value';
import { GuardRefusal } from '../guards/refusal.ts';
import type { GuardLimits } from '../guards/limits.ts';
import { ErrorBody } from '../schemas/error.ts';
import { Guards } from '../schemas/guards.ts';
import { Healthy } from '../schemas/health.ts';
import { testApp, WITH_KEY, type TestApp } from '../testing/test-app.ts';

const LIMITS: GuardLimits = {
  prefixes: ['+7'],
  callsAtOnce: 5,
  perNumberAtOnce: 1,
  perNumberHourly: 3,
  perClientHourly: 10,
  dailyCalls: 200,
  dailyMinutes: 300,
};
const AWAY = 'связь с Asterisk потеряна.';

let test: TestApp | undefined;
afterEach(async () => {
  await test?.app.close();
});
async function start(overrides: Parameters<typeof testApp>[0] = {}): Promise<TestApp> {
  test = await testApp(overrides);
  return test;
}

interface Sent {
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly from?: string;
}
const send = ({ app }: TestApp, { url = '/demo/session', headers = {}, from = '198.51.100.9' }: Sent = {}) =>
  app.inject({
    method: 'POST',
    url,
    headers,
    remoteAddress: from,
    payload: { phone: '+79161234567' },
  });

describe('whom an order counts against', () => {
  it('is nobody without guards', async () => {
    const now = await start();
    await send(now);
    expect(now.store.options).toEqual([{}]);
  });

  it('is the connection’s address in the cabinet, and nobody with the right key', async () => {
    const now = await start({ guards: LIMITS });
    await send(now);
    await send(now, { headers: { 'x-api-key': 'wrong' } });
    await send(now, { headers: WITH_KEY });
    await send(now, { url: '/call', headers: WITH_KEY });
    expect(now.store.options).toEqual([
      { guards: LIMITS, client: '198.51.100.9' },
      { guards: LIMITS, client: '198.51.100.9' },
      { guards: LIMITS },
      { guards: LIMITS },
    ]);
  });

  it('cannot be chosen by the client', async () => {
    const now = await start({ guards: LIMITS });
    for (const headers of [
      { 'x-forwarded-for': '203.0.113.1' },
      { 'x-forwarded-for': '203.0.113.1, 203.0.113.2' },
      { 'x-real-ip': '203.0.113.3', forwarded: 'for=203.0.113.4' },
    ])
      await send(now, { headers });
    expect(now.store.options.map(({ client }) => client)).toEqual(Array(3).fill('198.51.100.9'));
  });

  it('is what a trusted proxy says, and only what it says itself', async () => {
    const now = await start({ guards: LIMITS, trustedProxies: ['10.0.0.0/8', '2001:db8::7'] });
    const forwarded = { 'x-forwarded-for': '203.0.113.66, 203.0.113.1' };
    await send(now, { headers: forwarded, from: '10.1.2.3' });
    await send(now, { headers: forwarded, from: '2001:db8::7' });
    await send(now, {
      headers: { 'x-forwarded-for': '203.0.113.66, 203.0.113.1, 10.9.9.9' },
      from: '10.1.2.3',
    });
    await send(now, { headers: forwarded, from: '11.1.2.3' });
    await send(now, { from: '10.1.2.3' });
    expect(now.store.options.map(({ client }) => client)).toEqual([
      '203.0.113.1',
      '203.0.113.1',
      '203.0.113.1',
      '11.1.2.3',
      '10.1.2.3',
    ]);
  });

  it('stays known when the client hangs up before it is asked for', async () => {
    const now = await start({ guards: LIMITS });
    const sockets: Socket[] = [];
    now.app.server.on('connection', (socket) => sockets.push(socket));
    const describe = now.engine.describe.bind(now.engine);
    now.engine.describe = () => {
      for (const socket of sockets) socket.destroy();
      return describe();
    };
    const base = await now.app.listen({ port: 0, host: '127.0.0.1' });
    const sent = fetch(`${base}/demo/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ phone: '+79161234567' }),
    });
    await expect(sent).rejects.toThrow();
    await vi.waitFor(() => expect(now.store.options.map(({ client }) => client)).toEqual(['127.0.0.1']), {
      timeout: 10_000,
    });
  });

  it('is not asked with a list of proxies that is no list of addresses', async () => {
    await expect(testApp({ trustedProxies: ['my-proxy'] })).rejects.toThrow(/invalid IP address/i);
    const now = await start({ guards: LIMITS, trustedProxies: [] });
    await send(now, { headers: { 'x-forwarded-for': '203.0.113.1' } });
    expect(now.store.options[0]?.client).toBe('198.51.100.9');
  });
});

describe('a refused order', () => {
  it.each([
    ['NUMBER_NOT_ALLOWED', 403, undefined],
    ['NUMBER_TOO_OFTEN', 429, 1500],
    ['NUMBER_BUSY', 429, 60],
    ['TOO_MANY_CALLS', 429, 60],
    ['CLIENT_TOO_OFTEN', 429, 1],
    ['DAILY_CALLS_SPENT', 429, 86_400],
    ['DAILY_MINUTES_SPENT', 429, 86_400],
  ] as const)('with %s is %i, and says when to come back', async (reason, status, retryAfterSec) => {
    const now = await start({ guards: LIMITS });
    const words = 'На этот номер уже звонили. Попробуйте через 25 минут.';
    now.store.refusal = new GuardRefusal({
      reason,
      message: words,
      ...(retryAfterSec === undefined ? {} : { retryAfterSec }),
    });
    for (const sent of [{ url: '/demo/session' }, { url: '/call', headers: WITH_KEY }]) {
      const answer = await send(now, sent);
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(answer.headers['retry-after']).toBe(
        retryAfterSec === undefined ? undefined : String(retryAfterSec),
      );
      expect(Value.Check(ErrorBody, answer.json())).toBe(true);
      expect(answer.json()).toEqual({ error: { code: reason, message: words } });
    }
    expect(now.store.rowCount).toBe(0);
  });

  it('wakes nobody', async () => {
    const woken: string[] = [];
    const now = await start({ guards: LIMITS, onCallCreated: (callId) => void woken.push(callId) });
    now.store.refusal = new GuardRefusal({ reason: 'NUMBER_BUSY', message: 'занято', retryAfterSec: 60 });
    await send(now);
    expect(woken).toEqual([]);
  });
});

describe('while the telephony is away', () => {
  it.each([
    ['/demo/session', {}],
    ['/call', WITH_KEY],
  ])('POST %s is 503 with the reason, and nothing is stored', async (url, headers) => {
    const now = await start();
    away(now, AWAY);
    const answer = await send(now, { url, headers });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('10');
    expect(Value.Check(ErrorBody, answer.json())).toBe(true);
    expect(answer.json()).toEqual({
      error: {
        code: 'TELEPHONY_AWAY',
        message:
          'Сейчас звонить нельзя: связь с Asterisk потеряна. Звонки возобновятся сами; попробуйте через минуту.',
      },
    });
    expect(now.store.rowCount).toBe(0);
    away(now, undefined);
    expect((await send(now, { url, headers })).statusCode).toBe(200);
  });

  it('an order without the key, or a wrong one, is told that first', async () => {
    const now = await start();
    away(now, AWAY);
    expect((await send(now, { url: '/call' })).statusCode).toBe(401);
    const wrong = await now.app.inject({ method: 'POST', url: '/demo/session', payload: { phone: 'x' } });
    expect(wrong.statusCode).toBe(400);
  });

  it('/healthz is still 200, and says so', async () => {
    const now = await start();
    const health = async () => {
      const answer = await now.app.inject({ url: '/healthz' });
      expect(answer.statusCode).toBe(200);
      expect(Value.Check(Healthy, answer.json())).toBe(true);
      return answer.json<Healthy>();
    };
    expect(await health()).toMatchObject({ status: 'ok', telephony: { name: 'simulator', state: 'ready' } });
    away(now, AWAY);
    const sick = await health();
    expect(sick.status).toBe('ok');
    expect(sick.telephony).toEqual({ name: 'simulator', state: 'away', reason: AWAY });
  });
});

describe('GET /guards', () => {
  it('wants the key', async () => {
    const now = await start({ guards: LIMITS });
    expect((await now.app.inject({ url: '/guards' })).statusCode).toBe(401);
  });

  it('tells the limits, what is spent of them, and what was refused', async () => {
    const now = await start({ guards: LIMITS });
    const refusals = { ...now.store.today.refusals, NUMBER_BUSY: 4 };
    now.store.today = { ...now.store.today, calls: 12, talkedSec: 301, atOnce: 2, refusals };
    const answer = await now.app.inject({ url: '/guards', headers: WITH_KEY });
    expect(answer.statusCode).toBe(200);
    expect(Value.Check(Guards, answer.json())).toBe(true);
    expect(answer.json()).toEqual({
      enabled: true,
      limits: {
        prefixes: ['+7'],
        calls_at_once: 5,
        number_at_once: 1,
        number_hourly: 3,
        client_hourly: 10,
        daily_calls: 200,
        daily_minutes: 300,
      },
      today: { day: '2026-11-17', calls: 12, minutes: 5.1, calls_at_once: 2 },
      refusals,
    });
  });

  it('says that they are off where there is no real trunk', async () => {
    const now = await start();
    const answer = await now.app.inject({ url: '/guards', headers: WITH_KEY });
    expect(Value.Check(Guards, answer.json())).toBe(true);
    expect(answer.json()).toMatchObject({ enabled: false, limits: null });
  });
});

function away({ engine }: TestApp, reason: string | undefined): void {
  const { name, simulated, notice } = engine.description.telephony;
  const telephony = { name, simulated, notice, ...(reason === undefined ? {} : { away: reason }) };
  engine.description = { ...engine.description, telephony };
}
