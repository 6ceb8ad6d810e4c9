import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import type { Disposition } from '../../api/types.ts';
import { dispositionWords } from '../../ui/words.ts';
import { PERIODS, SEARCH_MAX_CHARS, type ItemFilters } from './item-filters.ts';

/** What changes of the filters, and whether it is a step of its own or a part of what is being typed. */
export type FilterChange = (changed: Partial<ItemFilters>, how: 'step' | 'typing') => void;

interface Choice<Value extends string> {
  readonly value: Value;
  readonly name: string;
}

/** Search, filters and the order of the table. What the search field holds is its owner's to set: it may be typed in. */
export function filterBar(filters: ItemFilters, change: FilterChange): TemplateResult {
  const disposition = (value: Disposition): Choice<Disposition> => ({ value, name: dispositionWords(value) });
  return html`<search class="filters" aria-label=${msg('Поиск и фильтры')}>
    <div class="filters-search">
      <label class="unseen" for="items-q">${msg('Поиск по резюме и словам разговора')}</label>
      <input
        id="items-q"
        type="search"
        autocomplete="off"
        maxlength=${SEARCH_MAX_CHARS}
        placeholder=${msg('Поиск: «ипотека», «перезвонить»…')}
        @input=${(event: Event) => change({ q: (event.target as HTMLInputElement).value }, 'typing')}
      />
    </div>
    ${choice('items-type', msg('Тип'), filters.type, (type) => change({ type }, 'step'), [
      { value: '', name: msg('Звонки и чаты') },
      { value: 'call', name: msg('Звонки') },
      { value: 'chat', name: msg('Чаты') },
    ])}
    ${choice(
      'items-disposition',
      msg('Итог'),
      filters.disposition,
      (next) => change({ disposition: next }, 'step'),
      [
        { value: '', name: msg('Любой итог') },
        disposition('interested'),
        disposition('call_later'),
        disposition('neutral'),
        disposition('not_interested'),
        disposition('unknown'),
      ],
    )}
    ${choice('items-source', msg('Источник'), filters.source, (source) => change({ source }, 'step'), [
      { value: '', name: msg('Все источники') },
      { value: 'real', name: msg('Вы') },
      { value: 'demo', name: msg('Демо') },
    ])}
    ${choice(
      'items-days',
      msg('Период'),
      String(filters.days),
      (days) => change({ days: Number(days) }, 'step'),
      PERIODS.map((days) => ({ value: String(days), name: periodWords(days) })),
    )}
    ${choice('items-order', msg('Порядок'), filters.sort, (sort) => change({ sort }, 'step'), [
      { value: 'newest', name: msg('Сначала новые') },
      { value: 'oldest', name: msg('Сначала старые') },
      { value: 'longest', name: msg('Сначала длинные') },
    ])}
  </search>`;
}

function periodWords(days: (typeof PERIODS)[number]): string {
  const words = {
    0: msg('За всё время'),
    7: msg('За 7 дней'),
    30: msg('За 30 дней'),
    60: msg('За 60 дней'),
  } as const;
  return words[days];
}

function choice<Value extends string>(
  id: string,
  label: string,
  value: Value,
  onChoose: (value: Value) => void,
  choices: readonly Choice<Value>[],
): TemplateResult {
  const chosen = (event: Event): void => {
    const code = (event.target as HTMLSelectElement).value;
    const found = choices.find((one) => one.value === code);
    if (found !== undefined) onChoose(found.value);
  };
  return html`<div class="filters-choice">
    <label class="unseen" for=${id}>${label}</label>
    <select id=${id} class=${value === choices[0]?.value ? '' : 'filters-set'} @change=${chosen}>
      ${choices.map((one) => html`<option value=${one.value} .selected=${one.value === value}>${one.name}</option>`)}
    </select>
  </div>`;
}
