import type { Price } from './compare.ts';
import type { Interval } from './odds.ts';
import type { PauseKind } from './turn.ts';

const CONDITION_WORDS: Readonly<Record<string, string>> = {
  'recorded, quiet line': 'Как записано, тихая линия',
  'recorded, bad line': 'Как записано, шум 15 дБ и 5 % потерь',
  'slow, quiet line': 'Паузы в 2,5 раза длиннее, тихая линия',
  'slow, bad line': 'Паузы в 2,5 раза длиннее, шум 15 дБ и 5 % потерь',
};

export function conditionWords(name: string): string {
  return CONDITION_WORDS[name] ?? name;
}

/** `silence 600` → «тишина 600 мс». */
export function deciderWords(name: string): string {
  return name
    .replace(/^silence (\d+)$/, 'тишина $1 мс')
    .replace(/^product/, 'продукт')
    .replace(', no marks', ', слова без знаков в конце')
    .replace(', no words', ', без слов');
}

export function kindWords(kind: PauseKind): string {
  return kind === 'inside' ? 'внутри предложения' : 'между предложениями';
}

/** 0.0714 → «7,1 %». */
export function percent(share: number): string {
  return `${decimal(100 * share)} %`;
}

export function percents([low, high]: Interval): string {
  return `${decimal(100 * low)}–${decimal(100 * high)} %`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2).replace('.', ',')} с`;
}

/** What a change costs, a line for the price and one for every turn that is decided otherwise. */
export function priceLines(price: Price): readonly string[] {
  const { before, after, turns, broken, mended, cutOffOdds } = price;
  const cuts =
    broken.length + mended.length === 0
      ? `обрывы те же: ${after} из ${turns}`
      : `обрывы ${before} → ${after} из ${turns} (новых ${broken.length}, исчезло ${mended.length}; ${oddsWords(cutOffOdds)})`;
  const turn = (mark: string, { key, atMs, cutOff }: Price['broken'][number]) =>
    `    ${mark} ${key} на ${seconds(atMs)}, ${kindWords(cutOff.kind)}: «${cutOff.said}»`;
  return [
    `${conditionWords(price.condition)} · ${deciderWords(price.decider)}: ${cuts}; ${delayWords(price)}`,
    ...broken.map((one) => turn('стал обрывать   ', one)),
    ...mended.map((one) => turn('перестал обрывать', one)),
  ];
}

function delayWords({ laterMs, laterInterval: [low, high], later, sooner }: Price): string {
  if (later + sooner === 0) return 'решает тогда же';
  const by = `${Math.abs(Math.round(laterMs))} мс (95 %: ${signed(low)}…${signed(high)}; позже в ${later}, раньше в ${sooner})`;
  if (low <= 0 && high >= 0)
    return `в среднем ${laterMs > 0 ? 'позже' : 'раньше'} на ${by}: от нуля не отличить`;
  return `решает ${laterMs > 0 ? 'позже' : 'раньше'} на ${by}`;
}

function oddsWords(odds: number): string {
  const p = odds < 0.001 ? 'p < 0,001' : `p = ${odds.toFixed(3).replace('.', ',')}`;
  return odds < 0.05 ? `${p}: не случайность` : `${p}: может быть и случайностью`;
}

function signed(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${Math.abs(Math.round(ms))}`;
}

function decimal(value: number): string {
  return value.toFixed(1).replace('.', ',');
}
