import { deciderName, PRODUCT, PRODUCTS } from './deciders.ts';
import { advantage, atFivePercent, interval, share, type Counted, type Figures } from './figures.ts';
import { curveOf, type ConditionReport, type CurveReport } from './report.ts';
import { conditionWords, deciderWords, percent, percents } from './words.ts';

/** The whole report as lines of text. */
export function reportLines({ conditions }: CurveReport): readonly string[] {
  return Object.entries(conditions).flatMap(([name, condition]) => [
    '',
    conditionWords(name),
    '',
    row(HEAD),
    row(['---', ...HEAD.slice(1).map(() => '--:')]),
    ...rowsOf(condition).map(row),
    '',
    ...verdictLines(condition),
  ]);
}

export const HEAD = ['кто решает', 'обрывы', 'доля', '95 %', 'внутри предложения', 'задержка p50', 'p95'];

/** Plain silence by 100 ms, then the product as it is, then with a bias. */
export function rowsOf(condition: ConditionReport): readonly (readonly string[])[] {
  const silences = curveOf(condition, 'silence').filter(({ ms }) => ms % 100 === 0);
  const biased = curveOf(condition, 'product').filter(({ ms }) => ms !== 0 && ms % 100 === 0);
  const products = PRODUCTS.flatMap((decider) => {
    const name = deciderName(decider);
    const figures = condition.figures[name];
    return figures === undefined ? [] : [{ ...figures, name }];
  });
  return [...silences, ...products, ...biased].map((point) => [deciderWords(point.name), ...cells(point)]);
}

/** The figures that are looked at first. */
export function verdictLines(condition: ConditionReport): readonly string[] {
  const silence = curveOf(condition, 'silence');
  const products = curveOf(condition, 'product');
  const product = condition.figures[deciderName(PRODUCT)];
  const drawn = silence.length > 2 && products.length > 2;
  const five = (curve: typeof silence) => {
    const point = atFivePercent(curve);
    return point === undefined
      ? 'нет такой точки'
      : `${deciderWords(point.name)}, ${point.p50Ms} мс (p95 ${point.p95Ms})`;
  };
  return [
    ...[300, 600].flatMap((ms) => {
      const point = silence.find((one) => one.ms === ms);
      return point === undefined
        ? []
        : [`Ложные обрывы при тишине ${ms} мс: ${percent(share(point))} (${percents(interval(point))})`];
    }),
    ...(drawn
      ? [
          `Задержка при 5 % обрывов, одна тишина: ${five(silence)}`,
          `Задержка при 5 % обрывов, продукт со сдвигом: ${five(products)}`,
        ]
      : []),
    ...(product === undefined || !drawn
      ? []
      : [
          `Продукт против одной тишины, все обрывы: ${advantageWords(product, silence, 'cutOffs')}`,
          `Продукт против одной тишины, обрывы внутри предложения: ${advantageWords(product, silence, 'inside')}`,
        ]),
  ];
}

function advantageWords(product: Figures, silence: readonly Figures[], counted: Counted): string {
  const { soonerMs, fewer } = advantage(product, silence, counted);
  const points = `${(Math.abs(fewer) * 100).toFixed(1).replace('.', ',')} п. п. ${fewer < 0 ? 'больше' : 'меньше'}`;
  const sooner =
    soonerMs === undefined
      ? 'так редко тишина не обрывает никогда'
      : `при той же доле ${soonerMs < 0 ? 'позже' : 'раньше'} на ${Math.abs(Math.round(soonerMs))} мс`;
  return `${sooner}; при той же задержке на ${points}`;
}

function cells(figures: Figures): readonly string[] {
  return [
    `${figures.cutOffs} из ${figures.turns}`,
    percent(share(figures)),
    percents(interval(figures)),
    String(figures.inside),
    String(figures.p50Ms),
    String(figures.p95Ms),
  ];
}

function row(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`;
}
