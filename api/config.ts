import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { TelephonyConfig } from '../engine/contract/telephony-config.ts';
import type { GoogleSheetOptions } from './channels/sheets/google-sheet.ts';
import type { WebhookEndpoint } from './channels/webhook/outgoing-webhook.ts';
import type { SmsConfig } from './channels/sms/create-gateway.ts';
import { VARIABLES, type ConfigValues, type VariableName } from './config-table.ts';
import { readSheets } from './config-sheets.ts';
import { readShortLinkBase, readSms } from './config-sms.ts';
import { readWebhook } from './config-webhook.ts';
import { list, readGuards, readTelephony } from './config-telephony.ts';
import type { Variable } from './config-variable.ts';
import type { GuardLimits } from './guards/limits.ts';

/** V7. */
const MAX_STT_MS = 10_000;

/** What the environment says, checked; nobody else reads process.env. */
export interface HaloConfig {
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** Undefined: ensureApiKey (api-key-file.ts) makes one. */
  readonly apiAuthKey: string | undefined;
  readonly openai: {
    readonly apiKey: string | undefined;
    readonly baseUrl: string;
    readonly sttModel: string;
    readonly chatModel: string;
    readonly fallbackChatModel: string | undefined;
    readonly ttsModel: string;
    readonly voices: Readonly<Record<string, string>>;
    readonly timeouts: {
      readonly sttMs: number;
      readonly replyFirstMs: number;
      readonly speechFirstMs: number;
    };
    readonly retries: number;
    readonly hedgeMs: number;
  };
  /** `auto` is decided already. */
  readonly speech: 'offline' | 'openai';
  readonly maxCalls: number;
  readonly ringTimeoutSec: number;
  readonly telephony: TelephonyConfig;
  /** Undefined: none hold. */
  readonly guards: GuardLimits | undefined;
  /** Addresses whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly telegram: {
    readonly botName: string;
    readonly botToken: string | undefined;
    /** Whether follow-ups are sent; then there is a token. */
    readonly followUp: boolean;
    /** Undefined: webhookSecret (channels/telegram/webhook.ts) makes one. */
    readonly webhookSecret: string | undefined;
    /** Without a slash at its end. */
    readonly apiRoot: string;
  };
  /** Where the world reaches this server; without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly sms: SmsConfig;
  /** With a slash at its end. */
  readonly shortLinkBase: string | undefined;
  /** Undefined: rows go into the CSV file of the data folder. */
  readonly sheets: GoogleSheetOptions | undefined;
  /** The customer's server that is told of ended calls; undefined: nobody is. */
  readonly webhook: WebhookEndpoint | undefined;
  readonly logLevel: ConfigValues['LOG_LEVEL'];
  readonly logPii: boolean;
  /** Base address of the OpenTelemetry collector that is told of calls; undefined: none is. */
  readonly otlpEndpoint: string | undefined;
}

