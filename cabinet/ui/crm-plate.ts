import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { CrmCard, DemoResult } from '../api/types.ts';
import { serverWords } from '../i18n/server-words.ts';
import { badge } from './badge.ts';
import { DASH, counted } from './format.ts';
import { icon } from './icon.ts';
import { crmStatusWords } from './words.ts';

type SentSms = NonNullable<DemoResult['sms']>;

/** The CRM card: on the analytics screen in D5.3's words, in the call's details in D5.4's. Where the SMS was stored and not sent, or may not have arrived, the card says so. */
export function crmPlate(
  card: CrmCard,
  own: Pick<DemoResult, 'sms' | 'sms_delivery'> | null,
  place: 'screen' | 'details' = 'screen',
): TemplateResult {
  const sms = own?.sms ?? null;
  const delivery = own?.sms_delivery ?? null;
  const title = msg('Карточка CRM');
  const status = crmStatusWords(card.status);
  return html`<div class="crm" role="group" aria-label=${title}>
    <div class="crm-head">
      <h3>${title}</h3>
      ${badge(status, 'good')}
    </div>
    <dl class="facts">
      <div>
        <dt>${msg('Статус')}</dt>
        <dd>${place === 'details' ? msg('добавлено в CRM') : status}</dd>
      </div>
      <div>
        <dt>${msg('Интерес клиента')}</dt>
        <dd>${card.interest === '' ? DASH : card.interest}</dd>
      </div>
      <div>
        <dt>${msg('Канал Telegram')}</dt>
        <dd class="with-icon">
          ${icon(card.telegram_link_sent ? 'done' : 'skipped')} ${linkWords(card, place)}
          ${card.telegram_link_sent && sms?.simulated === true ? badge(msg('смоделировано'), 'warm') : nothing}
        </dd>
      </div>
      ${sms === null && delivery === null ? nothing : smsFact(sms, delivery)}
    </dl>
  </div>`;
}

function linkWords(card: CrmCard, place: 'screen' | 'details'): string {
  if (place === 'details')
    return card.telegram_link_sent ? msg('ссылка отправлена') : msg('ссылка не отправлена');
  return card.telegram_link_sent ? msg('Telegram-ссылка отправлена') : msg('Telegram-ссылка не отправлена');
}

function smsFact(sms: SentSms | null, delivery: DemoResult['sms_delivery']): TemplateResult {
  return html`<div>
    <dt>SMS</dt>
    <dd>
      ${sms === null ? nothing : sms.text}
      <small
        >${sms === null ? nothing : sentWords(sms)}
        ${delivery === null ? nothing : `${serverWords(delivery.detail)}.`}</small
      >
    </dd>
  </div>`;
}

function sentWords(sms: SentSms): string {
  const parts = `${counted(sms.parts, msg('часть|части|частей'))}.`;
  return sms.simulated
    ? msg(str`${parts} Демо-режим: сообщение сохранено, но на телефон не отправлено — SMS-шлюз не подключён.`)
    : msg(str`${parts} Отправлено через ${sms.gateway}.`);
}
