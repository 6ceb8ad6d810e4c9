import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { Analytics, AnalyticsDetails } from '../../api/types.ts';
import { formatCount, formatDay, formatPercent } from '../../ui/format.ts';
import { segmented } from '../../ui/segmented.ts';
import { dispositionWords } from '../../ui/words.ts';
import { chartFigure, type FigureOptions } from './chart-figure.ts';
import './days-chart.ts';
import { dispositionShares, dispositionsChart } from './dispositions-chart.ts';
import { funnelChart, funnelSteps, tiles } from './totals-block.ts';

export type FigureName = 'days' | 'outcomes' | 'funnel';
export const CHART_DAYS = ['7', '30', '90'] as const;
export type ChartDays = (typeof CHART_DAYS)[number];

export interface FiguresOptions {
  readonly analytics: Analytics;
  /** Undefined while they are on their way: what does not need them is shown already. */
  readonly details: AnalyticsDetails | undefined;
  /** Where the charts' own numbers could not be had: said in their place. */
  readonly trouble: TemplateResult | undefined;
  readonly days: ChartDays;
  readonly asTables: ReadonlySet<FigureName>;
  readonly onToggle: (name: FigureName) => void;
  readonly onDays: (days: ChartDays) => void;
}

/** D5.3, block 2: numbers, calls per day, outcomes and the funnel; each chart can be read as a table. */
export function figuresBlock(options: FiguresOptions): TemplateResult {
  const { analytics, details, trouble } = options;
  return html`${tiles(analytics, details)} ${trouble ?? nothing}
    <div class="charts">
      ${details === undefined ? waiting(trouble) : daysFigure(options, details)} ${funnelFigure(options)}
      ${details === undefined ? nothing : outcomesFigure(options, details)}
    </div>`;
}

function waiting(trouble: TemplateResult | undefined): TemplateResult | typeof nothing {
  if (trouble !== undefined) return nothing;
  return html`<div class="chart chart-wide chart-waiting" role="status">
    <span class="unseen">${msg('Загружаем графики…')}</span>
  </div>`;
}

type Common = Pick<FigureOptions, 'id' | 'asTable' | 'onToggle'>;

function common({ asTables, onToggle }: FiguresOptions, name: FigureName): Common {
  return { id: `figure-${name}`, asTable: asTables.has(name), onToggle: () => onToggle(name) };
}

function daysFigure(options: FiguresOptions, details: AnalyticsDetails): TemplateResult {
  const columns = [
    msg('День'),
    msg('Звонки'),
    msg('Поговорили'),
    msg('Заинтересованы'),
    msg('Лиды'),
    msg('Чаты'),
  ];
  const rows = details.days
    .toReversed()
    .map(({ day, calls, talked, interested, leads, chats }) => [
      formatDay(day),
      ...[calls, talked, interested, leads, chats].map(formatCount),
    ]);
  return chartFigure({
    ...common(options, 'days'),
    title: msg('Звонки по дням'),
    chart: html`<halo-days-chart .days=${details.days}></halo-days-chart>`,
    table: { columns, rows },
    aside: segmented({
      id: 'chart-days',
      label: msg('Период графиков'),
      value: options.days,
      options: CHART_DAYS.map((days) => ({ code: days, name: msg(str`${days} дней`) })),
      onChange: options.onDays,
    }),
  });
}

function outcomesFigure(options: FiguresOptions, details: AnalyticsDetails): TemplateResult {
  const shares = dispositionShares(details.current.dispositions);
  return chartFigure({
    ...common(options, 'outcomes'),
    title: msg(str`Итоги звонков за ${details.days.length} дней`),
    chart: dispositionsChart(shares),
    table: {
      columns: [msg('Итог'), msg('Звонки'), msg('Доля')],
      rows: shares.map(({ code, count, share }) => [
        dispositionWords(code),
        formatCount(count),
        formatPercent(share),
      ]),
    },
  });
}

function funnelFigure(options: FiguresOptions): TemplateResult {
  const steps = funnelSteps(options.analytics.funnel);
  return chartFigure({
    ...common(options, 'funnel'),
    title: msg('Воронка'),
    chart: funnelChart(steps),
    table: {
      columns: [msg('Шаг'), msg('Звонки'), msg('От всех'), msg('От прошлого шага')],
      rows: steps.map(({ name, count, share, kept }) => [
        name,
        formatCount(count),
        formatPercent(share),
        formatPercent(kept),
      ]),
    },
  });
}
