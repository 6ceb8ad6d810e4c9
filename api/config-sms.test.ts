import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const sms = (env: Record<string, string>) => readConfig(env).sms;
function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration of text messages', () => {
  it('is the outbox without settings, whatever keys lie about', () => {
    expect(sms({})).toEqual({ gateway: 'outbox' });
    expect(sms({ SMSRU_API_ID: 'x', SMS_SENDER: 'HALO' })).toEqual({ gateway: 'outbox' });
  });

  it('has each gateway’s keys', () => {
    expect(sms({ SMS_GATEWAY: 'smsc', SMSC_LOGIN: 'a', SMSC_PASSWORD: 'b', SMS_SENDER: 'HALO' })).toEqual({
      gateway: 'smsc',
      credentials: { login: 'a', password: 'b' },
      sender: 'HALO',
    });
    expect(sms({ SMS_GATEWAY: 'smsc', SMSC_API_KEY: 'k' })).toEqual({
      gateway: 'smsc',
      credentials: { apiKey: 'k' },
    });
    expect(sms({ SMS_GATEWAY: 'smsru', SMSRU_API_ID: 'k', SMS_API_URL: 'http://127.0.0.1:1' })).toEqual({
      gateway: 'smsru',
      apiId: 'k',
      baseUrl: 'http://127.0.0.1:1',
    });
    expect(sms({ SMS_GATEWAY: 'smsaero', SMSAERO_EMAIL: 'a@b.ru', SMSAERO_API_KEY: 'k' })).toEqual({
      gateway: 'smsaero',
      email: 'a@b.ru',
      apiKey: 'k',
      sender: 'SMS Aero',
    });
    expect(sms({ SMS_GATEWAY: 'exolve', EXOLVE_API_KEY: 'k', SMS_SENDER: '79160000000' })).toEqual({
      gateway: 'exolve',
      apiKey: 'k',
      sender: '79160000000',
    });
  });

  it.each([
    [{ SMS_GATEWAY: 'smsc', SMSC_LOGIN: 'a' }, 'SMSC_API_KEY либо SMSC_LOGIN и SMSC_PASSWORD'],
    [{ SMS_GATEWAY: 'smsru' }, 'SMSRU_API_ID'],
    [{ SMS_GATEWAY: 'smsaero', SMSAERO_EMAIL: 'a@b.ru' }, 'SMSAERO_EMAIL и SMSAERO_API_KEY'],
    [{ SMS_GATEWAY: 'exolve', EXOLVE_API_KEY: 'k' }, 'EXOLVE_API_KEY и SMS_SENDER'],
  ])('says what %j lacks', (env, what) => {
    expect(problemsOf(env)).toEqual([
      `SMS_GATEWAY: дано ${env.SMS_GATEWAY}, но не задано: ${what}; задайте или выберите outbox`,
    ]);
  });

  it('takes a key from a file, and never repeats a bad one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'halo-sms-'));
    const file = join(folder, 'key');
    writeFileSync(file, 'from-a-file\n');
    expect(sms({ SMS_GATEWAY: 'smsru', SMSRU_API_ID_FILE: file })).toMatchObject({ apiId: 'from-a-file' });
    rmSync(folder, { recursive: true });
    const bad = problemsOf({ SMS_GATEWAY: 'smsru', SMSRU_API_ID: 'se cret' });
    expect(bad).toHaveLength(1);
    expect(bad[0]).not.toContain('se cret');
  });

  it('ends the short link’s base with one slash', () => {
    const base = (text: string) => readConfig({ SHORT_LINK_BASE: text }).shortLinkBase;
    expect([base('https://h.ru/t'), base('https://h.ru/t//')]).toEqual([
      'https://h.ru/t/',
      'https://h.ru/t/',
    ]);
    expect(readConfig({}).shortLinkBase).toBeUndefined();
    expect(problemsOf({ SHORT_LINK_BASE: 'h.ru/t' })).toHaveLength(1);
  });
});
