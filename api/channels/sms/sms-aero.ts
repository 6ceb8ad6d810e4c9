import Type from 'typebox';
import { Value } from 'typebox/value';
import { ask } from '../../deliveries/ask.ts';
import { DeliveryError } from '../../deliveries/delivery-error.ts';
import type { Found, Taken } from '../../deliveries/delivery.ts';
import type { Report } from '../../deliveries/follow.ts';
import type { AcceptedSms, SmsApiOptions, SmsBalance, SmsGateway, SmsOrder } from './gateway.ts';
import { answerAs, digitsOf } from './json.ts';

export interface SmsAeroOptions extends SmsApiOptions {
  readonly email: string;
  readonly apiKey: string;
  /** `sign`; «SMS Aero» is the free one. */
  readonly sender: string;
}

const SMS_AERO_URL = 'https://gate.smsaero.ru';

const Id = Type.Union([Type.Integer(), Type.String({ pattern: String.raw`^\d{1,18}$` })]);
const Message = Type.Object({ id: Id, status: Type.Integer(), text: Type.Optional(Type.String()) });
const Balance = Type.Object({ balance: Type.Number() });
const Success = Type.Object({ success: Type.Literal(true), data: Type.Unknown() });
const Refusal = Type.Union([
  Type.Object({ success: Type.Literal(false) }),
  Type.Object({ result: Type.Enum(['reject', 'no credits']) }),
]);

/** As long as any answer is waited for. */
const SETTLE_MS = 30_000;

/**
 * SMS Aero, API v2: /v2/sms/send, /v2/sms/status, /v2/sms/list, /v2/balance; POST of JSON, basic authorisation with
 * e-mail and API key.
 *
 * Sources: smsaero.ru/description/api (statuses) and the vendor's own clients (github.com/smsaero: smsaero_python,
 * smsaero_typescript), which have the shapes of requests and answers. No client key is documented. /v2/sms/list finds
 * sent messages by number and text; our text carries the call's own link, so a message found there is this one. That an
 * absent message was not sent is not documented: then it stays unknown. The HTTP statuses of refusals are not
 * documented either: any 4xx counts as one. The balance's currency is not documented; prices there are in roubles.
 */
export class SmsAeroGateway implements SmsGateway {
  readonly name = 'smsaero';
  readonly simulated = false;
  readonly repeatable = false;
  readonly lookup = {
    settleMs: SETTLE_MS,
    ask: (order: SmsOrder, signal: AbortSignal): Promise<Found> => this.#find(order, signal),
  };
  readonly #options: SmsAeroOptions;

  constructor(options: SmsAeroOptions) {
    this.#options = options;
  }

  async send({ to, text }: SmsOrder, signal: AbortSignal): Promise<Taken> {
    const data = await this.#ask(
      'sms/send',
      { number: digitsOf(to), sign: this.#options.sender, text },
      signal,
    );
    return { handle: String(answerAs(Message, data).id) };
  }

  async report({ handle }: AcceptedSms, signal: AbortSignal): Promise<Report> {
    const data = await this.#ask('sms/status', { id: Number(handle) }, signal);
    return reportOf(answerAs(Message, data).status);
  }

  async balance(signal: AbortSignal): Promise<SmsBalance> {
    const { balance } = answerAs(Balance, await this.#ask('balance', {}, signal));
    return { amount: balance, currency: 'RUB' };
  }

  async #find({ to, text }: SmsOrder, signal: AbortSignal): Promise<Found> {
    const data = await this.#ask('sms/list', { number: digitsOf(to), text }, signal);
    const listed: unknown[] = typeof data === 'object' && data !== null ? Object.values(data) : [];
    const same = listed.find((one) => Value.Check(Message, one) && one.text === text);
    return same === undefined
      ? { found: 'unsure' }
      : { found: 'yes', handle: String(answerAs(Message, same).id) };
  }

  async #ask(path: string, json: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown> {
    const { email, apiKey, baseUrl = SMS_AERO_URL, answerMs } = this.#options;
    const authorization = `Basic ${Buffer.from(`${email}:${apiKey}`, 'utf8').toString('base64')}`;
    const { status, body } = await ask(
      { url: `${baseUrl}/v2/${path}`, headers: { authorization }, json, answerMs },
      signal,
    );
    if (Value.Check(Refusal, body)) throw refusalOf(body, status);
    if (status >= 400) throw new DeliveryError('refused', 'REFUSED', { number: status });
    return answerAs(Success, body).data;
  }
}

function refusalOf(body: Type.Static<typeof Refusal>, status: number): DeliveryError {
  if ('result' in body && body.result === 'no credits') return new DeliveryError('refused', 'NO_MONEY');
  return new DeliveryError('refused', 'REFUSED', status >= 400 ? { number: status } : {});
}

/** 0 queued, 1 delivered, 2 not delivered, 3 handed on, 4 waiting for its status, 6 rejected, 8 at moderation. */
function reportOf(number: number): Report {
  if (number === 1) return { state: 'delivered' };
  if (number === 2) return { state: 'undelivered', code: 'BAD_RECIPIENT', number };
  if (number === 6) return { state: 'undelivered', code: 'REFUSED', number };
  return { state: 'accepted' };
}
