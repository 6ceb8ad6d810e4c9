import { createHash } from 'node:crypto';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { ask } from '../../deliveries/ask.ts';
import { DeliveryError } from '../../deliveries/delivery-error.ts';
import type { Found, Taken } from '../../deliveries/delivery.ts';
import type { Report } from '../../deliveries/follow.ts';
import type { AcceptedSms, SmsApiOptions, SmsBalance, SmsGateway, SmsOrder } from './gateway.ts';
import { answerAs } from './json.ts';

export interface SmscOptions extends SmsApiOptions {
  /** Login and password, or an API key instead of both. */
  readonly credentials: { readonly login: string; readonly password: string } | { readonly apiKey: string };
  /** A sender name agreed with SMSC; without it the account's default. */
  readonly sender?: string;
}

const SMSC_URL = 'https://smsc.ru';

const Failure = Type.Object({ error: Type.String(), error_code: Type.Integer() });
const Accepted = Type.Object({ id: Type.Union([Type.Integer(), Type.String()]), cnt: Type.Integer() });
const Status = Type.Object({ status: Type.Integer() });
const Balance = Type.Object({
  balance: Type.Union([Type.String({ pattern: String.raw`^-?\d+(\.\d+)?$` }), Type.Number()]),
  currency: Type.Optional(Type.String()),
});

/** A message sent a moment ago may not be found yet: longer than any answer is waited for. */
const SETTLE_MS = 30_000;
const NOT_FOUND = -3;

/**
 * SMSC.ru over HTTPS: /sys/send.php, /sys/status.php, /sys/balance.php with fmt=3 (JSON) and charset=utf-8, POST.
 *
 * Sources: smsc.ru/api/http/send/sms, …/send/sms/sms_answer, …/status_messages, …/status_messages/status_answer,
 * …/balance/balance_answer. `id` is the client's («назначается Клиентом … не обязательно уникален»; up to 40 of Latin
 * letters, digits and `.-_`): the same id again is a second message, so this gateway is not repeatable. But status.php
 * finds a message by phone and that id, and answers −3 where there is none: after an unclear send it is asked. Error 9
 * is given to a repeated identical request within a minute, and to too many at once: unclear, and asked about.
 * A number with its plus sign is taken as it is. How soon a message can be found is not documented: 30 s are left.
 */
export class SmscGateway implements SmsGateway {
  readonly name = 'smsc';
  readonly simulated = false;
  readonly repeatable = false;
  readonly lookup = {
    settleMs: SETTLE_MS,
    ask: (order: SmsOrder, signal: AbortSignal): Promise<Found> => this.#find(order, signal),
  };
  readonly #options: SmscOptions;

  constructor(options: SmscOptions) {
    this.#options = options;
  }

  async send({ to, text, idempotencyKey }: SmsOrder, signal: AbortSignal): Promise<Taken> {
    const { sender } = this.#options;
    const id = clientId(idempotencyKey);
    const body = await this.#ask(
      'send',
      { phones: to, mes: text, id, ...(sender === undefined ? {} : { sender }) },
      signal,
    );
    answerAs(Accepted, body);
    return { handle: id };
  }

  async report({ handle, to }: AcceptedSms, signal: AbortSignal): Promise<Report> {
    return reportOf(await this.#status(handle, to, signal));
  }

  async balance(signal: AbortSignal): Promise<SmsBalance> {
    const body = await this.#ask('balance', { cur: '1' }, signal);
    const { balance, currency = 'RUB' } = answerAs(Balance, body);
    // SMSC writes the rouble as it was before 1998.
    return { amount: Number(balance), currency: currency === 'RUR' ? 'RUB' : currency };
  }

  async #find({ to, idempotencyKey }: SmsOrder, signal: AbortSignal): Promise<Found> {
    const id = clientId(idempotencyKey);
    const status = await this.#status(id, to, signal);
    return status === NOT_FOUND ? { found: 'no' } : { found: 'yes', handle: id };
  }

  async #status(id: string, phone: string, signal: AbortSignal): Promise<number> {
    return answerAs(Status, await this.#ask('status', { phone, id }, signal)).status;
  }

  async #ask(
    what: 'send' | 'status' | 'balance',
    fields: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { credentials, baseUrl = SMSC_URL, answerMs } = this.#options;
    const who: Readonly<Record<string, string>> =
      'apiKey' in credentials
        ? { apikey: credentials.apiKey }
        : { login: credentials.login, psw: credentials.password };
    const form = { ...who, ...fields, charset: 'utf-8', fmt: '3' };
    const { status, body } = await ask({ url: `${baseUrl}/sys/${what}.php`, form, answerMs }, signal);
    if (Value.Check(Failure, body)) throw failureOf(body.error_code);
    if (status >= 400) throw new DeliveryError('refused', 'REFUSED', { number: status });
    return body;
  }
}

/** Our key in SMSC's alphabet, the same for the same key. */
function clientId(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 40);
}

/** …/send/sms/sms_answer: the error codes. */
function failureOf(number: number): DeliveryError {
  switch (number) {
    case 2:
      return new DeliveryError('refused', 'AUTH', { number });
    case 3:
      return new DeliveryError('refused', 'NO_MONEY', { number });
    case 4:
      // «IP-адрес временно заблокирован из-за частых ошибок в запросах»
      return new DeliveryError('later', 'BUSY', { number });
    case 6:
      return new DeliveryError('refused', 'BAD_TEXT', { number });
    case 7:
    case 8:
      return new DeliveryError('refused', 'BAD_RECIPIENT', { number });
    case 9:
      return new DeliveryError('unclear', 'BUSY', { number });
    default:
      return new DeliveryError('refused', 'REFUSED', { number });
  }
}

/** …/status_messages/status_answer: −1, 0 on the way; 1 delivered, 2 read, 4 link opened; 3 expired; 20… failed. */
function reportOf(status: number): Report {
  if (status === 1 || status === 2 || status === 4) return { state: 'delivered' };
  if (status === 3) return { state: 'undelivered', code: 'EXPIRED', number: status };
  if (status === 20 || status === 22 || status === 25)
    return { state: 'undelivered', code: 'BAD_RECIPIENT', number: status };
  if (status === 23) return { state: 'undelivered', code: 'BAD_TEXT', number: status };
  if (status === 24) return { state: 'undelivered', code: 'NO_MONEY', number: status };
  return { state: 'accepted' };
}
