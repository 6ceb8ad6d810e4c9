import { msg, str } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api } from '../../api/client.ts';
import type { InteractionItem } from '../../api/types.ts';
import { goTo } from '../../app/router.ts';
import { analyticsHref } from '../../app/routes.ts';
import { counted } from '../../ui/format.ts';
import { LightElement } from '../../ui/light-element.ts';
import { failure, loading } from '../../ui/notice.ts';
import { filterBar, type FilterChange } from './filter-bar.ts';
import { formatFilters, NO_FILTERS, parseFilters, type ItemFilters } from './item-filters.ts';
import { itemRow } from './item-row.ts';
import { ItemsFeed } from './items-feed.ts';
import { rowWindow, type RowWindow } from './virtual-rows.ts';

/** So few are all drawn, once the screen has those it shows: the browser's own search finds them. */
const ALL_DRAWN = 150;
/** Typing is over when nothing was typed for so long. */
const TYPED_MS = 150;
/** The screen's own rows have been painted by then. */
const REST_AFTER_MS = 50;
/** An answer that comes sooner makes no flicker, and no frame drawn for nothing. */
const LATE_AFTER_MS = 150;
const COLUMNS = 6;

/**
 * D5.3, block 3: the table of interactions. Its rows are all of one height, and of many only those near the screen are
 * drawn; pages come as the visitor scrolls. What it shows stands in the address.
 */
export class ItemsTable extends LightElement {
  static override properties = {
    sessionId: { attribute: false },
    filters: { attribute: false },
    drawn: { state: true },
    late: { state: true },
  };
  declare sessionId: string | null;
  /** As the address has them (formatFilters). */
  declare filters: string;
  declare private drawn: RowWindow;
  /** What was asked for lets us wait so long that the page says so. */
  declare private late: boolean;
  #found = '';
  /** The filters that were asked for last. */
  #asked: string | undefined;
  #lateTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #feed = new ItemsFeed(this, (query, signal) => api.interactions(query, signal));
  #typing: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #rowHeight: number | undefined;
  /** The lines that `drawn` is for. */
  #placed: readonly InteractionItem[] | undefined;
  /** The rows that the page has been laid out for. */
  #laidOut: RowWindow | undefined;
  #later: ReturnType<typeof setTimeout> | undefined;
  /** The first of the list whose screen has been painted: its rest may be drawn. */
  #known: InteractionItem | undefined;

