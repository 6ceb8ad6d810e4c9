import { isUuid, toCallId, type CallId } from '../../engine/contract/ids.ts';
import { parseOrUsage, UsageError } from '../lib/usage.ts';

export const HELP = `npm run replay -- CALL_ID
npm run replay -- journal.jsonl

Проигрывает журнал звонка сегодняшней машине состояний (engine/call/call.machine.ts): ей сообщается то же, в том же
порядке и в то же время, что слышала машина самого звонка — линия, смысл звука, ответы сервисов. Никому не звонит,
сервисов не спрашивает, ничего не меняет. Говорит, где сегодняшняя машина впервые поступит иначе.

  CALL_ID         звонок из базы: запускайте с теми же переменными и той же папкой данных, что и сам HALO
  journal.jsonl   файл: по событию на строку, или ответ GET /call/{id}/events
  --audio         ещё и дать запись разговора сегодняшнему слуху (эхо, VAD, границы реплик) и сравнить, что он в ней
                  услышал; запись берётся из папки данных, там, где её оставил звонок
  --wav ФАЙЛ      то же с записью из файла
  --json          отчёт для программ
  --help

Что было услышано в звуке, стоит в журнале (событие call.traced); распознавание и синтез не повторяются.
Код выхода: 0 — всё так же; 1 — есть различие; 2 — проиграть нечего или неверные настройки.`;

export interface ReplayOptions {
  readonly journal: { readonly callId: CallId } | { readonly file: string };
  readonly json: boolean;
  /** The recording to be heard again: where the call left it, or a file. */
  readonly audio?: 'own' | { readonly file: string };
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
    ...(values.wav !== undefined
      ? { audio: { file: values.wav } }
      : values.audio === true
        ? { audio: 'own' }
        : {}),
  };
}

function parse(args: readonly string[]) {
  return parseOrUsage(args, {
    allowPositionals: true,
    options: {
      audio: { type: 'boolean' },
      wav: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
}
