import { resolve } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { VARIABLES, type VariableName } from './config-table.ts';

type Values = { readonly [Name in VariableName]: Static<(typeof VARIABLES)[Name]['schema']> };

/** Those without a default may be absent. */
type OptionalName = {
  [Name in VariableName]: (typeof VARIABLES)[Name] extends { readonly default: string } ? never : Name;
}[VariableName];

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
    readonly ttsModel: string;
  };
  /** `auto` is decided already. */
  readonly speech: 'offline' | 'openai';
  readonly maxCalls: number;
  readonly ringTimeoutSec: number;
  readonly telegramBotName: string;
  readonly logLevel: Values['LOG_LEVEL'];
  readonly logPii: boolean;
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
  const read = (name: VariableName) => readVariable(name, env[name], problems);
  const values = Object.fromEntries(
    Object.keys(VARIABLES).map((name) => [name, read(name as VariableName)]),
  ) as { readonly [Name in VariableName]: Values[Name] | (Name extends OptionalName ? undefined : never) };

  if (
    values.HALO_SPEECH === 'openai' &&
    values.OPENAI_API_KEY === undefined &&
    !isGiven(env['OPENAI_API_KEY'])
  ) {
    problems.push(
      'HALO_SPEECH: дано openai, но OPENAI_API_KEY не задана; задайте её или выберите auto либо offline',
    );
  }
  if (problems.length > 0) throw new ConfigError(problems);
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
      ttsModel: values.OPENAI_TTS_MODEL,
    },
    speech: speechSet(values.HALO_SPEECH, values.OPENAI_API_KEY),
    maxCalls: values.HALO_MAX_CALLS,
    ringTimeoutSec: values.HALO_RING_TIMEOUT_SEC,
    telegramBotName: values.TELEGRAM_BOT_NAME,
    logLevel: values.LOG_LEVEL,
    logPii: values.HALO_LOG_PII,
  };
}

function readVariable(name: VariableName, given: string | undefined, problems: string[]): unknown {
  const facts: { schema: TSchema; default?: string; expected: string; secret?: boolean } = VARIABLES[name];
  const text = isGiven(given) ? given.trim() : facts.default;
  if (text === undefined) return undefined;
  const value = parse(facts.schema, text);
  if (Value.Check(facts.schema, value)) return value;
  const shown = facts.secret === true ? `значение скрыто (${text.length} знаков)` : `«${text.slice(0, 80)}»`;
  problems.push(`${name}: дано ${shown}, нужно: ${facts.expected}`);
  return undefined;
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

function speechSet(asked: 'auto' | 'offline' | 'openai', key: string | undefined): 'offline' | 'openai' {
  if (asked !== 'auto') return asked;
  return key === undefined ? 'offline' : 'openai';
}
