import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatFilters,
  NO_FILTERS,
  parseFilters,
  PERIODS,
  requestQuery,
  SEARCH_MAX_CHARS,
  type ItemFilters,
} from './item-filters.ts';

const anyFilters: fc.Arbitrary<ItemFilters> = fc.record({
  type: fc.constantFrom('' as const, 'call' as const, 'chat' as const),
  disposition: fc.constantFrom('' as const, 'interested' as const, 'unknown' as const),
  source: fc.constantFrom('' as const, 'demo' as const, 'real' as const),
  days: fc.constantFrom(...PERIODS),
  q: fc.string({ maxLength: SEARCH_MAX_CHARS, unit: 'grapheme-ascii' }).map((text) => text.trim()),
  sort: fc.constantFrom('newest' as const, 'oldest' as const, 'longest' as const),
});

describe('the filters of the table', () => {
  it('come back from the address as they went in', () => {
    fc.assert(
      fc.property(anyFilters, (filters) => {
        expect(parseFilters(formatFilters(filters))).toEqual(filters);
      }),
    );
    expect(formatFilters(NO_FILTERS)).toBe('');
  });

  it('are what they can be, whatever the address says', () => {
    expect(parseFilters('type=sms&disposition=happy&days=-5&sort=best&source=you')).toEqual(NO_FILTERS);
    expect(parseFilters(`q=${'a'.repeat(300)}`).q).toHaveLength(SEARCH_MAX_CHARS);
    fc.assert(fc.property(fc.string(), (query) => typeof formatFilters(parseFilters(query)) === 'string'));
  });

  it('are asked for in the API’s words', () => {
    const nowMs = Date.parse('2026-11-20T10:00:30.123Z');
    const page = { limit: 50, cursor: null, nowMs };
    expect(requestQuery(NO_FILTERS, page)).toBe('limit=50&sort=newest');
    const filters: ItemFilters = { ...NO_FILTERS, type: 'call', days: 7, q: ' цена ', sort: 'longest' };
    expect(
      Object.fromEntries(new URLSearchParams(requestQuery(filters, { ...page, cursor: 'abc' }))),
    ).toEqual({
      limit: '50',
      sort: 'longest',
      type: 'call',
      q: 'цена',
      from: '2026-11-13T10:00:00.000Z',
      cursor: 'abc',
    });
  });
});
