import { Bot, BotError } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import type { CallId } from '../../../engine/contract/ids.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../persistence/store.ts';
import type { TelegramUser } from '../../persistence/telegram-binding.ts';
import { START_PARAMETER } from './link.ts';
import { Turnstile } from './turnstile.ts';
import { privateText } from './update.ts';
import { CONNECTED_WORDS, STRANGER_WORDS } from './words.ts';

type BotStore = Pick<Store, 'bindTelegram' | 'call'>;

/** grammY wants one; it is never used. */
const NO_TOKEN = 'none';

/** Of the ten database connections of a process: a flood of links must not keep the calls' journals waiting. */
const BINDINGS_AT_ONCE = 3;

export interface TelegramBotOptions {
  readonly store: BotStore;
  /** TELEGRAM_BOT_NAME: `/start@name` is for us, too. */
  readonly botName: string;
  readonly log: Log;
  /** Somebody has connected to the session of this call, now or before. Rejecting makes Telegram come again. */
  readonly onConnected?: ((callId: CallId) => Promise<void>) | undefined;
}

/**
 * D7's bot. Its one answer goes back in the answer to the webhook itself, as a method that Telegram then calls
 * (https://core.telegram.org/bots/api#making-requests-when-getting-updates): it calls nobody, and needs no token.
 */
export class TelegramBot {
  readonly #store: BotStore;
  readonly #log: Log;
  readonly #onConnected: TelegramBotOptions['onConnected'];
  readonly #bot: Bot;
  readonly #turnstile = new Turnstile(BINDINGS_AT_ONCE);

  constructor({ store, botName, log, onConnected }: TelegramBotOptions) {
    this.#store = store;
    this.#log = log;
    this.#onConnected = onConnected;
    this.#bot = new Bot(NO_TOKEN, {
      botInfo: me(botName),
      client: { canUseWebhookReply: () => true },
    });
    const texts = this.#bot.on('message:text');
    texts.command('start', async (context) => {
      const { id, username } = context.message.from;
      await context.reply(await this.#start(context.match.trim(), String(id), username ?? null));
    });
    texts.use((context) => context.reply(STRANGER_WORDS.other));
  }

  /**
   * What to answer an update, as parsed JSON, with: a method of the Bot API and its parameters; undefined: nothing.
   * Whatever is not a text that a person wrote to the bot itself is passed over. The same update again changes
   * nothing. Rejects when the database is away: Telegram sends the update again.
   */
  async answer(update: unknown): Promise<unknown> {
    const text = privateText(update);
    if (text === undefined) return undefined;
    let reply: unknown;
    const send = (json: string): void => {
      reply = JSON.parse(json);
    };
    try {
      await this.#bot.handleUpdate(text, { send });
    } catch (error) {
      throw error instanceof BotError ? error.error : error;
    }
    return reply;
  }

  /** `/start` with what came after it: with a link of ours, the hash of a session. */
  async #start(parameter: string, id: string, username: string | null): Promise<string> {
    if (parameter === '') return STRANGER_WORDS.start;
    if (!START_PARAMETER.test(parameter)) return STRANGER_WORDS.unknown;
    return await this.#turnstile.pass(() => this.#bind(parameter, { id, username }));
  }

  async #bind(callIdHash: string, user: TelegramUser): Promise<string> {
    const binding = await this.#store.bindTelegram(callIdHash, user);
    const { outcome } = binding;
    if (outcome === 'taken' || outcome === 'unknown') {
      this.#log.info({ outcome }, 'a start link of Telegram changed nothing');
      return STRANGER_WORDS[outcome];
    }
    const { callId } = binding;
    this.#log.info({ callId, outcome }, 'Telegram is connected');
    await this.#onConnected?.(callId);
    const view = await this.#store.call(callId);
    return CONNECTED_WORDS[view?.spokenLanguage ?? 'ru'][outcome];
  }
}

/** What getMe would say, as far as anything here reads it. */
function me(username: string): UserFromGetMe {
  return {
    id: 0,
    is_bot: true,
    first_name: 'HALO',
    username,
    can_join_groups: false,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_join_request_queries: false,
  };
}
