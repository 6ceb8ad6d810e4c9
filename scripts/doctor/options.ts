import { CHECKS } from './checks.ts';
import { parseOrUsage, UsageError } from '../lib/usage.ts';

export const HELP = `npm run doctor [-- настройки]

Проверяет настройки целиком и говорит, что не так и что сделать. Ничего не меняет и никому не звонит. ffmpeg и других
программ HALO не требует, их и не ищет.
Запускайте с теми же переменными и той же папкой данных, что и сам HALO; он может при этом работать.

  ✓ в порядке   ! работает, но посмотрите   ✗ исправьте   – не настроено

  --only ИМЯ,…   только эти проверки: ${CHECKS.map(({ name }) => name).join(', ')}
  --ping         отправить на WEBHOOK_URL подписанный ping (docs/webhook.md)
  --json         вместо строк — один JSON
  --help

Код выхода: 0 — исправлять нечего; 1 — есть ✗; 2 — неверные настройки.`;

export interface DoctorOptions {
  /** Names of checks; undefined: all. */
  readonly only: readonly string[] | undefined;
  readonly ping: boolean;
  readonly json: boolean;
}

/** Reads the command line; undefined when help was asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): DoctorOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const only = values.only?.split(',').map((name) => name.trim());
  const strange = only?.filter((name) => !CHECKS.some((check) => check.name === name)) ?? [];
  if (strange.length > 0) throw new UsageError(`--only: нет проверки ${strange.join(', ')}`);
  return { only, ping: values.ping === true, json: values.json === true };
}

function parse(args: readonly string[]) {
  return parseOrUsage(args, {
    allowPositionals: false,
    options: {
      only: { type: 'string' },
      ping: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  }).values;
}
