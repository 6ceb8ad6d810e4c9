import { describe, expect, it } from 'vitest';
import { HELP, readOptions } from './options.ts';
import { UsageError } from '../lib/usage.ts';

function problem(args: readonly string[]): string {
  try {
    readOptions(args, {});
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`accepted: ${args.join(' ')}`);
}

describe('the command line of npm run trunk:check', () => {
  it('needs nothing', () => {
    const env = { TRUNK_HOST: 'sip.example.org' };
    expect(readOptions([], env)).toEqual({
      trunk: undefined,
      to: undefined,
      ringTimeoutMs: 30_000,
      json: false,
      env,
    });
  });

  it('takes a trunk that is not configured, and nothing of the configured one but the password', () => {
    const env = {
      TRUNK_HOST: 'a',
      TRUNK_USER: 'b',
      TRUNK_PASSWORD: 'c',
      HALO_TRUNKS_FILE: 'd',
      HALO_RTP_PORTS: '1-2',
    };
    expect(readOptions(['--host', 'x', '--port', '5070', '--from-domain', 'y'], env)?.env).toEqual({
      TRUNK_HOST: 'x',
      TRUNK_PORT: '5070',
      TRUNK_FROM_DOMAIN: 'y',
      TRUNK_PASSWORD: 'c',
      HALO_RTP_PORTS: '1-2',
    });
  });

  it.each([
    ['+79161234567', '+79161234567'],
    ['8 (916) 123-45-67', '+79161234567'],
    ['+375291234567', '+375291234567'],
  ])('reads the number %s', (text, phone) => {
    expect(readOptions(['--to', text], {})?.to).toBe(phone);
  });

  it('helps', () => {
    expect(readOptions(['--help'], {})).toBeUndefined();
    expect(HELP).toContain('TRUNK_PASSWORD_FILE');
  });

  it.each([
    [['--password', 'x'], 'TRUNK_PASSWORD'],
    [['--password=x'], 'TRUNK_PASSWORD'],
    [['--port', '5060'], '--host'],
    [['--host', 'a', '--trunk', 'b'], '--trunk'],
    [['--to', '911'], '+79XXXXXXXXX'],
    [['--to', '+7916123456x'], '+79XXXXXXXXX'],
    [['--ring-timeout', '1'], 'от 5 до 120'],
    [['--ring-timeout', 'x'], 'от 5 до 120'],
    [['--nonsense'], '--nonsense'],
    [['main'], 'main'],
  ])('refuses %j with what to change', (args, words) => {
    expect(problem(args)).toContain(words);
  });
});
