import { msg, str } from '@lit/localize';
import { html, svg, type TemplateResult } from 'lit';
import { formatGap } from '../../ui/format.ts';

/** The customer's budget: from the caller's last word to the assistant's first. */
export const REPLY_LIMIT_MS = 2_000;
/** The whole bar. */
const SCALE_MS = 3_000;

/** A reply's pause against the two seconds it may take: «0,9 с из 2 с». `running`: it is not over yet. */
export function replyGauge(gapMs: number, running = false): TemplateResult {
  const ms = Math.max(0, gapMs);
  const late = ms > REPLY_LIMIT_MS;
  const width = (Math.min(ms, SCALE_MS) / SCALE_MS) * 100;
  const limit = (REPLY_LIMIT_MS / SCALE_MS) * 100;
  return html`<span class="gauge ${late ? 'gauge-late' : ''} ${running ? 'gauge-running' : ''}">
    <svg class="gauge-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      ${svg`<rect class="gauge-track" y="3" width="100" height="4" rx="2" />
        <rect class="gauge-fill" y="3" width=${width.toFixed(1)} height="4" rx="2" />
        <line class="gauge-limit" x1=${limit.toFixed(1)} x2=${limit.toFixed(1)} y2="10" />`}
    </svg>
    <span class="gauge-words">${msg(str`${formatGap(ms)} из 2 с`)}</span>
  </span>`;
}

/** The mean of the pauses before the replies, ms; undefined before the first. Fillers bridge a pause, they are none. */
export function meanGapMs(
  lines: readonly { gapMs: number | null; mark: string | null }[],
): number | undefined {
  const gaps = lines.flatMap(({ gapMs, mark }) =>
    gapMs === null || mark === 'filler' ? [] : [Math.max(0, gapMs)],
  );
  return gaps.length === 0 ? undefined : gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
}
