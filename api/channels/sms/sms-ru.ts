import Type from 'typebox';
import { Value } from 'typebox/value';
import { ask } from '../../deliveries/ask.ts';
import { DeliveryError } from '../../deliveries/delivery-error.ts';
import type { Taken } from '../../deliveries/delivery.ts';
import type { Report } from '../../deliveries/follow.ts';
import type { AcceptedSms, SmsApiOptions, SmsBalance, SmsGateway, SmsOrder } from './gateway.ts';
import { answerAs, digitsOf } from './json.ts';

export interface SmsRuOptions extends SmsApiOptions {
  readonly apiId: string;
  /** A sender name agreed with SMS.ru; without it the account's default. */
  readonly sender?: string;
}

const SMS_RU_URL = 'https://sms.ru';

const OK = 100;
const Head = Type.Object({ status_code: Type.Integer() });
const Sent = Type.Object({
  sms: Type.Record(
    Type.String(),
    Type.Object({ status_code: Type.Integer(), sms_id: Type.Optional(Type.String()) }),
  ),
});
const Balance = Type.Object({ balance: Type.Number() });

/**
 * SMS.ru: /sms/send, /sms/status, /my/balance with json=1; POST, so that api_id is in no address.
 *
 * Sources: sms.ru/api/send, sms.ru/api/status, sms.ru/api/balance. Documented is no client key and no search for sent
 * messages: neither repeatable nor to be asked; an unclear send is `unknown`. The balance's currency is not documented;
 * prices there are in roubles. Code 500 («Ошибка на сервере. Повторите запрос») does not say that nothing was sent:
 * unclear.
 */
export class SmsRuGateway implements SmsGateway {
  readonly name = 'smsru';
  readonly simulated = false;
  readonly repeatable = false;
  readonly #options: SmsRuOptions;

  constructor(options: SmsRuOptions) {
    this.#options = options;
  }

  async send({ to, text }: SmsOrder, signal: AbortSignal): Promise<Taken> {
    const { sender } = this.#options;
    const fields = { to: digitsOf(to), msg: text, ...(sender === undefined ? {} : { from: sender }) };
    const [message] = Object.values(answerAs(Sent, await this.#ask('sms/send', fields, signal)).sms);
    if (message === undefined) throw new DeliveryError('unclear', 'BAD_ANSWER');
    if (message.status_code !== OK) throw failureOf(message.status_code);
    return { handle: message.sms_id ?? null };
  }

  async report({ handle }: AcceptedSms, signal: AbortSignal): Promise<Report> {
    const body = await this.#ask('sms/status', { sms_id: handle }, signal);
    const code = answerAs(Sent, body).sms[handle]?.status_code;
    if (code === undefined) throw new DeliveryError('unclear', 'BAD_ANSWER');
    return reportOf(code);
  }

  async balance(signal: AbortSignal): Promise<SmsBalance> {
    const { balance } = answerAs(Balance, await this.#ask('my/balance', {}, signal));
    return { amount: balance, currency: 'RUB' };
  }

  async #ask(path: string, fields: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    const { apiId, baseUrl = SMS_RU_URL, answerMs } = this.#options;
    const form = { api_id: apiId, ...fields, json: '1' };
    const { status, body } = await ask({ url: `${baseUrl}/${path}`, form, answerMs }, signal);
    if (Value.Check(Head, body) && body.status_code !== OK) throw failureOf(body.status_code);
    if (status >= 400) throw new DeliveryError('refused', 'REFUSED', { number: status });
    answerAs(Head, body);
    return body;
  }
}

/** sms.ru/api/send: the codes of the answer. */
function failureOf(number: number): DeliveryError {
  switch (number) {
    case 200:
    case 300:
    case 301:
    case 302:
      return new DeliveryError('refused', 'AUTH', { number });
    case 201:
      return new DeliveryError('refused', 'NO_MONEY', { number });
    case 202:
    case 207:
    case 209:
    case 214:
      return new DeliveryError('refused', 'BAD_RECIPIENT', { number });
    case 203:
    case 205:
    case 212:
      return new DeliveryError('refused', 'BAD_TEXT', { number });
    case 204:
      return new DeliveryError('refused', 'BAD_SENDER', { number });
    case 206:
    case 230:
    case 231:
    case 232:
    case 233:
      return new DeliveryError('refused', 'LIMIT', { number });
    case 220:
      // «Сервис временно недоступен, попробуйте чуть позже»
      return new DeliveryError('later', 'AWAY', { number });
    case 500:
      return new DeliveryError('unclear', 'SERVER', { number });
    default:
      return new DeliveryError('refused', 'REFUSED', { number });
  }
}

/** sms.ru/api/status: 100–102 on the way, 103 delivered, 110 read; 104–108 and 150 are ends without delivery. */
function reportOf(number: number): Report {
  if (number === 103 || number === 110) return { state: 'delivered' };
  if (number === 104) return { state: 'undelivered', code: 'EXPIRED', number };
  if ((number >= 105 && number <= 108) || number === 150)
    return { state: 'undelivered', code: 'BAD_RECIPIENT', number };
  return { state: 'accepted' };
}
