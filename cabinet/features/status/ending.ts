import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { analyticsHref, startHref } from '../../app/routes.ts';
import { dispositionBadge, ownBadge } from '../../ui/badge.ts';
import { formatDuration } from '../../ui/format.ts';
import { languageWords } from '../../ui/words.ts';
import { failureOf, remarksOn } from './failure-words.ts';
import type { LiveView } from './live-view.ts';
import { meanGapMs, replyGauge } from './reply-gauge.ts';

/** What came of it, when nothing more will happen. */
export function ending(view: LiveView, sessionId: string): TemplateResult {
  return view.status === 'completed' ? outcome(view, sessionId) : notHeld(view, sessionId);
}

function outcome(view: LiveView, sessionId: string): TemplateResult {
  const { disposition, summary } = view;
  return html`<div class="ending">
    <div class="ending-words">
      <h2>${warmWords(view)}</h2>
      <p class="ending-badges">
        ${disposition === null ? nothing : dispositionBadge(disposition)} ${ownBadge()}
      </p>
      ${summary === null || summary === '' ? nothing : html`<p class="ending-summary">${summary}</p>`}
      ${remarksOn(view).map((remark) => html`<p class="ending-remark">${remark}</p>`)}
    </div>
    ${figures(view)}
    <div class="form-actions">
      <a class="button button-primary" href=${analyticsHref(sessionId)}>${msg('Перейти к аналитике')}</a>
      <a class="button" href=${startHref}>${msg('Запустить ещё раз')}</a>
    </div>
  </div>`;
}

function figures({ lines, durationSec, spoken }: LiveView): TemplateResult {
  const gapMs = meanGapMs(lines);
  return html`<dl class="ending-figures">
    <div>
      <dt>${msg('Длительность')}</dt>
      <dd>${formatDuration(durationSec)}</dd>
    </div>
    ${
      spoken === null
        ? nothing
        : html`<div>
            <dt>${msg('Язык')}</dt>
            <dd>${languageWords(spoken)}</dd>
          </div>`
    }
    ${
      gapMs === undefined
        ? nothing
        : html`<div>
            <dt>${msg('Пауза перед ответом, в среднем')}</dt>
            <dd>${replyGauge(gapMs)}</dd>
          </div>`
    }
  </dl>`;
}

function warmWords({ disposition }: LiveView): string {
  switch (disposition) {
    case 'interested':
      return msg('Получилось: клиенту интересно!');
    case 'call_later':
      return msg('Договорились созвониться позже.');
    case 'not_interested':
      return msg('Разговор состоялся: сейчас клиенту это не нужно.');
    default:
      return msg('Разговор состоялся.');
  }
}

function notHeld(view: LiveView, sessionId: string): TemplateResult {
  const { kind, meaning, tries } = failureOf(view);
  return html`<div class="ending" data-failure=${kind}>
    <div class="ending-words">
      <p class="ending-summary">${meaning}</p>
      <h2 class="ending-what">${msg('Что попробовать')}</h2>
      <ul class="ending-tries">
        ${tries.map((one) => html`<li>${one}</li>`)}
      </ul>
    </div>
    <div class="form-actions">
      <a class="button button-primary" href=${startHref}>${msg('Попробовать ещё раз')}</a>
      <a class="button" href=${analyticsHref(sessionId)}>${msg('Перейти к аналитике')}</a>
    </div>
  </div>`;
}
