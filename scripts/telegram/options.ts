import { parseOrUsage, UsageError } from '../lib/usage.ts';

export const HELP = `npm run telegram:webhook [-- настройки]

Говорит Telegram, куда присылать сообщения боту: PUBLIC_URL и /telegram/webhook, с секретом (TELEGRAM_WEBHOOK_SECRET или
файл telegram-webhook-secret папки данных). Нужны TELEGRAM_BOT_TOKEN (или TELEGRAM_BOT_TOKEN_FILE) и PUBLIC_URL.
Запускайте с теми же переменными и той же папкой данных (HALO_DATA_DIR), что и сам HALO. Повторять можно сколько угодно.

  --info           что Telegram знает об адресе: последняя ошибка, сколько сообщений ждёт; ничего не меняет
  --delete         снять адрес
  --drop-pending   вместе с регистрацией или снятием: выбросить сообщения, которые ждут доставки
  --help

Код выхода: 0 — всё в порядке; 1 — нет, и написано, что делать; 2 — неверные настройки, ничего не изменено.`;

export interface WebhookOptions {
  readonly action: 'register' | 'info' | 'delete';
  readonly dropPending: boolean;
}

/** Reads the command line; undefined when help was asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): WebhookOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  if (values.info === true && values.delete === true)
    throw new UsageError('--info и --delete: нужно что-то одно');
  const dropPending = values['drop-pending'] === true;
  if (values.info === true && dropPending)
    throw new UsageError('--drop-pending: с --info ничего не меняется');
  const action = values.info === true ? 'info' : values.delete === true ? 'delete' : 'register';
  return { action, dropPending };
}

function parse(args: readonly string[]) {
  return parseOrUsage(args, {
    allowPositionals: false,
    options: {
      info: { type: 'boolean' },
      delete: { type: 'boolean' },
      'drop-pending': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  }).values;
}
