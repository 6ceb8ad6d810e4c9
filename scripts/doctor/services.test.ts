import { createSocket, type Socket } from 'node:dgram';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  startFakeGateway,
  type FakeAnswer,
  type FakeGateway,
} from '../../api/channels/sms/testing/fake-gateway.ts';
import { fakeSmsRu, KEYS } from '../../api/channels/sms/testing/fake-providers.ts';
import { apiError, CLIENT_EMAIL, startFakeGoogle } from '../../api/channels/sheets/testing/fake-google.ts';
import { SECRET, startReceiver } from '../../api/channels/webhook/testing/receiver.ts';
import { parseSip, serialiseSip } from '../trunk/sip-message.ts';
import { FakeBotApi, TOKEN } from '../telegram/testing/fake-bot-api.ts';
import type { Finding } from './check.ts';
import { clock } from './clock.ts';
import { disk, judgeSpace } from './disk.ts';
import { rows } from './rows.ts';
import { sms } from './sms.ts';
import { speech } from './speech.ts';
import { telegram } from './telegram.ts';
import { telephony } from './telephony.ts';
import { examine, NOBODY } from './testing/examine.ts';
import { trunk } from './trunk.ts';
import { webhook } from './webhook.ts';

let dir: string;
let answer: FakeAnswer;
let server: FakeGateway;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'halo-doctor-'));
  answer = { body: {} };
  server = await startFakeGateway(() => answer);
});
afterEach(async () => {
  await server.close();
  await rm(dir, { recursive: true });
});

const one = (findings: readonly Finding[]): string => {
  expect(findings).toHaveLength(1);
  const [{ status, what, advice }] = findings as [Finding];
  return [status, what, ...advice].join(' | ');
};

describe('the speech', () => {
  const models = (...ids: string[]): FakeAnswer => ({ body: { data: ids.map((id) => ({ id })) } });
  const look = async (more: Record<string, string> = {}) =>
    one(
      await examine(speech, {
        OPENAI_API_KEY: 'sk-secret',
        OPENAI_BASE_URL: `${server.baseUrl}/v1`,
        ...more,
      }),
    );

  it('of OpenAI: the key and the models are there', async () => {
    answer = models('whisper-1', 'gpt-4o', 'gpt-4o-mini-tts', 'other');
    expect(await look()).toMatch(/^ok \| 127.+ключ подошёл, модели на месте \(4 в списке\), \d+ мс$/);
    expect(server.arrivals[0]).toMatchObject({ method: 'GET', path: '/v1/models' });
    expect(server.arrivals[0]?.headers.authorization).toBe('Bearer sk-secret');
    answer = models('whisper-1', 'gpt-4o');
    expect(await look()).toMatch(/^fail .*нет моделей gpt-4o-mini-tts.* OPENAI_TTS_MODEL$/);
    answer = models('whisper-1', 'gpt-4o', 'gpt-4o-mini-tts');
    expect(await look({ OPENAI_FALLBACK_CHAT_MODEL: 'x' })).toMatch(/^fail .*нет моделей x /);
  });

  it.each<[number, unknown, RegExp]>([
    [401, {}, /^fail .*не принял ключ .*OPENAI_API_KEY/],
    [403, {}, /^fail .*не пускает/],
    [429, {}, /^warn .*429.*баланс/],
    [404, {}, /^warn .*не даёт списка моделей/],
    [500, {}, /^fail .*ответил 500/],
    [302, {}, /^fail .*ответил 302/],
    [200, '<html>', /^fail .*не как OpenAI/],
    [200, { data: [1] }, /^fail .*не как OpenAI/],
  ])('of OpenAI that answers %i %j', async (status, body, words) => {
    answer = { status, body };
    expect(await look()).toMatch(words);
  });

  it('of OpenAI that is not there, or says too much', async () => {
    expect(await look({ OPENAI_BASE_URL: NOBODY })).toMatch(/^fail .*ECONNREFUSED.*OPENAI_BASE_URL/);
    answer = { body: 'x'.repeat(2 * 1024 * 1024) };
    expect(await look()).toMatch(/^fail .*слишком длинный/);
  });

  it('without a key is offline, and says what that means', async () => {
    const findings = await examine(speech, { HALO_DATA_DIR: dir });
    expect(one(findings)).toMatch(/^warn \| офлайн.*только реплики встроенных абонентов.*OPENAI_API_KEY/);
  });
});

