import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { Api, GrammyError, HttpError } from 'grammy';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { DeliveryError } from '../../deliveries/delivery-error.ts';
import type { Taken } from '../../deliveries/delivery.ts';

export interface SenderOptions {
  readonly token: string;
  /** Without a slash at its end. */
  readonly root: string;
  /** Of one request, until the answer is there whole; 15 s. */
  readonly answerMs?: number;
}

const ANSWER_MS = 15_000;
/** https://core.telegram.org/bots/api#sendmessage */
const TEXT_MAX = 4_096;
const Sent = Type.Object({ message_id: Type.Integer() });
/** Nothing has left. */
const AWAY = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** Several that are observed and not documented: the person has never written to the bot, has left or has blocked it. */
const NOBODY =
  /chat not found|user not found|bot was blocked|user is deactivated|can't initiate conversation/i;

/**
 * sendMessage of the Bot API, once (https://core.telegram.org/bots/api#sendmessage). It keeps to no key of ours and cannot be
 * asked what became of one: an unclear send is not repeated. Fails with DeliveryError, which never holds the token.
 */
export class TelegramSender {
  readonly #api: Api;

  constructor({ token, root, answerMs = ANSWER_MS }: SenderOptions) {
    this.#api = new Api(token, {
      apiRoot: root,
      timeoutSeconds: answerMs / 1_000,
      // A connection for each: one that was kept may be closed just then, and nobody would know whether it arrived.
      baseFetchConfig: {
        compress: true,
        agent: root.startsWith('https:') ? new SecureAgent() : new PlainAgent(),
      },
    });
  }

  /** `chatId`: decimal. A text longer than Telegram takes is cut. */
  async send(chatId: string, text: string, signal: AbortSignal): Promise<Taken> {
    signal.throwIfAborted();
    const settled = new AbortController();
    const stopped = new Promise<never>((_resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true, signal: settled.signal });
    });
    try {
      // grammY takes an abort signal of another kind; a request that is left alone ends at its own deadline.
      const sent: unknown = await Promise.race([
        this.#api.sendMessage(Number(chatId), text.slice(0, TEXT_MAX)),
        stopped,
      ]);
      if (!Value.Check(Sent, sent)) throw new DeliveryError('unclear', 'BAD_ANSWER');
      return { handle: String(sent.message_id) };
    } catch (error) {
      signal.throwIfAborted();
      throw failureOf(error);
    } finally {
      settled.abort();
    }
  }
}

function failureOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof GrammyError) return refusalOf(error);
  const cause: unknown = error instanceof HttpError ? error.error : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (typeof code === 'string' && AWAY.has(code)) return new DeliveryError('later', 'AWAY');
  const type = typeof cause === 'object' && cause !== null && 'type' in cause ? cause.type : undefined;
  if (type === 'invalid-json') return new DeliveryError('unclear', 'BAD_ANSWER');
  const late = cause instanceof Error && /timed out/.test(cause.message);
  return new DeliveryError('unclear', late ? 'TIMEOUT' : 'BROKEN');
}

/** https://core.telegram.org/bots/api#responseparameters; what a code means is observed. */
function refusalOf({ error_code: number, description, parameters }: GrammyError): DeliveryError {
  if (number === 429) {
    const { retry_after: sec } = parameters;
    return new DeliveryError('later', 'BUSY', sec === undefined ? {} : { retryAfterMs: sec * 1_000 });
  }
  if (number >= 500) return new DeliveryError('unclear', 'SERVER', { number });
  if (NOBODY.test(description)) return new DeliveryError('refused', 'BAD_RECIPIENT', { number });
  if (number === 401 || number === 404) return new DeliveryError('refused', 'AUTH', { number });
  return new DeliveryError('refused', 'REFUSED', { number });
}
