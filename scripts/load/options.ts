import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseOrUsage, UsageError } from '../lib/usage.ts';

export const DEFAULT_MIX = fileURLToPath(new URL('../../seeds/load/personas.yaml', import.meta.url));

const MOST = { calls: 200, perSecond: 20, minutes: 24 * 60, seed: 2 ** 31 - 1 } as const;
const LEAST_MINUTES = 0.1;

export const HELP = `npm run load -- --calls 50 --rate 5/s --minutes 10 [настройки]

Выдержка под нагрузкой. Поднимает HALO целиком в отдельном процессе (API, очередь набора, встроенная PostgreSQL, движок,
шаги после звонка), заказывает звонки через POST /call и держит их столько сразу, сколько сказано: кто положил трубку, на
место того звонят следующему. В конце: растёт ли память, осталось ли что-нибудь открытым, паузы и опоздания пакетов,
и каждый ли звонок кончился тем, чем должен.

Смоделированы абоненты и сигнализация (симулятор HALO, в том же процессе); звук идёт настоящими RTP-пакетами через UDP
этой машины. Речь встроенная: настоящие распознавание и синтез, без ключей и без сети.

  --calls N           звонков сразу, до ${MOST.calls} (30)
  --rate N/s          не чаще стольких заказов в секунду; N/min — в минуту; до ${MOST.perSecond}/s (2/s)
  --minutes N         сколько минут заказывать звонки, от ${LEAST_MINUTES} до ${MOST.minutes} (10); начатые потом договариваются
  --mix ФАЙЛ.yaml     кто отвечает и что из этого должно выйти (seeds/load/personas.yaml)
  --seed N            тот же ряд абонентов при том же числе (1)
  --out ПАПКА         журналы и записи звонков, что кончились не так, как должны (load-report)
  --json ФАЙЛ         отчёт целиком
  --help

Ctrl-C: звонки завершаются, отчёт — по тому, что успело; ещё раз — сразу.
Код выхода: 0 — всё сбылось; 1 — нет, или прервано; 2 — неверные настройки или смесь.`;

export interface LoadOptions {
  /** Held at once. */
  readonly calls: number;
  /** Orders a second at the most. */
  readonly perSecond: number;
  readonly minutes: number;
  readonly mix: string;
  readonly seed: number;
  readonly out: string;
  readonly json: string | undefined;
}

/** Reads the command line; undefined when help was asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): LoadOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  return {
    calls: number('--calls', values.calls ?? '30', { least: 1, most: MOST.calls, whole: true }),
    perSecond: rate(values.rate ?? '2/s'),
    minutes: number('--minutes', values.minutes ?? '10', { least: LEAST_MINUTES, most: MOST.minutes }),
    mix: values.mix === undefined ? DEFAULT_MIX : resolve(values.mix),
    seed: number('--seed', values.seed ?? '1', { least: 0, most: MOST.seed, whole: true }),
    out: resolve(values.out ?? 'load-report'),
    json: values.json === undefined ? undefined : resolve(values.json),
  };
}

function parse(args: readonly string[]) {
  const { values } = parseOrUsage(args, {
    options: {
      calls: { type: 'string' },
      rate: { type: 'string' },
      minutes: { type: 'string' },
      mix: { type: 'string' },
      seed: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  return values;
}

/** `5/s`, `30/min` as orders a second. */
function rate(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\/(s|min)$/.exec(text.trim()) ?? [];
  const perSecond = Number(amount) / (unit === 'min' ? 60 : 1);
  if (perSecond > 0 && perSecond <= MOST.perSecond) return perSecond;
  throw new UsageError(`--rate ${text}: нужно 5/s или 30/min, больше нуля и не чаще ${MOST.perSecond}/s`);
}

function number(
  name: string,
  text: string,
  { least, most, whole = false }: { readonly least: number; readonly most: number; readonly whole?: boolean },
): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value)))
    return value;
  throw new UsageError(`${name} ${text}: нужно ${whole ? 'целое ' : ''}число от ${least} до ${most}`);
}