describe('the telephony', () => {
  const ari = async (more: Record<string, string> = {}) =>
    await examine(telephony, {
      HALO_ARI_URL: server.baseUrl,
      HALO_ARI_PASSWORD: 'ari-secret',
      TRUNK_HOST: 'sip.example.org',
      ...more,
    });

  it('of an Asterisk that answers, refuses, is another or is not there', async () => {
    answer = { body: { ping: 'pong', asterisk_id: 'x', timestamp: 'now' } };
    expect(one(await ari())).toMatch(/^ok \| Asterisk http.+ отвечает$/);
    expect(server.arrivals[0]?.path).toBe('/ari/asterisk/ping');
    answer = { status: 401, body: {} };
    expect(one(await ari())).toMatch(/^fail .*логин или пароль.*HALO_ARI_PASSWORD/);
    answer = { status: 404, body: 'no' };
    expect(one(await ari())).toMatch(/^fail .*это не ARI/);
    expect(one(await ari({ HALO_ARI_URL: NOBODY }))).toMatch(/^fail .*ECONNREFUSED/);
    answer = { body: { ping: 'pong' } };
    const both = await ari({ HALO_CARRIER_ARI_URL: NOBODY });
    expect(both.map(({ status }) => status)).toEqual(['ok', 'fail']);
  });

  it('of our own Asterisk, there or not', async () => {
    const own = async (kind: string) =>
      one(await examine(telephony, { HALO_TELEPHONY: kind, HALO_ASTERISK_DIR: dir }));
    await writeFile(join(dir, 'why-not.txt'), 'нет сети\n');
    expect(await own('auto')).toMatch(/^warn .*нет сети; без него линия симулируется.*asterisk -- get/);
    expect(await own('asterisk')).toMatch(/^fail .*нет сети/);
    await writeFile(join(dir, 'installed.json'), '{}');
    expect(await own('auto')).toMatch(/^ok \| Asterisk распакован/);
    expect(await own('simulator')).toMatch(/^warn .*настоящих звонков не будет/);
  });

  it('of a provider whose address is there or not', async () => {
    const provider = async (dial_url: string) =>
      one(
        await examine(telephony, {
          HALO_TELEPHONY: 'provider',
          TELEPHONY_API_KEY: 'provider-key',
          TELEPHONY_CONFIG: JSON.stringify({ dial_url, event_secret: '0123456789abcdef' }),
          PUBLIC_URL: 'https://halo.example.org',
        }),
      );
    expect(await provider('http://127.0.0.1:9/dial')).toMatch(/^ok .*127.0.0.1 → 127.0.0.1/);
    expect(await provider('http://nowhere.invalid/dial')).toMatch(/^fail .*nowhere.invalid.*dial_url/);
  });
});

describe('the trunk', () => {
  let socket: Socket | undefined;
  afterEach(() => void socket?.close());
  const sip = async (status: number): Promise<string> => {
    const own = createSocket('udp4');
    socket = own;
    own.on('message', (bytes, from) => {
      const request = parseSip(bytes);
      if (request?.kind !== 'request') return;
      const headers = request.headers.filter(({ name }) => /^(via|from|to|call-id|cseq)$/i.test(name));
      own.send(
        serialiseSip({ kind: 'response', status, reason: 'Test', headers, body: '' }),
        from.port,
        from.address,
      );
    });
    await new Promise<void>((resolve) => own.bind(0, '127.0.0.1', resolve));
    return String(own.address().port);
  };
  const look = async (more: Record<string, string>) =>
    one(await examine(trunk, { TRUNK_HOST: '127.0.0.1', ...more }));

  it('that answers, refuses or is not there', async () => {
    expect(await look({ TRUNK_PORT: await sip(200) })).toMatch(/^ok \| main: .*отвечает: SIP 200/);
    socket?.close();
    const login = { TRUNK_USER: '12345', TRUNK_PASSWORD: 'trunk-secret' };
    expect(await look({ TRUNK_PORT: await sip(403), ...login })).toMatch(
      /^fail \| main: .*403.*npm run trunk:check/,
    );
    expect(await look({ TRUNK_PORT: '2', TRUNK_TRANSPORT: 'tcp' })).toMatch(/^fail .*никто не слушает/);
    expect(one(await examine(trunk, {}))).toMatch(/^skip/);
  });
});

