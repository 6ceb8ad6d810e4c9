import type { WebhookInfo } from './bot-api.ts';

/** What Telegram has of the webhook, for people: the lines, and whether updates arrive as far as it can be seen. */
export interface WebhookReport {
  readonly ok: boolean;
  readonly lines: readonly string[];
}

const REGISTER = 'npm run telegram:webhook';

/** What is observed in `last_error_message`; Telegram documents only that it is «in human-readable format». */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /\b401\b/,
    `HALO не узнал секрет. Зарегистрируйте адрес заново с той же папкой данных и переменными, что у HALO: ${REGISTER}`,
  ],
  [/\b(403|404|405)\b/, 'по этому адресу отвечает не HALO: проверьте PUBLIC_URL и обратный прокси'],
  [
    /\b30\d\b|redirect/i,
    'адрес перенаправляет на другой: задайте в PUBLIC_URL конечный и зарегистрируйте снова',
  ],
  [
    /\b5\d\d\b/,
    'HALO или прокси перед ним отвечает ошибкой: смотрите журнал HALO; сообщения придут снова сами',
  ],
  [/ssl|certificate/i, 'сертификат не подходит: нужен действующий, от известного центра, с полной цепочкой'],
  [/resolve host/i, 'имени из PUBLIC_URL нет в DNS'],
  [/refused/i, 'на этом порту никто не слушает: проверьте, что прокси запущен и порт открыт'],
  [/time|reset|unreachable/i, 'до адреса не добраться: проверьте межсетевой экран и что HALO отвечает'],
];

/** `expected`: the address that PUBLIC_URL asks for; undefined where it is not set. */
export function describeWebhook(info: WebhookInfo, expected: string | undefined): WebhookReport {
  const pending = `  Ждут доставки: ${info.pending_update_count}`;
  if (info.url === '')
    return {
      ok: false,
      lines: [`  Адрес не зарегистрирован: сообщения боту не приходят. ${REGISTER}`, pending],
    };

  const lines = [`  Адрес: ${info.url}${info.ip_address === undefined ? '' : ` (${info.ip_address})`}`];
  const troubles: string[] = [];
  if (expected !== undefined && info.url !== expected)
    troubles.push(`  Это другой адрес: по PUBLIC_URL нужен ${expected}. ${REGISTER}`);
  // Absent or empty is «all but a few kinds», messages among them.
  const kinds = info.allowed_updates ?? [];
  if (kinds.length > 0 && !kinds.includes('message'))
    troubles.push(`  Сообщения не присылаются, только: ${kinds.join(', ')}. ${REGISTER}`);
  lines.push(...troubles, pending, errorLine(info));
  if (info.last_synchronization_error_date !== undefined)
    lines.push(
      `  У самого Telegram сбой связи между центрами: ${moment(info.last_synchronization_error_date)}`,
    );
  // The last error stays there when all is well again; it is a trouble while something waits behind it.
  const stuck = info.last_error_date !== undefined && info.pending_update_count > 0;
  return { ok: troubles.length === 0 && !stuck, lines };
}

function errorLine({ last_error_date: date, last_error_message: message = '' }: WebhookInfo): string {
  if (date === undefined) return '  Ошибок доставки нет';
  const advice = ADVICE.find(([pattern]) => pattern.test(message))?.[1];
  return `  Последняя ошибка доставки, ${moment(date)}: «${message}»${advice === undefined ? '' : ` — ${advice}`}`;
}

/** Of Unix seconds, by Moscow time. */
function moment(seconds: number): string {
  const text = new Date(seconds * 1_000).toLocaleString('ru-RU', {
    timeZone: 'Europe/Moscow',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return `${text} по Москве`;
}
