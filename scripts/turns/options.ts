import { parseArgs } from 'node:util';

export class UsageError extends Error {
  override name = 'UsageError';
}

export interface TurnsOptions {
  readonly sounds: string | undefined;
  readonly html: string | undefined;
  readonly json: string | undefined;
  readonly compare: string | undefined;
  readonly recogniserMs: number;
  readonly seed: number;
  readonly quick: boolean;
}

export const HELP = `npm run turns -- [параметры]

Когда реплика закончилась: ложные обрывы против задержки, кривой. 112 записанных людьми реплик (Debian, русские и английские)
с концами, размеченными вручную (seeds/turn-labels), слушают одна тишина в 200…1500 мс и продукт со своим решением: слова,
ритм абонента. Время виртуальное: те же файлы дают те же числа. Как читать — docs/turn-taking.md.

  --html ФАЙЛ          страница с кривыми; каждый обрыв можно услышать
  --json ФАЙЛ          числа, чтобы сравнить потом
  --compare ФАЙЛ       цена изменения: что решено иначе, чем в этом --json; сданное состояние — seeds/turn-labels/baseline.json
  --recogniser-ms 300  через сколько после начала паузы известны её слова
  --seed 1             как реплики розданы абонентам и ложатся на окна детектора
  --quick              только продукт и тишина 300 и 600 мс
  --sounds ПАПКА       распакованные пакеты (та, где лежит usr/); без неё они скачиваются один раз, 40 МБ
  --help

Код выхода: 0; 1 — с --compare стало хуже, чем объясняет случай; 2 — измерить не удалось.`;

/** Undefined: help is wanted. Throws UsageError. */
export function readOptions(args: readonly string[]): TurnsOptions | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  return {
    sounds: values.sounds,
    html: values.html,
    json: values.json,
    compare: values.compare,
    recogniserMs: wholeNumber('--recogniser-ms', values['recogniser-ms'], 0),
    seed: wholeNumber('--seed', values.seed, 1),
    quick: values.quick,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        sounds: { type: 'string' },
        html: { type: 'string' },
        json: { type: 'string' },
        compare: { type: 'string' },
        'recogniser-ms': { type: 'string', default: '300' },
        seed: { type: 'string', default: '1' },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > 100_000)
    throw new UsageError(`${name} ${text}: нужно целое число от ${least}`);
  return value;
}
