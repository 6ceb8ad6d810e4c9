import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhookSecret } from '../../api/channels/telegram/webhook.ts';
import { readConfig } from '../../api/config.ts';
import { testApp, TEST_TELEGRAM } from '../../api/testing/test-app.ts';
import { readOptions } from './options.ts';
import { UsageError } from '../lib/usage.ts';
import { FakeBotApi, TOKEN } from './testing/fake-bot-api.ts';
import { runWebhook } from './webhook.ts';

const ADDRESS = 'https://halo.example.org/telegram/webhook';

let server: FakeBotApi;
let dataDir: string;
let env: Record<string, string>;
let told: string[];
beforeEach(async () => {
  server = new FakeBotApi();
  dataDir = await mkdtemp(join(tmpdir(), 'halo-telegram-'));
  told = [];
  env = {
    HALO_DATA_DIR: dataDir,
    TELEGRAM_API_ROOT: `${await server.start()}/`,
    TELEGRAM_BOT_TOKEN: TOKEN,
    PUBLIC_URL: 'https://halo.example.org/',
  };
});
afterEach(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true });
});

async function run(...args: string[]): Promise<boolean> {
  const options = readOptions(args);
  if (options === undefined) throw new Error('help was asked for');
  return await runWebhook(options, readConfig(env), (line) => told.push(line));
}

const methods = () => server.asked.map(({ method }) => method);

describe('the registration', () => {
  it('gives Telegram the address and the secret that the server of the data folder then asks for', async () => {
    expect(await run()).toBe(true);
    expect(told.join('\n')).toContain(`Зарегистрирован адрес ${ADDRESS}`);
    const secret = (await readFile(join(dataDir, 'telegram-webhook-secret'), 'utf8')).trim();
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(told.join('\n')).not.toContain(secret);
    expect(server.webhook).toEqual({
      url: ADDRESS,
      secret_token: secret,
      allowed_updates: ['message'],
      drop_pending_updates: false,
    });

    expect(await webhookSecret(readConfig(env))).toBe(secret);
    const { app } = await testApp({ telegram: { ...TEST_TELEGRAM, secret } });
    const deliver = async (token: string): Promise<number> => {
      const answer = await app.inject({
        method: 'POST',
        url: new URL(ADDRESS).pathname,
        headers: { 'x-telegram-bot-api-secret-token': token },
        payload: { update_id: 1, message: { from: { id: 7 }, text: '/start' } },
      });
      return answer.statusCode;
    };
    expect([await deliver(secret), await deliver('another-secret-of-ours')]).toEqual([200, 401]);
    await app.close();
  });

  it('may be repeated, with a secret of one’s own, and drops what waits when told to', async () => {
    env['TELEGRAM_WEBHOOK_SECRET'] = 'my-own_secret-0123456789';
    expect(await run()).toBe(true);
    expect(await run('--drop-pending')).toBe(true);
    expect(server.webhook).toMatchObject({
      secret_token: 'my-own_secret-0123456789',
      drop_pending_updates: true,
    });
  });

  it('is told of, and taken away', async () => {
    expect(await run('--info')).toBe(false);
    await run();
    told = [];
    expect(await run('--info')).toBe(true);
    expect(told).toEqual([
      'Бот @HALO_DEMO_BOT',
      `  Адрес: ${ADDRESS}`,
      '  Ждут доставки: 0',
      '  Ошибок доставки нет',
    ]);
    delete env['PUBLIC_URL'];
    expect(await run('--info')).toBe(true);
    expect(await run('--delete', '--drop-pending')).toBe(true);
    expect(server.webhook).toEqual({});
    expect(server.asked.at(-1)?.parameters).toEqual({ drop_pending_updates: true });
  });

  it('tells of a token of another bot, and does not register it', async () => {
    server.username = 'other_bot';
    await expect(run()).rejects.toThrow(/@other_bot.*TELEGRAM_BOT_NAME=other_bot/);
    expect(server.webhook).toEqual({});
    server.webhook = { url: ADDRESS };
    expect(await run('--info')).toBe(false);
    server.username = 'halo_demo_bot';
    expect(await run('--info')).toBe(true);
  });

  it.each([
    [{ PUBLIC_URL: '' }, [], /PUBLIC_URL не задана/],
    [{ PUBLIC_URL: 'http://halo.example.org' }, [], /https/],
    [{ PUBLIC_URL: 'http://halo.example.org' }, ['--info'], /https/],
    [{ TELEGRAM_BOT_TOKEN: '' }, ['--info'], /TELEGRAM_BOT_TOKEN не задана/],
    [{}, ['--info', '--delete'], /что-то одно/],
    [{}, ['--info', '--drop-pending'], /--drop-pending/],
    [{}, ['--nonsense'], /nonsense/],
    [{}, ['now'], /now/],
  ])('asks nobody with %j %j', async (change, args, words) => {
    Object.assign(env, change);
    const failed = await run(...args).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(UsageError);
    expect((failed as Error).message).toMatch(words);
    expect(methods()).toEqual([]);
  });
});
