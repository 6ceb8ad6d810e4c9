import { isUuid, toCallId, type CallId } from '../../engine/contract/ids.ts';
import { parseOrUsage, UsageError } from '../lib/usage.ts';

export const HELP = `npm run webhooks -- list [--failed] [--limit N] [--json]
npm run webhooks -- replay CALL_ID
npm run webhooks -- replay --failed

Сообщения о законченных звонках, которые HALO шлёт на WEBHOOK_URL (docs/webhook.md): что дошло, что нет, и отправить снова.
Запускайте с теми же переменными и той же папкой данных, что и сам HALO.

  list              последние сообщения; --failed — только те, что не дошли и больше не повторяются; --limit — сколько (20)
  replay CALL_ID    отправить снова, с тем же id события и тем же телом; если сообщения ещё не было, оно создаётся
  replay --failed   то же для всех, что не дошли
  --json            по строке JSON на сообщение
  --help

Отправляет работающий HALO; если он остановлен — когда запустится.
Код выхода: 0 — сделано; 1 — не нашлось или не вышло; 2 — неверные настройки.`;

export type WebhooksOptions =
  | { readonly action: 'list'; readonly failed: boolean; readonly limit: number; readonly json: boolean }
  | { readonly action: 'replay'; readonly callId: CallId }
  | { readonly action: 'replay-failed' };

const MAX_LIMIT = 1_000;

/** Reads the command line; undefined when help was asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): WebhooksOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const [action, callId, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`лишнее: ${more.join(' ')}`);
  const failed = values.failed === true;
  if (action === 'list') {
    if (callId !== undefined) throw new UsageError(`list не знает, что делать с ${callId}`);
    return { action, failed, limit: readLimit(values.limit), json: values.json === true };
  }
  if (action !== 'replay') throw new UsageError('нужно list или replay');
  if (values.limit !== undefined || values.json === true)
    throw new UsageError('--limit и --json бывают только у list');
  if (failed === (callId !== undefined)) throw new UsageError('replay: нужно либо CALL_ID, либо --failed');
  if (callId === undefined) return { action: 'replay-failed' };
  if (!isUuid(callId)) throw new UsageError(`replay: ${callId} — не идентификатор звонка (call_id)`);
  return { action, callId: toCallId(callId) };
}

function readLimit(text = '20'): number {
  const limit = Number(text);
  if (/^\d{1,4}$/.test(text) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new UsageError(`--limit ${text}: нужно целое число от 1 до ${MAX_LIMIT}`);
}

function parse(args: readonly string[]) {
  return parseOrUsage(args, {
    allowPositionals: true,
    options: {
      failed: { type: 'boolean' },
      limit: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
}
