import type { Disposition } from '../../api/types.ts';

/** What the table shows, as the address holds it: shareable, and «Назад» goes back through it. */
export interface ItemFilters {
  readonly type: '' | 'call' | 'chat';
  readonly disposition: '' | Disposition;
  readonly source: '' | 'demo' | 'real';
  /** The last so many days; 0: all. */
  readonly days: number;
  readonly q: string;
  readonly sort: 'newest' | 'oldest' | 'longest';
}

export const NO_FILTERS: ItemFilters = {
  type: '',
  disposition: '',
  source: '',
  days: 0,
  q: '',
  sort: 'newest',
};

export const SEARCH_MAX_CHARS = 100;
export const PERIODS = [0, 7, 30, 60] as const;
const DISPOSITIONS: readonly Disposition[] = [
  'interested',
  'not_interested',
  'call_later',
  'neutral',
  'unknown',
];
const DAY_MS = 86_400_000;

/** Reads the filters of an address (`type=call&q=…`); what it does not know is left out. */
export function parseFilters(query: string): ItemFilters {
  const params = new URLSearchParams(query);
  const oneOf = <Value extends string>(name: string, allowed: readonly Value[]): Value | '' =>
    allowed.find((value) => value === params.get(name)) ?? '';
  const days = PERIODS.find((period) => String(period) === params.get('days'));
  return {
    type: oneOf('type', ['call', 'chat']),
    disposition: oneOf('disposition', DISPOSITIONS),
    source: oneOf('source', ['demo', 'real']),
    days: days ?? 0,
    q: (params.get('q') ?? '').slice(0, SEARCH_MAX_CHARS),
    sort: oneOf('sort', ['oldest', 'longest']) || 'newest',
  };
}

/** The other way round: only what differs from NO_FILTERS, always in one order. */
export function formatFilters(filters: ItemFilters): string {
  const params = new URLSearchParams();
  if (filters.type !== '') params.set('type', filters.type);
  if (filters.disposition !== '') params.set('disposition', filters.disposition);
  if (filters.source !== '') params.set('source', filters.source);
  if (filters.days !== 0) params.set('days', String(filters.days));
  if (filters.q.trim() !== '') params.set('q', filters.q.trim());
  if (filters.sort !== 'newest') params.set('sort', filters.sort);
  return params.toString();
}

/** What the API is asked: GET /demo/interactions. */
export function requestQuery(
  filters: ItemFilters,
  page: { readonly limit: number; readonly cursor: string | null; readonly nowMs: number },
): string {
  const params = new URLSearchParams({ limit: String(page.limit), sort: filters.sort });
  for (const name of ['type', 'disposition', 'source'] as const)
    if (filters[name] !== '') params.set(name, filters[name]);
  const q = filters.q.trim();
  if (q !== '') params.set('q', q);
  // Whole minutes, so that the pages of one list ask for the same.
  if (filters.days !== 0) {
    const from = Math.floor((page.nowMs - filters.days * DAY_MS) / 60_000) * 60_000;
    params.set('from', new Date(from).toISOString());
  }
  if (page.cursor !== null) params.set('cursor', page.cursor);
  return params.toString();
}
