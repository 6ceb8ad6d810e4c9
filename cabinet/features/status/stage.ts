import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { formatDuration, formatStopwatch } from '../../ui/format.ts';
import { languageWords } from '../../ui/words.ts';
import { elapsedMs } from './elapsed.ts';
import type { StatusView } from './fold-status.ts';
import { hasEnded, speakerNow, type LiveView } from './live-view.ts';
import { meanGapMs, replyGauge } from './reply-gauge.ts';
import { voice, type VoiceMood } from './voice.ts';

export interface StageTime {
  /** The server's wall time, ms. */
  readonly nowMs: number;
  /** When the demo was ordered, where the stream has not told (ISO 8601). */
  readonly orderedAt: string | null;
  /** The connection is lost: nobody here knows who speaks now, or whether anybody does. */
  readonly blind: boolean;
}

/** The ring of light with what happens now: the sentence, who speaks, how long, in which language. */
export function stage(view: LiveView, status: StatusView, time: StageTime): TemplateResult {
  return html`<div class="live-stage">
    ${voice(time.blind ? 'waiting' : moodOf(view, status))}
    <div class="live-stage-words">
      <p class="status-now status-${status.phase}" role="status">${status.sentence}</p>
      ${view.status === 'in_progress' && !time.blind ? speaking(view, time) : nothing}
      <p class="live-stage-facts">
        ${status.phase === 'running' ? facts(view, time) : nothing}
        ${view.simulated ? html`<span class="badge badge-warm">${msg('звонок смоделирован')}</span>` : nothing}
      </p>
    </div>
  </div>`;
}

function speaking(view: LiveView, { nowMs }: StageTime): TemplateResult {
  const owedMs = replyOwedMs(view, nowMs);
  return html`<p class="live-stage-speaker" data-speaker=${speakerNow(view)}>
    ${speakerWords(view)} ${owedMs === undefined ? nothing : replyGauge(owedMs, true)}
  </p>`;
}

function facts(view: LiveView, time: StageTime): TemplateResult {
  const gapMs = meanGapMs(view.lines);
  const changed = view.languageChanged ? html` <span class="badge">${msg('язык сменился')}</span>` : nothing;
  return html`${time.blind ? nothing : clock(view, time)}
  ${view.spoken === null ? nothing : html`<span>${languageWords(view.spoken)}${changed}</span>`}
  ${
    gapMs === undefined
      ? nothing
      : html`<span class="live-stage-mean">${msg('Ответы в среднем')} ${replyGauge(gapMs)}</span>`
  }`;
}

function clock(view: LiveView, time: StageTime): TemplateResult | typeof nothing {
  if (view.durationSec !== null)
    return html`<span class="status-time"
      >${msg('Разговор длился')} ${formatDuration(view.durationSec)}</span
    >`;
  const talking = view.status === 'in_progress';
  const ms = elapsedMs(talking ? view.answeredAt : (view.orderedAt ?? time.orderedAt), time.nowMs);
  return ms === undefined
    ? nothing
    : html`<span class="status-time">
        ${talking ? msg('Разговор идёт') : msg('Прошло')} <span role="timer">${formatStopwatch(ms)}</span>
      </span>`;
}

/** How long the caller has been waiting for a reply; undefined when he is not. */
function replyOwedMs(view: LiveView, nowMs: number): number | undefined {
  if (speakerNow(view) !== 'thinking' || view.owedFromMs === null) return undefined;
  const talkedMs = elapsedMs(view.answeredAt, nowMs);
  return talkedMs === undefined ? undefined : talkedMs - view.owedFromMs;
}

function moodOf(view: LiveView, { phase }: StatusView): VoiceMood {
  if (phase !== 'running') return phase;
  if (hasEnded(view)) return 'working';
  if (view.status !== 'in_progress') return view.ringing ? 'ringing' : 'waiting';
  const speaker = speakerNow(view);
  return speaker === 'nobody' ? 'listening' : speaker;
}

function speakerWords(view: LiveView): string {
  switch (speakerNow(view)) {
    case 'assistant':
      return msg('Говорит HALO');
    case 'caller':
      return msg('Говорит клиент');
    case 'thinking':
      return msg('HALO готовит ответ');
    case 'nobody':
      return msg('HALO слушает');
  }
}