describe('the SMS gateway', () => {
  it('tells its balance; a wrong key, no money and silence are told', async () => {
    const provider = fakeSmsRu();
    const gateway = await startFakeGateway(provider.answer);
    const look = async (more: Record<string, string> = {}) =>
      one(
        await examine(sms, {
          SMS_GATEWAY: 'smsru',
          SMSRU_API_ID: KEYS.apiId,
          SMS_API_URL: gateway.baseUrl,
          ...more,
        }),
      );
    expect(await look()).toBe('ok | smsru: ключ подошёл, на счёте 4122.56 RUB');
    expect(await look({ SMSRU_API_ID: 'wrong' })).toMatch(/^fail .*ключ не подошёл.*SMS_…/);
    const balance = (amount: number): void =>
      void gateway.troubles.push({
        how: { body: { status: 'OK', status_code: 100, balance: amount } },
        taken: false,
      });
    balance(0);
    expect(await look()).toMatch(/^fail .*на счёте 0.00 RUB \| пополните/);
    balance(40);
    expect(await look()).toMatch(/^warn .*на счёте 40.00 RUB \| скоро/);
    gateway.troubles.push({ how: { status: 500, body: '' }, taken: false });
    expect(await look()).toMatch(/^fail .*сбой на той стороне/);
    await gateway.close();
    expect(await look()).toMatch(/^fail .*нет соединения.*SMS_API_URL/);
    expect(one(await examine(sms, {}))).toMatch(/^skip .*SMS_GATEWAY/);
  });
});

describe('Telegram', () => {
  const bot = new FakeBotApi();
  afterEach(() => bot.stop());

  it('has a token, an address and a HALO that knows the secret, or is told what lacks', async () => {
    const root = await bot.start();
    const env = { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: root, HALO_DATA_DIR: dir };
    const look = async (more: Record<string, string> = {}) =>
      (await examine(telegram, { ...env, ...more })).map(({ status, what }) => `${status} ${what}`);

    expect(one(await examine(telegram, {}))).toMatch(/^skip .*TELEGRAM_BOT_TOKEN/);
    expect(await look()).toEqual([
      'ok бот @HALO_DEMO_BOT: токен подошёл',
      'warn PUBLIC_URL не задан: сообщения боту не приходят',
    ]);
    const PUBLIC_URL = server.baseUrl;
    expect(await look({ PUBLIC_URL })).toEqual([
      'ok бот @HALO_DEMO_BOT: токен подошёл',
      expect.stringMatching(/^fail вебхук: Адрес не зарегистрирован/),
      'warn секрета вебхука ещё нет',
    ]);
    const TELEGRAM_WEBHOOK_SECRET = 'secret-of-the-webhook';
    bot.webhook = { url: `${PUBLIC_URL}/telegram/webhook` };
    expect(await look({ PUBLIC_URL, TELEGRAM_WEBHOOK_SECRET })).toEqual([
      'ok бот @HALO_DEMO_BOT: токен подошёл',
      `ok вебхук: Адрес: ${PUBLIC_URL}/telegram/webhook`,
      'ok HALO отвечает по PUBLIC_URL, секрет совпадает',
    ]);
    expect(server.arrivals[0]).toMatchObject({ method: 'POST', path: '/telegram/webhook', body: '{}' });
    answer = { status: 401, body: {} };
    expect((await look({ PUBLIC_URL, TELEGRAM_WEBHOOK_SECRET }))[2]).toMatch(
      /^fail HALO по PUBLIC_URL не узнал секрет/,
    );
    answer = { status: 404, body: {} };
    bot.username = 'OTHER_BOT';
    bot.webhook = { url: 'https://other.example.org/x' };
    expect(await look({ PUBLIC_URL, TELEGRAM_WEBHOOK_SECRET })).toEqual([
      expect.stringMatching(/^fail токен — бота @OTHER_BOT/),
      expect.stringMatching(/^fail вебхук: Адрес: https:\/\/other/),
      'fail по PUBLIC_URL отвечает не HALO (404)',
    ]);
    expect((await look({ PUBLIC_URL: NOBODY, TELEGRAM_WEBHOOK_SECRET }))[2]).toMatch(
      /^warn по PUBLIC_URL: .*ECONNREFUSED/,
    );
    expect(await look({ TELEGRAM_BOT_TOKEN: TOKEN.replace('ABC', 'XYZ') })).toEqual([
      expect.stringMatching(/^fail .*@BotFather/),
    ]);
  });
});

describe('the rows', () => {
  it('go into a file that can be written', async () => {
    expect(one(await examine(rows, { HALO_DATA_DIR: dir }))).toMatch(/^ok \| будут в .*calls\.csv/);
    await writeFile(join(dir, 'calls.csv'), '');
    expect(one(await examine(rows, { HALO_DATA_DIR: dir }))).toMatch(/^ok \| пишутся в/);
    const inFile = join(dir, 'calls.csv');
    expect(one(await examine(rows, { HALO_DATA_DIR: inFile }))).toMatch(/^fail .*нельзя писать/);
  });
});

