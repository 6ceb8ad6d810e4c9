import type { TelegramBotOptions } from '../channels/telegram/bot.ts';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { CallEngine } from '../../engine/contract/engine.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import type { DemoData } from '../demo/demo-data.ts';
import type { GuardLimits } from '../guards/limits.ts';
import type { OpsDoor } from '../observe/ops.ts';
import type { Store } from '../persistence/store.ts';

/** The Fastify app with TypeBox's types. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Everything the routes stand on. */
export interface AppDeps {
  /** What X-API-Key must be: API_AUTH_KEY, or the key of the data folder (config.ts, ensureApiKey). */
  readonly apiKey: string;
  readonly store: Store;
  readonly engine: CallEngine;
  /** Metrics and readiness of this process. */
  readonly ops: OpsDoor;
  /** The demo data, dated for today. */
  readonly demoData: () => DemoData;
  readonly telegram: {
    /** What X-Telegram-Bot-Api-Secret-Token must be (channels/telegram/webhook.ts). */
    readonly secret: string;
    /** TELEGRAM_BOT_NAME. */
    readonly botName: string;
    /** See TelegramBotOptions. */
    readonly onConnected?: TelegramBotOptions['onConnected'];
  };
  /** Folder of the WAV files. */
  readonly recordingsDir: string;
  /** Folder of the built cabinet; without it (or without index.html in it) `/` says how to build. */
  readonly cabinetDir?: string;
  /** What the SMS gateway, the sheet and the like say about themselves, in Russian: shown with the engine's notices. */
  readonly channelNotices?: readonly string[];
  /** api/logging.ts's; silent without it. */
  readonly log?: FastifyBaseLogger;
  /** What every order is held against; without them (no real trunk) nothing is. */
  readonly guards?: GuardLimits | undefined;
  /**
   * Addresses and CIDR blocks of the reverse proxies in front of us: from these, and only these, X-Forwarded-For is
   * believed. Without them the client's address is the connection's.
   */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Wakes whoever dials. Its failure is logged and changes no answer: the call is in the queue already. */
  readonly onCallCreated?: (callId: CallId) => void | Promise<void>;
}
