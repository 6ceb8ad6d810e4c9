import { parseArgs } from 'node:util';
import { isUuid, toCallId, type CallId } from '../../engine/contract/ids.ts';

export const HELP = `npm run replay -- CALL_ID
npm run replay -- journal.jsonl

Проигрывает журнал звонка сегодняшней машине состояний (engine/call/call.machine.ts): ей сообщается то же, в том же
порядке и в то же время, что слышала машина самого звонка — линия, смысл звука, ответы сервисов. Никому не звонит,
сервисов не спрашивает, ничего не меняет. Говорит, где сегодняшняя машина впервые поступит иначе.

  CALL_ID         звонок из базы: запускайте с теми же переменными и той же папкой данных, что и сам HALO
  journal.jsonl   файл: по событию на строку, или ответ GET /call/{id}/events
  --json          отчёт для программ
  --help

Звук не проигрывается: что в нём было услышано, стоит в журнале (событие call.traced).
Код выхода: 0 — всё так же; 1 — есть различие; 2 — проиграть нечего или неверные настройки.`;

/** What was asked for cannot be done; the message says what to change. */
export class UsageError extends Error {}

export interface ReplayOptions {
  readonly journal: { readonly callId: CallId } | { readonly file: string };
  readonly json: boolean;
}

/** Reads the command line; undefined when help was asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): ReplayOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const [journal, ...more] = positionals;
  if (journal === undefined || journal === '') throw new UsageError('нужен CALL_ID или файл журнала');
  if (more.length > 0) throw new UsageError(`лишнее: ${more.join(' ')}`);
  return {
    journal: isUuid(journal) ? { callId: toCallId(journal) } : { file: journal },
    json: values.json === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