describe('the Google sheet', () => {
  it('is read and written, or what lacks is told', async () => {
    const google = await startFakeGoogle();
    const look = async () => one(await examine(rows, {}, {}, { sheets: google.options() }));
    expect(await look()).toMatch(/^ok \| Google Sheets: «.+», лист «.+»: читается и пишется\.$/);
    const denied = apiError(403, 'PERMISSION_DENIED', 'The caller does not have permission');
    google.server.troubles.push({ taken: false, how: denied });
    google.server.troubles.push({ taken: false, how: denied });
    expect(await look()).toMatch(
      new RegExp(`^fail \\| Google Sheets: .+ \\| сервисный аккаунт ключа: ${CLIENT_EMAIL}`),
    );
    await google.server.close();
    expect(await look()).toMatch(/^fail \| Google Sheets: нет соединения/);
  });
});

describe('the outgoing webhook', () => {
  it('resolves, and is sent to only when it is asked for', async () => {
    const receiver = await startReceiver();
    const env = { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: SECRET };
    expect(one(await examine(webhook, {}))).toMatch(/^skip .*WEBHOOK_URL/);
    expect(one(await examine(webhook, env))).toMatch(/^ok \| 127.+ → 127.0.0.1; .*--ping$/);
    expect(receiver.arrivals).toEqual([]);
    const ping = async (more: Record<string, string> = {}) =>
      (await examine(webhook, { ...env, ...more }, { ping: true })).map((found) => one([found]));
    expect((await ping())[1]).toMatch(/^ok \| ping принят за \d+ мс$/);
    const [taken] = await receiver.verified();
    expect(JSON.parse(taken!.body)).toEqual({
      id: taken!.id,
      type: 'ping',
      timestamp: expect.stringMatching(/Z$/) as string,
      data: {},
    });
    receiver.answer({ status: 401, body: '' }, { status: 500, body: '' }, 'hang');
    expect((await ping())[1]).toMatch(/^fail \| ping не принят: ключ не подошёл.*WEBHOOK_SECRET/);
    expect((await ping())[1]).toMatch(
      /^fail \| ping не принят: сбой на той стороне \(код 500\).*docs\/webhook/,
    );
    await receiver.close();
    expect((await ping())[1]).toMatch(/^fail \| ping не принят: нет соединения.*запущен/);
    expect(one(await examine(webhook, { ...env, WEBHOOK_URL: 'https://nowhere.invalid/x' }))).toMatch(
      /^fail \| nowhere.invalid.*WEBHOOK_URL/,
    );
    expect(one(await examine(webhook, { ...env, WEBHOOK_URL: 'http://0.0.0.0/x' }))).toMatch(/^warn .*https/);
  });
});

describe('the disk', () => {
  it('has room, little room or none', async () => {
    await mkdir(join(dir, 'data'));
    expect(one(await examine(disk, { HALO_DATA_DIR: join(dir, 'data', 'new') }))).toMatch(
      /свободно \d+\.\d ГБ, это \d+ ч/,
    );
    const gb = 1024 ** 3;
    expect(judgeSpace(100 * gb, '/d')).toMatchObject({
      status: 'ok',
      what: '/d: свободно 100.0 ГБ, это 932 ч записей',
    });
    expect(judgeSpace(2 * gb, '/d').status).toBe('warn');
    expect(judgeSpace(0.1 * gb, '/d')).toMatchObject({ status: 'fail' });
  });
});

describe('the clock', () => {
  const NOW = Date.parse('2026-11-28T17:00:00Z');
  const look = async (date: string | undefined) => {
    answer = { headers: date === undefined ? {} : { date }, body: '' };
    return one(
      await examine(
        clock,
        { OPENAI_API_KEY: 'sk-secret', OPENAI_BASE_URL: `${server.baseUrl}/v1` },
        { now: () => NOW },
      ),
    );
  };

  it('is held against a server that is spoken with anyway', async () => {
    expect(await look('Sat, 28 Nov 2026 17:00:01 GMT')).toMatch(/^ok .*расхождение до 1 с/);
    expect(await look('Sat, 28 Nov 2026 16:59:30 GMT')).toMatch(/^warn \| спешат на 30 с .*timedatectl/);
    expect(await look('Sat, 28 Nov 2026 17:10:00 GMT')).toMatch(/^fail \| отстают на 600 с/);
    expect(await look('yesterday')).toMatch(/^skip .*не сказал времени/);
    expect(server.arrivals.every(({ method }) => method === 'HEAD')).toBe(true);
    expect(one(await examine(clock, {}))).toMatch(/^skip .*не с чем/);
    expect(one(await examine(clock, { OPENAI_API_KEY: 'sk-secret', OPENAI_BASE_URL: NOBODY }))).toMatch(
      /^skip .*ECONNREFUSED/,
    );
  });
});
