import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { InteractionItem } from '../../api/types.ts';
import { badge, dispositionBadge, ownBadge } from '../../ui/badge.ts';
import { formatDateTime, formatStopwatch } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { channelWords, typeWords } from '../../ui/words.ts';

/**
 * One line of D5.3's table. On a narrow screen it becomes a card by CSS; the roles keep it a row for a screen reader,
 * which `display: block` would otherwise take away. The visitor's own rows carry «Вы».
 */
export function itemRow(
  item: InteractionItem,
  place: { readonly rowIndex: number; readonly href: string },
): TemplateResult {
  const when = formatDateTime(item.created_at);
  return html`<tr
    role="row"
    class=${item.is_demo ? '' : 'own-row'}
    data-id=${item.id}
    aria-rowindex=${place.rowIndex}
  >
    <td role="cell" data-label=${msg('Тип')} class="with-icon">
      <span>${icon(item.type === 'call' ? 'phone' : 'chat')} ${typeWords(item.type)}</span>
    </td>
    <td role="cell" data-label=${msg('Канал')}><span>${channelWords(item.channel)}</span></td>
    <td role="cell" data-label=${msg('Дата и время')}>
      <time datetime=${item.created_at}>${when}</time>
    </td>
    <td role="cell" data-label=${msg('Статус / итог')} class="items-status">${status(item)}</td>
    <td role="cell" data-label=${msg('Источник')}>${item.is_demo ? badge(msg('Демо')) : ownBadge()}</td>
    <td role="cell" class="items-open">
      <a
        class="button button-small"
        href=${place.href}
        aria-label=${msg(str`Детали: ${typeWords(item.type).toLowerCase()}, ${when}`)}
        >${msg('Детали')}</a
      >
    </td>
  </tr>`;
}

function status(item: InteractionItem): TemplateResult {
  const summary = item.summary ?? '';
  const words =
    summary === '' ? nothing : html`<span class="items-summary" title=${summary}>${summary}</span>`;
  if (item.type === 'chat') return html`<div class="items-what">${words}</div>`;
  const duration = item.duration_sec ?? 0;
  return html`<div class="items-what">
    <span class="items-outcome"
      >${dispositionBadge(item.disposition)}
      ${duration > 0 ? html`<small>${formatStopwatch(duration * 1000)}</small>` : nothing}</span
    >
    ${words}
  </div>`;
}
