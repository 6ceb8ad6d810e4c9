import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testApp, type TestApp } from '../testing/test-app.ts';

let test: TestApp;
beforeEach(async () => {
  test = await testApp();
});
afterEach(() => test.app.close());

const order = { phone: '+79161231234', language: 'auto', voice: 'female', prompt: '' };

describe('GET /t/:code', () => {
  it('leads on to Telegram, and is kept by nobody on the way', async () => {
    await test.app.inject({ method: 'POST', url: '/demo/session', payload: order });
    const [session] = test.store.sessions.values();
    const answer = await test.app.inject({ url: `/t/${session?.linkCode}` });
    expect(answer.statusCode).toBe(302);
    expect(answer.headers.location).toBe(`https://t.me/HALO_DEMO_BOT?start=${session?.callIdHash}`);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it.each(['Abc012xyZ', 'short', 'Abc012xy-', 'Abc012xyZ0'])(
    'says politely that %s is none',
    async (code) => {
      const answer = await test.app.inject({ url: `/t/${code}` });
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.body).toContain('Такой ссылки нет');
      expect(answer.body).not.toContain(code);
    },
  );

  it('does not ask the database about what cannot be a code', async () => {
    test.store.failure = new Error('the database is away');
    expect((await test.app.inject({ url: '/t/short' })).statusCode).toBe(404);
    expect((await test.app.inject({ url: '/t/Abc012xyZ' })).statusCode).toBe(500);
  });
});
