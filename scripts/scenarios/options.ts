import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOrUsage, UsageError } from '../lib/usage.ts';

export const SCENARIOS_DIR = fileURLToPath(new URL('../../seeds/scenarios', import.meta.url));

export const HELP = `npm run scenarios [-- файл.yaml папка … настройки]

Разговоры по сценариям: абонент говорит, молчит, перебивает, жмёт клавиши и кладёт трубку по шагам, линия и провайдер речи
портятся, как написано, а в конце проверяется, чего сценарий ждёт. Без файлов — все из seeds/scenarios; как их писать — в
seeds/scenarios/README.md.

  --only СЛОВО,…      только сценарии, в имени или пунктах (covers) которых есть одно из этих: --only V5, --only barge,line-
  --repeat N          сколько раз каждый (иначе — как в нём написано)
  --real-time         в настоящем времени, с настоящими пределами ожидания: все — минут восемь, с --ci --repeat 1 — одна;
                      без этого время виртуальное, минута — секунда-другая
  --at-once N         сколько сценариев сразу (2; в настоящем времени 6)
  --out ПАПКА         куда записать отчёт: report.html (с записями), junit.xml (scenario-report)
  --ci                только помеченные ci: true, без HTML-отчёта
  --json              в стандартный вывод — один JSON, остальное — в поток ошибок

Ctrl-C: отчёт о тех, что уже кончились. Код выхода: 0 — всё сбылось; 1 — нет или прервано; 2 — неверные настройки или сценарий.`;

export interface ScenarioOptions {
  readonly paths: readonly string[];
  /** Any of them is enough; undefined: all scenarios. */
  readonly only: readonly string[] | undefined;
  readonly repeat: number | undefined;
  readonly realTime: boolean;
  readonly atOnce: number;
  readonly out: string;
  readonly ci: boolean;
  readonly json: boolean;
}

/** Reads the command line; undefined when help was asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): ScenarioOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const realTime = values['real-time'] === true;
  return {
    paths: positionals.length === 0 ? [SCENARIOS_DIR] : positionals.map((path) => resolve(path)),
    only: values.only?.split(',').map((word) => word.trim()),
    repeat: whole('--repeat', values.repeat, 1000),
    realTime,
    atOnce: whole('--at-once', values['at-once'], 50) ?? (realTime ? 6 : 2),
    out: resolve(values.out ?? 'scenario-report'),
    ci: values.ci === true,
    json: values.json === true,
  };
}

function parse(args: readonly string[]) {
  return parseOrUsage(args, {
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      repeat: { type: 'string' },
      'real-time': { type: 'boolean' },
      'at-once': { type: 'string' },
      out: { type: 'string' },
      ci: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
}

function whole(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new UsageError(`${name} ${text}: нужно целое число от 1 до ${most}`);
}
