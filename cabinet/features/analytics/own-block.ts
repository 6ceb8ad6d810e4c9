import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { DemoResult } from '../../api/types.ts';
import { analyticsHref, startHref, statusHref } from '../../app/routes.ts';
import { serverWords } from '../../i18n/server-words.ts';
import { dispositionBadge, ownBadge } from '../../ui/badge.ts';
import { crmPlate } from '../../ui/crm-plate.ts';
import { DASH, formatDateTime, formatDuration } from '../../ui/format.ts';
import { lineWords } from '../../ui/words.ts';
import { ownState } from './own-state.ts';

/** D5.3, block 1: what the visitor's own demo has brought. `result` is null when he has run none. */
export function ownBlock(sessionId: string | null, result: DemoResult | null): TemplateResult {
  if (sessionId === null || result === null) return nothingYet();
  const state = ownState(result);
  if (state === 'talking') return underWay(sessionId, result);
  return html`${state === 'failed' ? notHeld(result) : nothing} ${held(sessionId, result)}
  ${
    state === 'settling'
      ? html`<p class="empty" role="status">
          ${msg('Остальное ещё готовится и появится здесь само.')}
          <a href=${statusHref(sessionId)}>${msg('Статус демо')}</a>
        </p>`
      : nothing
  }`;
}

function nothingYet(): TemplateResult {
  return html`<div class="empty-block">
    <p>${msg('Здесь появится ваш звонок: итог, резюме, follow-up и карточка CRM.')}</p>
    <a class="button button-primary" href=${startHref}>${msg('Запустить демо')}</a>
  </div>`;
}

function underWay(sessionId: string, result: DemoResult): TemplateResult {
  return html`<div class="empty-block" role="status">
    <p>${msg(str`${lineWords(result.live.status)}… Итог появится здесь после звонка.`)}</p>
    <a class="button" href=${statusHref(sessionId)}>${msg('Статус демо')}</a>
  </div>`;
}

function notHeld(result: DemoResult): TemplateResult {
  const reason =
    result.call_status_text === null ? lineWords(result.live.status) : serverWords(result.call_status_text);
  return html`<p class="own-failed">
    ${msg(str`Звонок не состоялся: ${reason}.`)} <a href=${startHref}>${msg('Попробовать ещё раз')}</a>
  </p>`;
}

/** The row of the call is not in the customer's sheet yet: why. */
function rowFact(detail: string): TemplateResult {
  return html`<div>
    <dt>${msg('Таблица')}</dt>
    <dd><small>${serverWords(detail)}.</small></dd>
  </div>`;
}

function held(sessionId: string, result: DemoResult): TemplateResult {
  const { call, chat } = result;
  const followUp = chat?.messages.find((message) => message.from === 'assistant')?.text;
  return html`<div class="own">
    <dl class="facts">
      <div>
        <dt>${msg('Итог звонка')}</dt>
        <dd>${call === null ? DASH : dispositionBadge(call.disposition)} ${ownBadge()}</dd>
      </div>
      <div>
        <dt>${msg('Дата и длительность')}</dt>
        <dd>
          ${call === null ? DASH : `${formatDateTime(call.created_at)} · ${formatDuration(call.duration_sec)}`}
        </dd>
      </div>
      ${result.row_delivery === null ? nothing : rowFact(result.row_delivery.detail)}
      <div>
        <dt>${msg('Резюме звонка')}</dt>
        <dd>${call === null || call.summary === '' ? DASH : call.summary}</dd>
      </div>
      <div>
        <dt>${msg('Follow-up сообщение')}</dt>
        <dd class="quote">${followUp ?? DASH}</dd>
      </div>
    </dl>
    ${call?.crm_record ? crmPlate(call.crm_record, result) : nothing}
    <div class="form-actions">
      ${
        call === null
          ? nothing
          : html`<a
              class="button button-primary"
              href=${analyticsHref(sessionId, { kind: 'call', id: call.id })}
              >${msg('Посмотреть звонок')}</a
            >`
      }
      ${
        chat === null
          ? nothing
          : html`<a class="button" href=${analyticsHref(sessionId, { kind: 'chat', id: chat.id })}
              >${msg('Посмотреть чат')}</a
            >`
      }
    </div>
  </div>`;
}
