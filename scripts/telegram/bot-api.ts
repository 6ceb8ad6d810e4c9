import { setTimeout as delay } from 'node:timers/promises';
import { Api, GrammyError, HttpError } from 'grammy';
import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { ALLOWED_UPDATES } from '../../api/channels/telegram/webhook.ts';

const Me = Type.Object({ username: Type.String() });

/** https://core.telegram.org/bots/api#webhookinfo, as far as it is shown. */
const WebhookInfo = Type.Object({
  url: Type.String(),
  pending_update_count: Type.Integer(),
  ip_address: Type.Optional(Type.String()),
  last_error_date: Type.Optional(Type.Integer()),
  last_error_message: Type.Optional(Type.String()),
  last_synchronization_error_date: Type.Optional(Type.Integer()),
  allowed_updates: Type.Optional(Type.Array(Type.String())),
});
export type WebhookInfo = Static<typeof WebhookInfo>;

const Done = Type.Literal(true);

/** The Bot API did not do what was asked. The message is for people, in Russian, and never holds the token. */
export class BotApiError extends Error {}

export interface BotApiOptions {
  readonly token: string;
  /** TELEGRAM_API_ROOT, without a slash at its end. */
  readonly root: string;
  /** Of one try, until the answer is there whole. */
  readonly timeoutMs?: number;
  readonly tries?: number;
  /** Between tries. Tests give their own. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

const TIMEOUT_MS = 10_000;
const TRIES = 3;
const BACKOFF_START_MS = 1_000;
/** Who looks on waits no longer for a «retry after». */
const MAX_WAIT_MS = 20_000;

/**
 * The four methods that the webhook's registration needs. All of them may be called twice: what failed for want of
 * network, of time or of a free server is tried again. Everything rejects with BotApiError.
 */
export class BotApi {
  readonly #api: Api;
  readonly #options: BotApiOptions;

  constructor(options: BotApiOptions) {
    this.#options = options;
    const timeoutSeconds = (options.timeoutMs ?? TIMEOUT_MS) / 1_000;
    this.#api = new Api(options.token, { apiRoot: options.root, timeoutSeconds });
  }

  /** The bot's name, without @. */
  async name(): Promise<string> {
    return (await this.#ask(Me, () => this.#api.getMe())).username;
  }

  async webhookInfo(): Promise<WebhookInfo> {
    return await this.#ask(WebhookInfo, () => this.#api.getWebhookInfo());
  }

  async setWebhook(url: string, secret: string, dropPending: boolean): Promise<void> {
    await this.#ask(Done, () =>
      this.#api.setWebhook(url, {
        secret_token: secret,
        allowed_updates: [...ALLOWED_UPDATES],
        drop_pending_updates: dropPending,
      }),
    );
  }

  async deleteWebhook(dropPending: boolean): Promise<void> {
    await this.#ask(Done, () => this.#api.deleteWebhook({ drop_pending_updates: dropPending }));
  }

  async #ask<T extends TSchema>(schema: T, method: () => Promise<unknown>): Promise<Static<T>> {
    const { root, tries = TRIES, sleep = (ms: number) => delay(ms) } = this.#options;
    for (let number = 1; ; number += 1) {
      try {
        const answer = await method();
        if (!Value.Check(schema, answer)) throw new NotTheBotApi();
        return answer;
      } catch (error) {
        const waitMs = waitBeforeNext(error, number);
        if (number >= tries || waitMs === undefined) throw new BotApiError(words(error, root));
        await sleep(waitMs);
      }
    }
  }
}

/** JSON, but of another kind. */
class NotTheBotApi extends Error {}

/** Undefined: another try would end alike. */
function waitBeforeNext(error: unknown, number: number): number | undefined {
  const backoffMs = BACKOFF_START_MS * 2 ** (number - 1);
  if (error instanceof HttpError)
    return error.error instanceof Error && isOtherServer(error.error) ? undefined : backoffMs;
  if (!(error instanceof GrammyError)) return undefined;
  if (error.error_code >= 500) return backoffMs;
  if (error.error_code !== 429) return undefined;
  const waitMs = (error.parameters.retry_after ?? 1) * 1_000;
  return waitMs <= MAX_WAIT_MS ? waitMs : undefined;
}

/** node-fetch's FetchError for a body that is no JSON. */
function isOtherServer(error: Error): boolean {
  return 'type' in error && error.type === 'invalid-json';
}

function words(error: unknown, root: string): string {
  if (error instanceof GrammyError) return refusal(error, root);
  if (error instanceof HttpError) {
    // Its own words hold the address, and the address holds the token.
    const { error: cause } = error;
    if (cause instanceof Error && isOtherServer(cause))
      return `${root} отвечает не как Bot API: проверьте TELEGRAM_API_ROOT`;
    const code =
      cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
    return code === undefined
      ? `${root} не ответил вовремя: проверьте сеть и TELEGRAM_API_ROOT`
      : `до ${root} не добраться (${code}): проверьте сеть, межсетевой экран и TELEGRAM_API_ROOT`;
  }
  return `${root} отвечает не как Bot API: проверьте TELEGRAM_API_ROOT`;
}

/** https://core.telegram.org/bots/api#making-requests documents the shape; what each code means is observed. */
function refusal({ error_code: code, description, parameters }: GrammyError, root: string): string {
  if (code === 401)
    return 'Telegram не знает такого токена: возьмите его заново у @BotFather (TELEGRAM_BOT_TOKEN)';
  if (code === 404)
    return `${root} не знает такого бота: проверьте, что TELEGRAM_BOT_TOKEN записан целиком, и TELEGRAM_API_ROOT`;
  if (code === 429) {
    const wait = parameters.retry_after;
    return `Telegram просит подождать${wait === undefined ? '' : ` ${wait} с`}: слишком много запросов; повторите позже`;
  }
  if (code >= 500) return `у Telegram ошибка (${code}): повторите позже`;
  return `Telegram отказал: «${description}» (${code})`;
}
