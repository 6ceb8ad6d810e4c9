import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeBotApi, refuse, TOKEN } from './telegram/testing/fake-bot-api.ts';

const server = new FakeBotApi();
let env: Record<string, string>;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'halo-telegram-'));
  env = {
    PATH: process.env['PATH'] ?? '',
    HALO_DATA_DIR: dataDir,
    TELEGRAM_API_ROOT: await server.start(),
    TELEGRAM_BOT_TOKEN: TOKEN,
    PUBLIC_URL: 'https://halo.example.org',
  };
});
afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const program = [join(import.meta.dirname, 'run.mjs'), 'scripts/telegram-webhook.ts'];
  const child = spawn(process.execPath, [...program, ...args], { env });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect(out + err).not.toContain(TOKEN.split(':')[1]);
  return { code, out, err };
}

const saying = (words: RegExp): string => expect.stringMatching(words) as string;

describe('npm run telegram:webhook', () => {
  it('ends with 0 when all is well', async () => {
    expect(await run()).toEqual({ code: 0, out: saying(/Зарегистрирован адрес/), err: '' });
    expect(server.webhook).toHaveProperty('url', 'https://halo.example.org/telegram/webhook');
  });

  it('ends with 1 when Telegram refuses, and says what to do', async () => {
    server.faults.push(refuse(401, 'Unauthorized'));
    expect(await run('--info')).toEqual({ code: 1, out: '', err: saying(/^halo: .*@BotFather/) });
  });

  it('ends with 2 when it was called wrongly', async () => {
    expect(await run('--nonsense')).toEqual({ code: 2, out: '', err: saying(/--help/) });
  });

  it('helps', async () => {
    expect(await run('--help')).toEqual({ code: 0, out: saying(/--drop-pending/), err: '' });
  });
});