/** The environment cannot be used; `problems` has a line for each variable, and the message has them all. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`Настройки не подходят:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Reads the configuration. An empty variable is an absent one. Throws ConfigError with every problem at once: the
 * variable, what was given (never a secret), what is expected.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): HaloConfig {
  const problems: string[] = [];
  const values = Object.fromEntries(
    Object.keys(VARIABLES).map((name) => [name, readVariable(name as VariableName, env, problems)]),
  ) as ConfigValues;

  if (
    values.HALO_SPEECH === 'openai' &&
    values.OPENAI_API_KEY === undefined &&
    !isGiven(env['OPENAI_API_KEY']) &&
    !isGiven(env['OPENAI_API_KEY_FILE'])
  ) {
    problems.push(
      'HALO_SPEECH: дано openai, но OPENAI_API_KEY не задана; задайте её или выберите auto либо offline',
    );
  }
  // What is wrong with single variables comes first: the rest is judged by their values.
  if (problems.length > 0) throw new ConfigError(problems);
  const telephony = readTelephony(values, problems);
  const sms = readSms(values, problems);
  const sheets = readSheets(values, problems);
  if (values.TELEGRAM_FOLLOWUP && values.TELEGRAM_BOT_TOKEN === undefined)
    problems.push('TELEGRAM_FOLLOWUP: дано true, но TELEGRAM_BOT_TOKEN не задан; задайте его или false');
  const webhook = readWebhook(values, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  const timeoutMs = values.OPENAI_TIMEOUT_SEC * 1_000;
  return {
    port: values.PORT,
    host: values.HOST,
    dataDir: resolve(values.HALO_DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    apiAuthKey: values.API_AUTH_KEY,
    openai: {
      apiKey: values.OPENAI_API_KEY,
      baseUrl: values.OPENAI_BASE_URL,
      sttModel: values.OPENAI_STT_MODEL,
      chatModel: values.OPENAI_CHAT_MODEL,
      fallbackChatModel: values.OPENAI_FALLBACK_CHAT_MODEL,
      ttsModel: values.OPENAI_TTS_MODEL,
      voices: pairs(values.OPENAI_TTS_VOICES),
      timeouts: {
        sttMs: Math.min(timeoutMs, MAX_STT_MS),
        replyFirstMs: timeoutMs,
        speechFirstMs: timeoutMs,
      },
      retries: values.OPENAI_RETRIES,
      hedgeMs: values.OPENAI_HEDGE_MS,
    },
    speech: speechSet(values.HALO_SPEECH, values.OPENAI_API_KEY),
    maxCalls: values.HALO_MAX_CALLS,
    ringTimeoutSec: values.HALO_RING_TIMEOUT_SEC,
    telephony,
    guards: readGuards(values, telephony),
    trustedProxies: list(values.HALO_TRUSTED_PROXIES),
    telegram: {
      botName: values.TELEGRAM_BOT_NAME,
      botToken: values.TELEGRAM_BOT_TOKEN,
      followUp: values.TELEGRAM_FOLLOWUP,
      webhookSecret: values.TELEGRAM_WEBHOOK_SECRET,
      apiRoot: withoutSlash(values.TELEGRAM_API_ROOT),
    },
    publicUrl: values.PUBLIC_URL === undefined ? undefined : withoutSlash(values.PUBLIC_URL),
    sms,
    shortLinkBase: readShortLinkBase(values),
    sheets,
    webhook,
    logLevel: values.LOG_LEVEL,
    logPii: values.HALO_LOG_PII,
    otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

function readVariable(name: VariableName, env: Environment, problems: string[]): unknown {
  const facts: Variable = VARIABLES[name];
  const given = facts.secret === true ? readSecret(name, env, problems) : env[name];
  const text = isGiven(given) ? given.trim() : facts.default;
  if (text === undefined) return undefined;
  const value = parse(facts.schema, text);
  if (Value.Check(facts.schema, value)) return value;
  const shown = facts.secret === true ? `значение скрыто (${text.length} знаков)` : `«${text.slice(0, 80)}»`;
  problems.push(`${name}: дано ${shown}, нужно: ${facts.expected}`);
  return undefined;
}

/** A secret may also be a file (Docker and Kubernetes give them so): `<NAME>_FILE` is its path. */
function readSecret(name: VariableName, env: Environment, problems: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (!isGiven(file)) return env[name];
  if (isGiven(env[name])) {
    problems.push(`${name}: задана и сама, и файлом ${name}_FILE; оставьте одно`);
    return undefined;
  }
  try {
    return readFileSync(file.trim(), 'utf8');
  } catch (error) {
    problems.push(
      `${name}_FILE: файл не читается: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

/** A text as its schema's type; what cannot be read stays text and fails the schema. */
function parse(schema: TSchema, text: string): unknown {
  const type = 'type' in schema ? schema.type : undefined;
  if (type === 'integer') return /^\d{1,9}$/.test(text) ? Number(text) : text;
  if (type !== 'boolean') return text;
  if (/^(true|1|yes)$/i.test(text)) return true;
  return /^(false|0|no)$/i.test(text) ? false : text;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** «male=onyx,female=nova» as an object; the schema has checked it. */
function pairs(text: string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (text ?? '').split(',').flatMap((pair) => {
      const [name, value] = pair.split('=');
      return name !== undefined && value !== undefined ? [[name, value]] : [];
    }),
  );
}

function speechSet(asked: 'auto' | 'offline' | 'openai', key: string | undefined): 'offline' | 'openai' {
  if (asked !== 'auto') return asked;
  return key === undefined ? 'offline' : 'openai';
}
