import { msg } from '@lit/localize';
import { html, svg, type TemplateResult } from 'lit';
import type { AnalyticsPeriod, Disposition } from '../../api/types.ts';
import { counted, formatCount, formatPercent } from '../../ui/format.ts';
import { dispositionWords } from '../../ui/words.ts';

/** From the best to what says nothing. */
const ORDER: readonly Disposition[] = ['interested', 'call_later', 'neutral', 'not_interested', 'unknown'];
const RADIUS = 42;
const ROUND = 2 * Math.PI * RADIUS;
/** Of the ring, between two parts. */
const GAP = 0.006;

export interface DispositionShare {
  readonly code: Disposition;
  readonly count: number;
  /** Of all calls, 0…1. */
  readonly share: number;
  /** Where its part of the ring begins, 0…1. */
  readonly begin: number;
}

export function dispositionShares(counts: AnalyticsPeriod['dispositions']): readonly DispositionShare[] {
  const all = ORDER.reduce((sum, code) => sum + counts[code], 0);
  let begin = 0;
  return ORDER.map((code) => {
    const share = all === 0 ? 0 : counts[code] / all;
    const part = { code, count: counts[code], share, begin };
    begin += share;
    return part;
  });
}

/** How calls end: a ring, and beside it what its parts are. */
export function dispositionsChart(shares: readonly DispositionShare[]): TemplateResult {
  const all = shares.reduce((sum, { count }) => sum + count, 0);
  return html`<div class="outcomes">
    <svg class="ring" viewBox="0 0 120 120" aria-hidden="true">
      <circle class="ring-ground" cx="60" cy="60" r=${RADIUS}></circle>
      ${shares.filter(({ share }) => share > 0).map(ringPart)}
      <text x="60" y="60" class="ring-number">${formatCount(all)}</text>
      <text x="60" y="77" class="ring-word">
        ${counted(all, msg('звонок|звонка|звонков')).replace(/^\S+\s/, '')}
      </text>
    </svg>
    <ul class="outcome-list">
      ${shares.map(
        ({ code, count, share }) =>
          html`<li class="outcome outcome-${code}">
            <span>${dispositionWords(code)}</span>
            <b>${formatCount(count)}</b>
            <small>${formatPercent(share)}</small>
          </li>`,
      )}
    </ul>
  </div>`;
}

function ringPart({ code, count, share, begin }: DispositionShare): TemplateResult {
  const length = Math.max(0.002, share - (share < 1 ? GAP : 0)) * ROUND;
  return svg`<circle class="ring-part outcome-${code}" cx="60" cy="60" r=${RADIUS}
    stroke-dasharray="${length.toFixed(2)} ${(ROUND - length).toFixed(2)}"
    stroke-dashoffset=${(-(begin + GAP / 2) * ROUND).toFixed(2)}
    transform="rotate(-90 60 60)"><title>${dispositionWords(code)}: ${formatCount(count)}</title></circle>`;
}
