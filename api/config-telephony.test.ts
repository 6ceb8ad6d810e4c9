import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, readConfig, type HaloConfig } from './config.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halo-trunks-'));
});
afterAll(() => rm(folder, { recursive: true }));

const telephony = (env: Record<string, string>): HaloConfig['telephony'] => readConfig(env).telephony;

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe('trunks', () => {
  it('needs no more than a host: known by its address, not registered', () => {
    expect(telephony({ TRUNK_HOST: 'sip.example.org' }).trunks).toEqual([
      {
        name: 'main',
        host: 'sip.example.org',
        port: 5060,
        transport: 'udp',
        register: false,
        codecs: ['ulaw', 'alaw'],
        numberFormat: 'e164',
        addresses: [],
      },
    ]);
  });

  it('registers where there are a user and a password, unless it is said otherwise', () => {
    const account = { TRUNK_HOST: 'sip.example.org', TRUNK_USER: '12345', TRUNK_PASSWORD: 'pa;ss=#1' };
    expect(telephony(account).trunks[0]).toMatchObject({
      user: '12345',
      password: 'pa;ss=#1',
      register: true,
    });
    expect(telephony({ ...account, TRUNK_REGISTER: 'false' }).trunks[0]).toMatchObject({ register: false });
  });

  it('has the port of its transport', () => {
    expect(telephony({ TRUNK_HOST: 'x.org', TRUNK_TRANSPORT: 'tls' }).trunks[0]?.port).toBe(5061);
    expect(
      telephony({ TRUNK_HOST: 'x.org', TRUNK_TRANSPORT: 'tls', TRUNK_PORT: '5062' }).trunks[0]?.port,
    ).toBe(5062);
  });

  it('reads several from a file, their passwords from files beside it', async () => {
    await file('one.secret', 'first-password\n');
    const path = await file(
      'trunks.json',
      JSON.stringify([
        { name: 'one', host: '203.0.113.7', user: 'u', password_file: 'one.secret', codecs: ['alaw'] },
        {
          name: 'two',
          host: 'two.example.org',
          transport: 'tcp',
          number_format: 'plain',
          addresses: ['198.51.100.0/24'],
        },
      ]),
    );
    const { trunks } = telephony({ HALO_TRUNKS_FILE: path, TRUNK_HOST: 'zero.example.org' });
    expect(trunks.map(({ name }) => name)).toEqual(['main', 'one', 'two']);
    expect(trunks[1]).toMatchObject({ password: 'first-password', register: true, codecs: ['alaw'] });
    expect(trunks[2]).toMatchObject({
      numberFormat: 'plain',
      register: false,
      addresses: ['198.51.100.0/24'],
    });
  });

  it.each([
    ['no JSON', '[{"name": "a", "password": "hunter2"'],
    ['no list', '{"name": "a", "host": "b"}'],
    ['an empty list', '[]'],
    ['an unknown field', '[{"name": "a", "host": "b", "pasword": "hunter2"}]'],
    ['a name that would break out', '[{"name": "a]\\n[b", "host": "b"}]'],
    ['a password with a newline', '[{"name": "a", "host": "b", "user": "u", "password": "x\\nhunter2"}]'],
    ['a password file that is not there', '[{"name": "a", "host": "b", "password_file": "nowhere"}]'],
    ['one name twice', '[{"name": "a", "host": "b"}, {"name": "a", "host": "c"}]'],
  ])('refuses a file with %s, and repeats no secret', async (_, text) => {
    const problems = problemsOf({ HALO_TRUNKS_FILE: await file('bad.json', text) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('HALO_TRUNKS_FILE');
    expect(problems[0]).not.toContain('hunter2');
  });

  it.each([
    ['TRUNK_HOST', 'sip.example.org;evil'],
    ['TRUNK_HOST', 'sip://x'],
    ['TRUNK_USER', 'a b'],
    ['TRUNK_CALLER_ID', 'HALO'],
    ['TRUNK_CODECS', 'ulaw,gsm'],
    ['HALO_SIP_BIND', '5060'],
    ['HALO_RTP_PORTS', '20000-20001'],
    ['HALO_RTP_PORTS', '30000-20000'],
    ['HALO_ARI_URL', 'asterisk:8088'],
    ['HALO_ARI_URL', 'http://asterisk:8088'],
    ['TRUNK_USER', 'lonely'],
    ['HALO_INBOUND', 'maybe'],
  ])('refuses %s=%s', (name, text) => {
    expect(problemsOf({ [name]: text })).toHaveLength(1);
  });
});

describe('guards', () => {
  const TRUNK = { TRUNK_HOST: 'sip.example.org' };
  it('hold as soon as calls cost money, unless it is said otherwise', () => {
    expect(readConfig({}).guards).toBeUndefined();
    expect(readConfig(TRUNK).guards).toEqual({
      prefixes: ['+7'],
      callsAtOnce: 5,
      perNumberAtOnce: 1,
      perNumberHourly: 3,
      perClientHourly: 10,
      dailyCalls: 200,
      dailyMinutes: 300,
    });
    expect(readConfig({ ...TRUNK, HALO_TELEPHONY: 'simulator' }).guards).toBeUndefined();
    expect(readConfig({ ...TRUNK, HALO_GUARDS: 'off' }).guards).toBeUndefined();
    expect(readConfig({ HALO_GUARDS: 'on', GUARD_PREFIXES: '+79, +7495' }).guards?.prefixes).toEqual([
      '+79',
      '+7495',
    ]);
  });
});

describe('secrets', () => {
  it('may come as files, and not in two ways at once', async () => {
    const path = await file('key', 'sk-from-a-file\n');
    expect(readConfig({ OPENAI_API_KEY_FILE: path })).toMatchObject({
      speech: 'openai',
      openai: { apiKey: 'sk-from-a-file' },
    });
    expect(problemsOf({ OPENAI_API_KEY_FILE: path, OPENAI_API_KEY: 'sk-2' })).toHaveLength(1);
    expect(problemsOf({ OPENAI_API_KEY_FILE: join(folder, 'nowhere') })[0]).toContain('OPENAI_API_KEY_FILE');
  });

  const ASTERISK = { HALO_ARI_URL: 'http://asterisk:8088/', HALO_ARI_PASSWORD: 'secret-ari' };
  it('wants a way to the network behind an Asterisk of one’s own', () => {
    expect(problemsOf(ASTERISK)[0]).toContain('звонить некуда');
    expect(problemsOf({ ...ASTERISK, TRUNK_HOST: 'sip.example.org' })).toEqual([]);
  });

  it('leaves an Asterisk of one’s own to those who have its password', () => {
    expect(telephony({ ...ASTERISK, HALO_CARRIER_ARI_URL: 'http://carrier:8088' }).ari).toEqual({
      url: 'http://asterisk:8088',
      user: 'halo',
      password: 'secret-ari',
    });
  });
});

describe('the customer’s telephony provider', () => {
  const KEY = 'the-key-of-the-provider';
  const config = (more: object = {}) =>
    JSON.stringify({ dial_url: 'https://p.example/dial', public_url: 'https://halo.example/', ...more });
  const env = (json: string, more: Record<string, string> = {}) => ({
    HALO_TELEPHONY: 'provider',
    TELEPHONY_API_KEY: KEY,
    TELEPHONY_CONFIG: json,
    ...more,
  });

  it('needs no more than where to ask and where we are; the key signs the events too', () => {
    expect(telephony(env(config()))).toMatchObject({
      kind: 'provider',
      provider: {
        mapping: 'unified',
        dialUrl: 'https://p.example/dial',
        publicUrl: 'https://halo.example',
        apiKey: KEY,
        eventSecret: KEY,
      },
    });
  });

  it('knows us by PUBLIC_URL, where it is given no other address', () => {
    const publicUrl = { PUBLIC_URL: 'https://people.example' };
    expect(telephony(env('{"dial_url":"https://p.example"}', publicUrl)).provider?.publicUrl).toBe(
      'https://people.example',
    );
    expect(telephony(env(config(), publicUrl)).provider?.publicUrl).toBe('https://halo.example');
  });

  it('is read from a file too, and only when it is asked for', async () => {
    const path = await file('telephony.json', config({ hangup_url: 'https://p.example/hangup' }));
    expect(telephony(env(path)).provider?.hangupUrl).toBe('https://p.example/hangup');
    expect(telephony({ ...env('no JSON'), HALO_TELEPHONY: 'simulator' }).provider).toBeUndefined();
  });

  it('costs money, so the guards hold', () => {
    expect(readConfig(env(config())).guards).toBeDefined();
  });

  it('knows Voximplant’s own address', () => {
    const json = JSON.stringify({
      mapping: 'voximplant',
      public_url: 'https://halo.example',
      voximplant: { account_id: '12', rule_id: '34' },
    });
    expect(telephony(env(json)).provider).toMatchObject({
      dialUrl: 'https://api.voximplant.com/platform_api/StartScenarios/',
      voximplant: { accountId: '12', ruleId: '34' },
    });
  });

  it.each([
    ['no JSON', '{"dial_url": "hunter2"', 'это не JSON'],
    ['no such file', '/no/such/file', 'файл не читается'],
    ['an unknown field', config({ dial: 1 }), 'не подходит'],
    ['no address of ours', '{"dial_url":"https://p.example"}', 'PUBLIC_URL'],
    ['no address of theirs', '{"public_url":"https://halo.example"}', 'dial_url'],
    ['Mango without its key', config({ mapping: 'mango', event_secret: 'a-long-secret' }), 'mango_api_key'],
    ['Zadarma without its secret', config({ mapping: 'zadarma' }), 'event_secret'],
    ['Voximplant without its rule', config({ mapping: 'voximplant' }), 'rule_id'],
  ])('says what is wrong: %s', (_what, json, problem) => {
    const problems = problemsOf(env(json));
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('needs its key', () => {
    expect(problemsOf({ HALO_TELEPHONY: 'provider' })).toEqual([
      expect.stringContaining('TELEPHONY_API_KEY'),
    ]);
  });
});
