import { msg } from '@lit/localize';
import { html, svg, type TemplateResult } from 'lit';
import type { Analytics } from '../../api/types.ts';
import { formatCount, formatDuration, formatPercent } from '../../ui/format.ts';

const funnelNames = (): readonly (readonly [keyof Analytics['funnel'], string])[] => [
  ['called', msg('Позвонили')],
  ['talked', msg('Поговорили')],
  ['interested', msg('Заинтересованы')],
  ['lead', msg('Стали лидами')],
];

export interface FunnelStep {
  readonly name: string;
  readonly count: number;
  /** Of the first step, 0…1. */
  readonly share: number;
}

/** The funnel's steps with their share of everybody called; no calls make empty bars, not NaN. */
export function funnelSteps(funnel: Analytics['funnel']): readonly FunnelStep[] {
  return funnelNames().map(([key, name]) => ({
    name,
    count: funnel[key],
    share: funnel.called > 0 ? Math.min(1, funnel[key] / funnel.called) : 0,
  }));
}

/** D5.3, block 2: demo and real data together. */
export function totalsBlock({ totals, funnel }: Analytics): TemplateResult {
  return html`<dl class="tiles">
      ${tile(msg('Звонки'), formatCount(totals.calls))} ${tile(msg('Чаты'), formatCount(totals.chats))}
      ${tile(msg('Конверсия'), formatPercent(totals.lead_rate))}
      ${tile(msg('Средняя длительность'), formatDuration(totals.avg_call_duration_sec))}
    </dl>
    <h3>${msg('Воронка')}</h3>
    <ol class="funnel">
      ${funnelSteps(funnel).map(funnelBar)}
    </ol>`;
}

function tile(name: string, value: string): TemplateResult {
  return html`<div class="tile">
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** A bar is drawn with SVG attributes: a style attribute would need more than `style-src 'self'`. */
function funnelBar({ name, count, share }: FunnelStep): TemplateResult {
  return html`<li>
    <span class="funnel-name">${name}</span>
    <svg class="funnel-bar" aria-hidden="true">
      <rect class="funnel-all" width="100%" height="100%" rx="4"></rect>
      ${svg`<rect class="funnel-part" width="${(share * 100).toFixed(1)}%" height="100%" rx="4"></rect>`}
    </svg>
    <span class="funnel-count"><b>${formatCount(count)}</b> ${formatPercent(share)}</span>
  </li>`;
}
