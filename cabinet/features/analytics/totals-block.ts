import { msg, str } from '@lit/localize';
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Analytics, AnalyticsDetails } from '../../api/types.ts';
import { formatCount, formatDuration, formatGap, formatPercent } from '../../ui/format.ts';
import { change } from './scale.ts';

export interface FunnelStep {
  readonly name: string;
  readonly count: number;
  /** Of the first step, 0…1. */
  readonly share: number;
  /** Of the step before, 0…1; the first step's is 1. */
  readonly kept: number;
}

/** The funnel's steps with their share of everybody called; no calls make empty bars, not NaN. */
export function funnelSteps(funnel: Analytics['funnel']): readonly FunnelStep[] {
  const steps = [
    ['called', msg('Позвонили')],
    ['talked', msg('Поговорили')],
    ['interested', msg('Заинтересованы')],
    ['lead', msg('Стали лидами')],
  ] as const;
  return steps.map(([key, name], index) => {
    const before = funnel[steps[Math.max(0, index - 1)]?.[0] ?? 'called'];
    const of = (all: number): number => (all > 0 ? Math.min(1, funnel[key] / all) : 0);
    return { name, count: funnel[key], share: of(funnel.called), kept: of(before) };
  });
}

/** D5.3, block 2, its numbers: demo and real data together, and how they have changed lately. */
export function tiles({ totals }: Analytics, details: AnalyticsDetails | undefined): TemplateResult {
  const { days, current, previous } = details ?? {};
  const trend = (name: 'calls' | 'chats'): TemplateResult | typeof nothing =>
    current === undefined || previous === undefined || days === undefined
      ? nothing
      : html`${sparkline(days.map((day) => day[name]))}
          <p class="trend">
            ${msg(str`${formatCount(current[name])} за ${days.length} дн.`)}
            ${changeWords(change(current[name], previous[name]))}
          </p>`;
  return html`<dl class="tiles">
    ${tile(msg('Звонки'), formatCount(totals.calls), trend('calls'))}
    ${tile(msg('Чаты'), formatCount(totals.chats), trend('chats'))}
    ${tile(
      msg('Конверсия'),
      formatPercent(totals.lead_rate),
      current === undefined || previous === undefined || days === undefined
        ? nothing
        : html`<p class="trend">
            ${msg(str`${formatPercent(current.lead_rate)} за ${days.length} дн.`)}
            ${pointsWords(current.lead_rate - previous.lead_rate, previous.calls)}
          </p>`,
    )}
    ${tile(
      msg('Средняя длительность'),
      formatDuration(totals.avg_call_duration_sec),
      current === undefined || days === undefined
        ? nothing
        : html`<p class="trend">
            ${msg(str`${formatDuration(current.avg_call_duration_sec)} за ${days.length} дн.`)}
          </p>`,
    )}
    ${current === undefined ? nothing : replyTile(current.replies)}
  </dl>`;
}

/** Only where real calls were measured: a demo call has no pauses. */
function replyTile({
  count,
  avg_gap_ms: gapMs,
  within_budget: intime,
}: AnalyticsDetails['current']['replies']): TemplateResult | typeof nothing {
  if (gapMs === null || count === 0) return nothing;
  return tile(
    msg('Пауза до ответа'),
    formatGap(gapMs),
    html`<p class="trend">${msg(str`${formatPercent(intime / count)} ответов не позже 2 с`)}</p>`,
  );
}

function tile(name: string, value: string, more: TemplateResult | typeof nothing): TemplateResult {
  return html`<div class="tile">
    <dt>${name}</dt>
    <dd class="tile-value">${value}</dd>
    ${more === nothing ? nothing : html`<dd class="tile-more">${more}</dd>`}
  </div>`;
}

/** A change is told from another by its sign and its words, not by its colour alone. */
function changeWords(share: number | undefined): TemplateResult | typeof nothing {
  if (share === undefined || Math.abs(share) < 0.005) return nothing;
  const words = formatPercent(Math.abs(share));
  return html`<span class=${share > 0 ? 'trend-up' : 'trend-down'}
    ><span aria-hidden="true">${share > 0 ? '▲' : '▼'} ${words}</span
    ><span class="unseen"
      >${share > 0 ? msg(str`на ${words} больше, чем за прошлый период`) : msg(str`на ${words} меньше, чем за прошлый период`)}</span
    ></span
  >`;
}

function pointsWords(points: number, callsBefore: number): TemplateResult | typeof nothing {
  const whole = Math.round(Math.abs(points) * 100);
  if (callsBefore === 0 || whole === 0) return nothing;
  const words = msg(str`${whole} п. п.`);
  return html`<span class=${points > 0 ? 'trend-up' : 'trend-down'}
    ><span aria-hidden="true">${points > 0 ? '▲' : '▼'} ${words}</span
    ><span class="unseen"
      >${points > 0 ? msg(str`на ${words} больше, чем за прошлый период`) : msg(str`на ${words} меньше, чем за прошлый период`)}</span
    ></span
  >`;
}

/** Decoration: the numbers stand in the chart below. */
function sparkline(values: readonly number[]): TemplateResult {
  const most = Math.max(1, ...values);
  const x = (index: number): number => (values.length < 2 ? 0 : (index / (values.length - 1)) * 100);
  const points = values.map(
    (value, index) => `${x(index).toFixed(2)},${(22 - (value / most) * 20).toFixed(2)}`,
  );
  return html`<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<polygon class="spark-ground" points="0,24 ${points.join(' ')} 100,24"></polygon>
    <polyline class="spark-line" points=${points.join(' ')}></polyline>`}
  </svg>`;
}

/** A bar is drawn with SVG attributes: a style attribute would need more than `style-src 'self'`. */
export function funnelChart(steps: readonly FunnelStep[]): TemplateResult {
  return html`<ol class="funnel">
    ${steps.map(
      ({ name, count, share, kept }, index) =>
        html`<li>
          <span class="funnel-name">${name}</span>
          <svg class="funnel-bar" aria-hidden="true">
            <rect class="funnel-all" width="100%" height="100%" rx="6"></rect>
            ${svg`<rect class="funnel-part funnel-${index}" width="${(share * 100).toFixed(1)}%" height="100%" rx="6"></rect>`}
          </svg>
          <span class="funnel-count"><b>${formatCount(count)}</b> ${formatPercent(share)}</span>
          ${
            index === 0
              ? nothing
              : html`<span class="funnel-kept">${msg(str`${formatPercent(kept)} от прошлого шага`)}</span>`
          }
        </li>`,
    )}
  </ol>`;
}
