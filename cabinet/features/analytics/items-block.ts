import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { InteractionItem } from '../../api/types.ts';
import { analyticsHref } from '../../app/routes.ts';
import { badge, dispositionBadge, ownBadge } from '../../ui/badge.ts';
import { counted, formatDateTime } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { channelWords, typeWords } from '../../ui/words.ts';

export const PAGE_ROWS = 20;

export interface ItemsOptions {
  readonly sessionId: string | null;
  /** Sorted. */
  readonly items: readonly InteractionItem[];
  readonly shown: number;
  readonly onMore: () => void;
}

/**
 * D5.3, block 3. On a narrow screen every row becomes a card by CSS; the roles keep it a table for a screen reader,
 * which `display: block` would otherwise take away.
 */
export function itemsBlock({ sessionId, items, shown, onMore }: ItemsOptions): TemplateResult {
  const visible = items.slice(0, shown);
  const rest = items.length - visible.length;
  return html`<table class="items" role="table" aria-describedby="items-note">
      <thead role="rowgroup">
        <tr role="row">
          ${[msg('Тип'), msg('Канал'), msg('Дата и время'), msg('Статус / итог'), msg('Источник')].map(
            (name) => html`<th role="columnheader" scope="col">${name}</th>`,
          )}
          <th role="columnheader" scope="col"><span class="unseen">${msg('Детали')}</span></th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${visible.map((item) => itemRow(item, sessionId))}
      </tbody>
    </table>
    <div class="items-foot">
      <p id="items-note" role="status">
        ${msg(str`Показано ${visible.length} из ${counted(items.length, msg('обращения|обращений|обращений'))}`)}
      </p>
      ${
        rest > 0
          ? html`<button type="button" class="button" @click=${onMore}>
              ${msg(str`Показать ещё ${Math.min(rest, PAGE_ROWS)}`)}
            </button>`
          : nothing
      }
    </div>`;
}

function itemRow(item: InteractionItem, sessionId: string | null): TemplateResult {
  const when = formatDateTime(item.created_at);
  const open = { kind: item.type, id: item.id };
  return html`<tr role="row" class=${item.is_demo ? '' : 'own-row'} data-id=${item.id}>
    <td role="cell" data-label=${msg('Тип')} class="with-icon">
      <span>${icon(item.type === 'call' ? 'phone' : 'chat')} ${typeWords(item.type)}</span>
    </td>
    <td role="cell" data-label=${msg('Канал')}><span>${channelWords(item.channel)}</span></td>
    <td role="cell" data-label=${msg('Дата и время')}>
      <time datetime=${item.created_at}>${when}</time>
    </td>
    <td role="cell" data-label=${msg('Статус / итог')} class="items-status">
      ${item.type === 'call' ? dispositionBadge(item.disposition) : html`<span>${item.summary}</span>`}
    </td>
    <td role="cell" data-label=${msg('Источник')}>${item.is_demo ? badge(msg('Демо')) : ownBadge()}</td>
    <td role="cell" class="items-open">
      <a
        class="button button-small"
        href=${analyticsHref(sessionId, open)}
        aria-label=${msg(str`Детали: ${typeWords(item.type).toLowerCase()}, ${when}`)}
        >${msg('Детали')}</a
      >
    </td>
  </tr>`;
}
