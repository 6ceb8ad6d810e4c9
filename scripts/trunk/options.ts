import { parseOrUsage, UsageError } from '../lib/usage.ts';

export const HELP = `npm run trunk:check [-- настройки]

Проверяет SIP-транки по шагам: DNS, связь, OPTIONS, REGISTER и, если попросить, настоящий звонок.
Транки берутся из тех же переменных, что у npm start (TRUNK_HOST … или HALO_TRUNKS_FILE), см. docs/trunks.md.

  --trunk ИМЯ          только этот транк
  --to НОМЕР           позвонить: +7… или 8…; телефон зазвонит, звонок может стоить денег
  --ring-timeout СЕК   сколько ждать ответа (30; от 5 до 120)
  --json               последняя строка вывода: JSON с результатом
  --help

Транк, который ещё не настроен (TRUNK_* тогда не читаются; пароль — только из TRUNK_PASSWORD или TRUNK_PASSWORD_FILE):
  --host УЗЕЛ --port 5060 --transport udp|tcp|tls --user ЛОГИН --register true|false|auto --from-domain ДОМЕН
  --caller-id НОМЕР --codecs ulaw,alaw,g722 --number-format e164|plain|national

Регистрация HALO, если она уже есть, не трогается; пробная снимается сразу.
Код выхода: 0 — неполадок нет; 1 — есть; 2 — неверные настройки.`;

export interface CheckOptions {
  readonly trunk: string | undefined;
  /** E.164. */
  readonly to: string | undefined;
  readonly ringTimeoutMs: number;
  readonly json: boolean;
  /** The environment to be read: the flags put over the real one. */
  readonly env: Environment;
}

type Environment = Readonly<Record<string, string | undefined>>;

const FLAGS = {
  host: 'TRUNK_HOST',
  port: 'TRUNK_PORT',
  transport: 'TRUNK_TRANSPORT',
  user: 'TRUNK_USER',
  register: 'TRUNK_REGISTER',
  'from-domain': 'TRUNK_FROM_DOMAIN',
  'caller-id': 'TRUNK_CALLER_ID',
  codecs: 'TRUNK_CODECS',
  'number-format': 'TRUNK_NUMBER_FORMAT',
} as const;
type Flag = keyof typeof FLAGS;
const SECRETS = ['TRUNK_PASSWORD', 'TRUNK_PASSWORD_FILE'];

/** Reads the command line; undefined when help was asked for. Throws UsageError. */
export function readOptions(args: readonly string[], env: Environment): CheckOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  return {
    trunk: values.trunk,
    to: values.to === undefined ? undefined : readPhone(values.to),
    ringTimeoutMs: readSeconds(values['ring-timeout']) * 1000,
    json: values.json === true,
    env: withFlags(values, env),
  };
}

function parse(args: readonly string[]) {
  if (args.some((arg) => /^--pass/i.test(arg)))
    throw new UsageError(
      'пароль в командной строке видят все на этой машине; задайте его в TRUNK_PASSWORD или TRUNK_PASSWORD_FILE',
    );
  return parseOrUsage(args, {
    allowPositionals: false,
    options: {
      trunk: { type: 'string' },
      to: { type: 'string' },
      'ring-timeout': { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
      host: { type: 'string' },
      port: { type: 'string' },
      transport: { type: 'string' },
      user: { type: 'string' },
      register: { type: 'string' },
      'from-domain': { type: 'string' },
      'caller-id': { type: 'string' },
      codecs: { type: 'string' },
      'number-format': { type: 'string' },
    },
  }).values;
}

function withFlags(
  values: Readonly<Partial<Record<Flag, string>>> & { trunk?: string },
  env: Environment,
): Environment {
  const given = (Object.keys(FLAGS) as Flag[]).filter((flag) => values[flag] !== undefined);
  if (given.length === 0) return env;
  if (values.host === undefined) throw new UsageError(`--${given[0]} годится только вместе с --host`);
  if (values.trunk !== undefined) throw new UsageError('--trunk и --host: нужно что-то одно');
  // A trunk of its own: nothing of the configured one may slip in.
  const rest = Object.entries(env).filter(
    ([name]) => SECRETS.includes(name) || !(name.startsWith('TRUNK_') || name === 'HALO_TRUNKS_FILE'),
  );
  return {
    ...Object.fromEntries(rest),
    ...Object.fromEntries(given.map((flag) => [FLAGS[flag], values[flag]])),
  };
}

function readPhone(text: string): string {
  const phone = text.replaceAll(/[\s()-]/g, '');
  if (/^8\d{10}$/.test(phone)) return `+7${phone.slice(1)}`;
  if (/^\+\d{8,15}$/.test(phone)) return phone;
  throw new UsageError('--to: нужен номер вида +79XXXXXXXXX или 89XXXXXXXXX');
}

function readSeconds(text = '30'): number {
  const seconds = Number(text);
  if (/^\d{1,3}$/.test(text) && seconds >= 5 && seconds <= 120) return seconds;
  throw new UsageError(`--ring-timeout ${text}: нужно целое число секунд от 5 до 120`);
}
