import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BotApi, BotApiError, type BotApiOptions } from './bot-api.ts';
import { answerWith, drip, FakeBotApi, hangUp, refuse, TOKEN, type Fault } from './testing/fake-bot-api.ts';

let server: FakeBotApi;
let root: string;
let slept: number[];
beforeEach(async () => {
  server = new FakeBotApi();
  root = await server.start();
  slept = [];
});
afterEach(async () => {
  await server.stop();
});

const botApi = (more: Partial<BotApiOptions> = {}) =>
  new BotApi({ token: TOKEN, root, timeoutMs: 300, sleep: async (ms) => void slept.push(ms), ...more });

async function failure(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BotApiError);
  const { message } = error as Error;
  expect(message).not.toContain(TOKEN);
  expect(message).not.toContain('ABC-DEF');
  return message;
}

const unavailable = refuse(502, 'Bad Gateway');

describe('the Bot API', () => {
  it('is told the address, the secret, the kind of updates and what to do with those that wait', async () => {
    await botApi().setWebhook('https://halo.example.org/telegram/webhook', 's'.repeat(43), true);
    expect(server.asked).toEqual([
      {
        method: 'setWebhook',
        parameters: {
          url: 'https://halo.example.org/telegram/webhook',
          secret_token: 's'.repeat(43),
          allowed_updates: ['message'],
          drop_pending_updates: true,
        },
      },
    ]);
  });

  it.each([
    ['a wrong token', refuse(401, 'Unauthorized'), /@BotFather/],
    ['a bot that is not there', refuse(404, 'Not Found'), /TELEGRAM_API_ROOT/],
    [
      'a refusal',
      refuse(400, 'Bad Request: bad webhook: IP address is reserved'),
      /IP address is reserved.*400/,
    ],
    ['a long «retry after»', refuse(429, 'Too Many Requests', { retry_after: 3_600 }), /подождать 3600 с/],
    ['a page instead of JSON', answerWith(200, '<html>'), /не как Bot API/],
    ['JSON of another kind', answerWith(200, '{"ok":true,"result":{"name":1}}'), /не как Bot API/],
    ['JSON that is null', answerWith(200, 'null'), /не как Bot API/],
  ])('is asked once and explained: %s', async (_, fault, words) => {
    server.faults.push(fault);
    expect(await failure(botApi().name())).toMatch(words);
    expect(server.asked).toHaveLength(1);
    expect(slept).toEqual([]);
  });

  it.each<[string, Fault, RegExp]>([
    ['is out of order', unavailable, /502.*позже/],
    ['never ends its answer', drip, /не ответил вовремя/],
    ['hangs up', hangUp, /не добраться \(\w+\)/],
  ])('is asked three times, and then no more, when it %s', async (_, fault, words) => {
    server.faults.push(fault, fault, fault);
    expect(await failure(botApi().name())).toMatch(words);
    expect(server.asked).toHaveLength(3);
    expect(slept).toEqual([1_000, 2_000]);
  });

  it('is asked again after a short «retry after», as long as that says', async () => {
    server.faults.push(refuse(429, 'Too Many Requests', { retry_after: 4 }), unavailable);
    expect(await botApi().name()).toBe('HALO_DEMO_BOT');
    expect(slept).toEqual([4_000, 2_000]);
  });

  it('is not there at all', async () => {
    await server.stop();
    expect(await failure(botApi().name())).toMatch(/не добраться \(ECONNREFUSED\)/);
    expect(slept).toHaveLength(2);
    server = new FakeBotApi();
    await server.start();
  });
});
