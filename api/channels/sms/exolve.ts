import Type from 'typebox';
import { ask } from '../../deliveries/ask.ts';
import { DeliveryError } from '../../deliveries/delivery-error.ts';
import type { Taken } from '../../deliveries/delivery.ts';
import type { SmsApiOptions, SmsBalance, SmsGateway, SmsOrder } from './gateway.ts';
import { answerAs, digitsOf } from './json.ts';

export interface ExolveOptions extends SmsApiOptions {
  readonly apiKey: string;
  /** A mobile number rented from Exolve (digits) or an agreed sender name. */
  readonly sender: string;
}

const EXOLVE_URL = 'https://api.exolve.ru';

const Sent = Type.Object({
  message_id: Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Integer()]),
});
const Balance = Type.Object({ balance: Type.Number() });

/**
 * MTS Exolve: POST /messaging/v1/SendSMS and /finance/v1/GetBalance, JSON, bearer key.
 *
 * Source: docs.exolve.ru/docs/ru/api-reference/sms-api/sending-sms. No client key is documented: not repeatable. Not
 * found in documents, and so not used: the values of `delivery_status` in GetList (no delivery state is shown for this
 * gateway), whether GetList's answer has the text (an unclear send cannot be asked about), the codes of errors (any 4xx
 * is a refusal). GetBalance's answer `{balance}` is known from public clients only; its currency is taken for roubles.
 */
export class ExolveGateway implements SmsGateway {
  readonly name = 'exolve';
  readonly simulated = false;
  readonly repeatable = false;
  readonly #options: ExolveOptions;

  constructor(options: ExolveOptions) {
    this.#options = options;
  }

  async send({ to, text }: SmsOrder, signal: AbortSignal): Promise<Taken> {
    const json = { number: this.#options.sender, destination: digitsOf(to), text };
    const { message_id: id } = answerAs(Sent, await this.#ask('messaging/v1/SendSMS', json, signal));
    return { handle: String(id) };
  }

  async balance(signal: AbortSignal): Promise<SmsBalance> {
    const { balance } = answerAs(Balance, await this.#ask('finance/v1/GetBalance', {}, signal));
    return { amount: balance, currency: 'RUB' };
  }

  async #ask(path: string, json: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    const { apiKey, baseUrl = EXOLVE_URL, answerMs } = this.#options;
    const headers = { authorization: `Bearer ${apiKey}` };
    const { status, body } = await ask({ url: `${baseUrl}/${path}`, headers, json, answerMs }, signal);
    if (status >= 400) throw new DeliveryError('refused', 'REFUSED', { number: status });
    return body;
  }
}