  constructor() {
    super();
    this.sessionId = null;
    this.filters = '';
    this.drawn = { begin: 0, end: 0 };
    this.late = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('scroll', this.#onScroll, { passive: true });
    window.addEventListener('resize', this.#onResize, { passive: true });
    if (this.hasUpdated) this.refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('scroll', this.#onScroll);
    window.removeEventListener('resize', this.#onResize);
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#typing);
    clearTimeout(this.#later);
    clearTimeout(this.#lateTimer);
  }

  /** Asks for the list again, from its beginning. What is shown stays until it is there. */
  refresh(): void {
    this.#asked = this.filters;
    this.late = false;
    clearTimeout(this.#lateTimer);
    this.#lateTimer = setTimeout(() => (this.late = this.#feed.stale), LATE_AFTER_MS);
    void this.#feed.show(parseFilters(this.filters));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('filters') && this.filters !== this.#asked) this.refresh();
    // Where it stands on the screen costs the browser a layout: asked only for lines that have no place yet.
    if (this.#feed.items === this.#placed) return;
    this.#placed = this.#feed.items;
    this.drawn = this.#window();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('filters') && this.#search !== null) {
      const { q } = parseFilters(this.filters);
      // What is being typed there is newer.
      if (this.#search.value.trim() !== q && (q === '' || document.activeElement !== this.#search))
        this.#search.value = q;
    }
    if (this.#laidOut === this.drawn) return;
    this.#laidOut = this.drawn;
    const { begin, end } = this.drawn;
    const rowPx = this.#rowPx();
    this.#setHeight('.items-above', begin * rowPx);
    this.#setHeight('.items-below', (this.#feed.items.length - end) * rowPx);
    this.#measure();
    if (this.#known !== this.#feed.items[0]) this.#drawRestLater();
  }

  #drawRestLater(): void {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => {
      this.#known = this.#feed.items[0];
      this.drawn = this.#window();
    }, REST_AFTER_MS);
  }

  #setHeight(selector: string, px: number): void {
    this.querySelector<HTMLElement>(selector)?.style.setProperty('height', `${px}px`);
  }

  readonly #onScroll = (): void => {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#measure());
  };

  readonly #onResize = (): void => {
    this.#rowHeight = undefined;
    // The rows may have another height now, and so what stands in for those that are not drawn.
    this.#laidOut = undefined;
    this.requestUpdate();
  };

  /** Draws other rows when the screen has moved to them, and asks for the next page before they run out. */
  #measure(): void {
    const { begin, end } = this.#window();
    if (begin !== this.drawn.begin || end !== this.drawn.end) this.drawn = { begin, end };
    const bottom = this.querySelector('.items')?.getBoundingClientRect().bottom ?? Infinity;
    if (bottom < window.innerHeight * 2.5) void this.#feed.more();
  }

  #window(): RowWindow {
    const count = this.#feed.items.length;
    const top = this.querySelector('tbody')?.getBoundingClientRect().top;
    const isNew = this.#known !== this.#feed.items[0];
    if (count <= ALL_DRAWN && !isNew) return { begin: 0, end: count };
    return rowWindow(count, this.#rowPx(), top ?? 0, window.innerHeight, isNew);
  }

  /** The height of every row, as the style sheet has it for this width. To ask makes the browser work out all styles. */
  #rowPx(): number {
    if (this.#rowHeight !== undefined) return this.#rowHeight;
    const rowPx = Number.parseFloat(getComputedStyle(this).getPropertyValue('--items-row'));
    if (!(Number.isFinite(rowPx) && rowPx > 0)) return 64;
    this.#rowHeight = rowPx;
    return rowPx;
  }

  /** A choice is a step that «Назад» takes back; what is being typed is one step together. */
  readonly #change: FilterChange = (changed, how) => {
    clearTimeout(this.#typing);
    const q = this.#search?.value ?? '';
    const next: ItemFilters = { ...parseFilters(this.filters), q, ...changed };
    const go = (): void => {
      const filters = formatFilters(next);
      if (filters !== this.filters) {
        // First of all: it is on its way while the page draws what was chosen.
        this.filters = filters;
        this.refresh();
      }
      goTo(analyticsHref(this.sessionId, null, filters), how === 'step' ? 'step' : 'replace');
    };
    if (how === 'step') go();
    else this.#typing = setTimeout(go, TYPED_MS);
  };

  get #search(): HTMLInputElement | null {
    return this.querySelector('#items-q');
  }

  /** The button goes with the filters: the focus must not. */
  #reset(): void {
    this.#search?.focus();
    this.#change(NO_FILTERS, 'step');
  }

  protected override render(): TemplateResult {
    const filters = parseFilters(this.filters);
    const { items, error, loading: busy, stale, total } = this.#feed;
    const any = this.filters !== '';
    return html`${filterBar(filters, this.#change)}
      <div class="items-said">
        <p id="items-note" role="status">${this.#note(any)}</p>
        ${
          any
            ? html`<button type="button" class="link" @click=${() => this.#reset()}>
                ${msg('Сбросить фильтры')}
              </button>`
            : nothing
        }
      </div>
      ${error !== undefined && stale ? failure(error, () => void this.#feed.retry()) : nothing}
      ${items.length === 0 ? this.#empty(any) : this.#table(filters)}
      ${error !== undefined && !stale ? failure(error, () => void this.#feed.retry()) : nothing}
      ${
        items.length > 0 && !this.#feed.complete && error === undefined && !stale
          ? html`<div class="items-foot">
              ${
                busy
                  ? loading(msg('Загружаем ещё…'))
                  : html`<button type="button" class="button" @click=${() => void this.#feed.more()}>
                      ${msg('Показать ещё')}
                    </button>`
              }
              <p>${total === undefined ? nothing : msg(str`Показано ${items.length} из ${total}`)}</p>
            </div>`
          : nothing
      }`;
  }

  /** What was found; while an answer is not late yet, what was found before. */
  #note(any: boolean): string {
    const { stale, error } = this.#feed;
    if (!stale) return (this.#found = this.#foundWords(any));
    if (error !== undefined) return '';
    return this.late || this.#found === '' ? msg('Ищем…') : this.#found;
  }

  #foundWords(any: boolean): string {
    const { items, total, complete } = this.#feed;
    const number = complete ? items.length : total;
    const words = msg('обращение|обращения|обращений');
    if (number === undefined) return msg(str`Больше ${counted(items.length, words)}`);
    return any ? msg(str`Найдено: ${counted(number, words)}`) : counted(number, words);
  }

  #empty(any: boolean): TemplateResult | typeof nothing {
    if (this.#feed.stale) return nothing;
    return html`<div class="empty-block">
      <p>
        ${
          any
            ? msg('Ничего не нашлось. Попробуйте другие слова или меньше фильтров.')
            : msg('Обращений пока нет. Запустите демо, и звонок появится здесь.')
        }
      </p>
    </div>`;
  }

  #table(filters: ItemFilters): TemplateResult {
    const { items, stale, total } = this.#feed;
    const { begin, end } = this.drawn;
    const sorted =
      filters.sort === 'longest' ? nothing : filters.sort === 'oldest' ? 'ascending' : 'descending';
    const turn = (): void => this.#change({ sort: filters.sort === 'newest' ? 'oldest' : 'newest' }, 'step');
    const head = (name: string): TemplateResult => html`<th role="columnheader" scope="col">${name}</th>`;
    return html`<table
      class="items ${this.late && stale ? 'items-stale' : ''}"
      role="table"
      aria-label=${msg('Обращения')}
      aria-busy=${stale}
      aria-rowcount=${(total ?? -2) + 1}
    >
      <thead role="rowgroup">
        <tr role="row" aria-rowindex="1">
          ${head(msg('Тип'))} ${head(msg('Канал'))}
          <th role="columnheader" scope="col" aria-sort=${sorted}>
            <button type="button" class="items-sort" @click=${turn}>
              ${msg('Дата и время')}<span aria-hidden="true">${SORT_SIGNS[filters.sort]}</span>
            </button>
          </th>
          ${head(msg('Статус / итог'))} ${head(msg('Источник'))}
          <th role="columnheader" scope="col"><span class="unseen">${msg('Детали')}</span></th>
        </tr>
      </thead>
      ${spacer('above')}
      <tbody role="rowgroup">
        ${repeat(
          items.slice(begin, end),
          (item) => item.id,
          (item, index) =>
            itemRow(item, {
              rowIndex: begin + index + 2,
              href: analyticsHref(this.sessionId, { kind: item.type, id: item.id }, this.filters),
            }),
        )}
      </tbody>
      ${spacer('below')}
    </table>`;
  }
}

const SORT_SIGNS = { newest: ' ↓', oldest: ' ↑', longest: '' } as const;

/** Takes the place of the rows that are not drawn. */
const spacer = (where: 'above' | 'below'): TemplateResult =>
  html`<tbody role="presentation" class="items-gap" aria-hidden="true">
    <tr role="presentation">
      <td role="presentation" colspan=${COLUMNS} class="items-${where}"></td>
    </tr>
  </tbody>`;

customElements.define('halo-items', ItemsTable);
