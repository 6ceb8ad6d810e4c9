import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureApiKey } from './api-key-file.ts';
import { CONFIG_TABLE, VARIABLES } from './config-table.ts';
import { ConfigError, readConfig } from './config.ts';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      dataDir: resolve('.halo'),
      databaseUrl: undefined,
      apiAuthKey: undefined,
      openai: {
        apiKey: undefined,
        baseUrl: 'https://api.openai.com/v1',
        sttModel: 'whisper-1',
        chatModel: 'gpt-4o',
        fallbackChatModel: undefined,
        ttsModel: 'gpt-4o-mini-tts',
        voices: {},
        timeouts: { sttMs: 8_000, replyFirstMs: 8_000, speechFirstMs: 8_000 },
        retries: 2,
        hedgeMs: 1_500,
      },
      speech: 'offline',
      maxCalls: 10,
      ringTimeoutSec: 30,
      telephony: {
        kind: 'auto',
        asteriskDir: resolve('.asterisk'),
        mediaAddress: '127.0.0.1',
        sip: { address: '0.0.0.0', port: 5060 },
        rtp: { from: 20_000, to: 20_999 },
        localNetworks: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8'],
        inbound: 'refuse',
        browserPhone: 'auto',
        trunks: [],
      },
      guards: undefined,
      trustedProxies: [],
      telegram: {
        botName: 'HALO_DEMO_BOT',
        botToken: undefined,
        webhookSecret: undefined,
        followUp: false,
        apiRoot: 'https://api.telegram.org',
      },
      publicUrl: undefined,
      sms: { gateway: 'outbox' },
      shortLinkBase: undefined,
      webhook: undefined,
      logLevel: 'info',
      logPii: false,
    });
  });

  it('reads how the OpenAI server is to be spoken to', () => {
    const { openai } = readConfig({
      OPENAI_FALLBACK_CHAT_MODEL: 'gpt-4o-mini',
      OPENAI_TTS_VOICES: 'male=am_adam,female=af_heart',
      OPENAI_TIMEOUT_SEC: '20',
      OPENAI_RETRIES: '0',
      OPENAI_HEDGE_MS: '0',
    });
    expect(openai).toMatchObject({
      fallbackChatModel: 'gpt-4o-mini',
      voices: { male: 'am_adam', female: 'af_heart' },
      timeouts: { sttMs: 10_000, replyFirstMs: 20_000, speechFirstMs: 20_000 },
      retries: 0,
      hedgeMs: 0,
    });
    expect(problemsOf({ OPENAI_TTS_VOICES: 'child=x', OPENAI_RETRIES: '9' })).toHaveLength(2);
  });

  it('takes an empty variable for an absent one, and 0 for a number', () => {
    expect(readConfig({ PORT: '', HOST: '  ', OPENAI_API_KEY: '' })).toEqual(readConfig({}));
    expect(readConfig({ PORT: '0' }).port).toBe(0);
  });

  it('lets a key decide the speech, unless it is said otherwise', () => {
    expect(readConfig({ OPENAI_API_KEY: 'sk-1' }).speech).toBe('openai');
    expect(readConfig({ OPENAI_API_KEY: 'sk-1', HALO_SPEECH: 'offline' }).speech).toBe('offline');
    expect(problemsOf({ HALO_SPEECH: 'openai' })).toHaveLength(1);
  });

  it.each([
    ['true', true],
    ['1', true],
    ['YES', true],
    ['false', false],
    ['0', false],
  ])('reads %s as a switch', (text, value) => {
    expect(readConfig({ HALO_LOG_PII: text }).logPii).toBe(value);
  });

  it('names every problem at once: the variable, what was given, what is expected', () => {
    const problems = problemsOf({
      PORT: '70000',
      HALO_MAX_CALLS: '3.5',
      HALO_SPEECH: 'loud',
      LOG_LEVEL: 'INFO',
    });
    expect(problems).toEqual([
      'PORT: дано «70000», нужно: целое число от 0 до 65535',
      'HALO_SPEECH: дано «loud», нужно: auto, offline или openai',
      'HALO_MAX_CALLS: дано «3.5», нужно: целое число от 1 до 1000',
      'LOG_LEVEL: дано «INFO», нужно: trace, debug, info, warn, error, fatal или silent',
    ]);
  });

  it.each([
    'API_AUTH_KEY',
    'OPENAI_API_KEY',
    'DATABASE_URL',
    'TRUNK_PASSWORD',
    'HALO_ARI_PASSWORD',
    'TELEGRAM_BOT_TOKEN',
    'TELEGRAM_WEBHOOK_SECRET',
  ])('never repeats the secret in %s', (name) => {
    const problems = problemsOf({ [name]: 'hunter two' });
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toContain(name);
    expect(problems.join()).not.toContain('hunter');
  });

  it.each([
    ['PORT', '-1'],
    ['PORT', '0x10'],
    ['PORT', '3000abc'],
    ['DATABASE_URL', 'mysql://x/y'],
    ['OPENAI_BASE_URL', 'api.example.org'],
    ['TELEGRAM_BOT_NAME', '@halo_bot'],
    ['TELEGRAM_BOT_TOKEN', 'halo_bot'],
    ['TELEGRAM_WEBHOOK_SECRET', 'short'],
    ['TELEGRAM_API_ROOT', 'api.telegram.org'],
    ['PUBLIC_URL', 'halo.example.org'],
    ['PUBLIC_URL', 'https://halo.example.org/?a=1'],
    ['HALO_RING_TIMEOUT_SEC', '1'],
    ['HALO_LOG_PII', 'maybe'],
  ])('refuses %s=%s', (name, text) => {
    expect(problemsOf({ [name]: text })).toHaveLength(1);
  });

  it('has a table of every variable whose defaults are the ones used', () => {
    expect(CONFIG_TABLE.map((row) => row.name)).toEqual(Object.keys(VARIABLES));
    expect(readConfig(Object.fromEntries(CONFIG_TABLE.map((row) => [row.name, row.default])))).toEqual(
      readConfig({}),
    );
    for (const row of CONFIG_TABLE) expect(row.meaning).toMatch(/[а-яё].*\.$/);
  });
});

describe('the API key of the data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'halo-key-')), 'data');
  });
  afterEach(async () => {
    await rm(join(folder, '..'), { recursive: true });
  });

  it('is made once, for the owner only, and then stays', async () => {
    const first = await ensureApiKey(folder);
    expect(first).toMatchObject({ created: true, file: join(folder, 'api-key') });
    expect(first.key).toMatch(/^[\w-]{43}$/);
    expect((await stat(first.file)).mode & 0o777).toBe(0o600);
    expect(await ensureApiKey(folder)).toEqual({ ...first, created: false });
    expect(await readdir(folder)).toEqual(['api-key']);
  });

  it('is the same for processes that start together', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => ensureApiKey(folder)));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(1);
    expect(keys.filter(({ created }) => created)).toHaveLength(1);
  });

  it('is closed to others again when somebody opened it', async () => {
    const { file } = await ensureApiKey(folder);
    await chmod(file, 0o644);
    await ensureApiKey(folder);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is not replaced in silence when it was spoilt', async () => {
    const { file } = await ensureApiKey(folder);
    await writeFile(file, 'short\n');
    await expect(ensureApiKey(folder)).rejects.toThrow(/delete it/);
    expect(await readFile(file, 'utf8')).toBe('short\n');
  });
});
