import { createHash } from 'node:crypto';
import { ExolveGateway } from './exolve.ts';
import { SmsAeroGateway } from './sms-aero.ts';
import { SmsRuGateway } from './sms-ru.ts';
import { SmscGateway } from './smsc.ts';
import { fakeExolve, fakeSmsAero, fakeSmsc, fakeSmsRu, KEYS } from './testing/fake-providers.ts';
import { ORDER, smsGatewayContract } from './testing/sms-gateway-contract.ts';

const FORM = 'application/x-www-form-urlencoded; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
/** D4.1's text, percent-encoded as UTF-8. */
const TEXT =
  '%D0%A1%D0%BF%D0%B0%D1%81%D0%B8%D0%B1%D0%BE+%D0%B7%D0%B0+%D1%80%D0%B0%D0%B7%D0%B3%D0%BE%D0%B2%D0%BE%D1%80%21+' +
  '%D0%9F%D1%80%D0%BE%D0%B4%D0%BE%D0%BB%D0%B6%D0%B8%D0%BC+%D0%B7%D0%B4%D0%B5%D1%81%D1%8C%3A+' +
  'https%3A%2F%2Ft.me%2FHALO_DEMO_BOT%3Fstart%3DCALL_x';
const ID = createHash('sha256').update(ORDER.idempotencyKey).digest('hex').slice(0, 40);

const smscRefusal = (error_code: number) => ({ body: { error: 'описание', error_code } });
smsGatewayContract('smsc', {
  provider: fakeSmsc,
  make: (options, wrongKey = false) =>
    new SmscGateway({
      credentials: { login: KEYS.login, password: wrongKey ? 'k-wrong' : KEYS.password },
      ...options,
    }),
  request: {
    path: '/sys/send.php',
    contentType: FORM,
    body: `login=shop&psw=pa%25ss%26word&phones=%2B79161234567&mes=${TEXT}&id=${ID}&charset=utf-8&fmt=3`,
  },
  handle: ID,
  refusals: [
    [smscRefusal(1), 'refused', 'REFUSED'],
    [{ body: { error: 'нет денег', error_code: 3, id: 12 } }, 'refused', 'NO_MONEY'],
    [smscRefusal(4), 'later', 'BUSY'],
    [smscRefusal(6), 'refused', 'BAD_TEXT'],
    [smscRefusal(7), 'refused', 'BAD_RECIPIENT'],
    [smscRefusal(8), 'refused', 'BAD_RECIPIENT'],
    [smscRefusal(9), 'unclear', 'BUSY'],
  ],
  reports: [
    [-2, 'accepted'],
    [-1, 'accepted'],
    [0, 'accepted'],
    [1, 'delivered'],
    [2, 'delivered'],
    [3, 'undelivered'],
    [4, 'delivered'],
    [20, 'undelivered'],
    [22, 'undelivered'],
    [23, 'undelivered'],
    [24, 'undelivered'],
    [25, 'undelivered'],
  ],
  balance: { amount: 84.75, currency: 'RUB' },
});

const smsRu = (status_code: number) => ({ body: { status: 'ERROR', status_code, status_text: '…' } });
smsGatewayContract('smsru', {
  provider: fakeSmsRu,
  make: (options, wrongKey = false) =>
    new SmsRuGateway({ apiId: wrongKey ? 'k-wrong' : KEYS.apiId, ...options }),
  request: {
    path: '/sms/send',
    contentType: FORM,
    body: `api_id=ABCD-1234&to=79161234567&msg=${TEXT}&json=1`,
  },
  handle: '000000-10000000',
  refusals: [
    [smsRu(201), 'refused', 'NO_MONEY'],
    [smsRu(204), 'refused', 'BAD_SENDER'],
    [smsRu(206), 'refused', 'LIMIT'],
    [smsRu(220), 'later', 'AWAY'],
    [smsRu(231), 'refused', 'LIMIT'],
    [smsRu(301), 'refused', 'AUTH'],
    [smsRu(500), 'unclear', 'SERVER'],
    [
      {
        body: {
          status: 'OK',
          status_code: 100,
          sms: { '79161234567': { status: 'ERROR', status_code: 207, status_text: '…' } },
        },
      },
      'refused',
      'BAD_RECIPIENT',
    ],
    [{ body: { status: 'OK', status_code: 100, sms: {} } }, 'unclear', 'BAD_ANSWER'],
  ],
  reports: [
    [100, 'accepted'],
    [102, 'accepted'],
    [103, 'delivered'],
    [104, 'undelivered'],
    [105, 'undelivered'],
    [106, 'undelivered'],
    [107, 'undelivered'],
    [108, 'undelivered'],
    [110, 'delivered'],
    [150, 'undelivered'],
  ],
  balance: { amount: 4122.56, currency: 'RUB' },
});

smsGatewayContract('smsaero', {
  provider: fakeSmsAero,
  make: (options, wrongKey = false) =>
    new SmsAeroGateway({
      email: 'shop@example.com',
      apiKey: wrongKey ? 'k-wrong' : KEYS.apiKey,
      sender: 'SMS Aero',
      ...options,
    }),
  request: {
    path: '/v2/sms/send',
    contentType: JSON_TYPE,
    authorization: 'Basic c2hvcEBleGFtcGxlLmNvbTprLXNlY3JldC03Nw==',
    body: `{"number":"79161234567","sign":"SMS Aero","text":"${ORDER.text}"}`,
  },
  handle: '12345',
  refusals: [
    [{ body: { success: false, message: 'Validation error.' } }, 'refused', 'REFUSED'],
    [{ status: 400, body: { success: false, message: 'Validation error.' } }, 'refused', 'REFUSED'],
    [{ body: { result: 'no credits' } }, 'refused', 'NO_MONEY'],
    [{ body: { result: 'reject', reason: 'empty field' } }, 'refused', 'REFUSED'],
    [{ body: { success: true, data: null } }, 'unclear', 'BAD_ANSWER'],
  ],
  reports: [
    [0, 'accepted'],
    [1, 'delivered'],
    [2, 'undelivered'],
    [3, 'accepted'],
    [4, 'accepted'],
    [6, 'undelivered'],
    [8, 'accepted'],
  ],
  balance: { amount: 337.03, currency: 'RUB' },
});

smsGatewayContract('exolve', {
  provider: fakeExolve,
  make: (options, wrongKey = false) =>
    new ExolveGateway({ apiKey: wrongKey ? 'k-wrong' : KEYS.apiKey, sender: 'HALO', ...options }),
  request: {
    path: '/messaging/v1/SendSMS',
    contentType: JSON_TYPE,
    authorization: 'Bearer k-secret-77',
    body: `{"number":"HALO","destination":"79161234567","text":"${ORDER.text}"}`,
  },
  handle: '439166538239448000',
  refusals: [
    [{ status: 400, body: { error: 'bad number' } }, 'refused', 'REFUSED'],
    [{ status: 402, body: '' }, 'refused', 'REFUSED'],
    [{ body: { message_id: '' } }, 'unclear', 'BAD_ANSWER'],
  ],
  balance: { amount: 3520.38, currency: 'RUB' },
});
