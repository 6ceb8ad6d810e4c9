import { DISPOSITIONS } from '../../engine/contract/call-session.ts';
import { isUuid } from '../../engine/contract/ids.ts';
import { ApiError } from '../errors.ts';
import { searchWords } from '../persistence/search-words.ts';
import type { InteractionPosition, InteractionQuery, InteractionSort } from './interaction-query.ts';

export const LIMIT_MAX = 200;
export const LIMIT_DEFAULT = 50;
export const SEARCH_MAX_CHARS = 100;
/** More words than these are not looked for: the first are enough to find a conversation by. */
const SEARCH_MAX_WORDS = 8;
export const SORTS = ['newest', 'oldest', 'longest'] as const satisfies readonly InteractionSort[];

/** The parameters of GET /demo/interactions as they stand in the address. */
export const INTERACTION_PARAMS = [
  'limit',
  'cursor',
  'type',
  'channel',
  'disposition',
  'source',
  'q',
  'from',
  'to',
  'sort',
] as const;
export type InteractionParams = Readonly<Partial<Record<(typeof INTERACTION_PARAMS)[number], string>>>;

/** Whether a page is asked for; without any parameter the answer is D4.4's whole list. */
export function asksPage(params: InteractionParams): boolean {
  return INTERACTION_PARAMS.some((name) => params[name] !== undefined);
}

/** Throws ApiError INVALID_FILTER, which names the parameter and what it may be. */
export function parseInteractionParams(params: InteractionParams): InteractionQuery {
  const sort = oneOf('sort', params.sort, SORTS) ?? 'newest';
  const { q = '' } = params;
  if (q.length > SEARCH_MAX_CHARS) throw invalid('q', `строка до ${SEARCH_MAX_CHARS} знаков`);
  const from = moment('from', params.from);
  const to = moment('to', params.to);
  if (from !== undefined && to !== undefined && from >= to) throw invalid('to', 'момент позже, чем from');
  return {
    limit: limitOf(params.limit),
    sort,
    after: params.cursor === undefined ? undefined : decodeCursor(params.cursor, sort),
    type: oneOf('type', params.type, ['call', 'chat']),
    channel: oneOf('channel', params.channel, ['voice', 'telegram']),
    disposition: oneOf('disposition', params.disposition, DISPOSITIONS),
    source: oneOf('source', params.source, ['demo', 'real']),
    words: searchWords(q).slice(0, SEARCH_MAX_WORDS),
    from,
    to,
  };
}

/** Opaque to clients. It holds the order it was made in: in another one it would mean another place. */
export function encodeCursor(position: InteractionPosition, sort: InteractionSort): string {
  const { key, isDemo, id } = position;
  return Buffer.from(`${sort} ${key} ${isDemo ? 'demo' : 'real'} ${id}`).toString('base64url');
}

function decodeCursor(cursor: string, sort: InteractionSort): InteractionPosition {
  const [made, key, source, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const isDemo = source === 'demo';
  const place = Number(key);
  // A Date holds ±8.64e15 ms.
  const whole = key !== undefined && /^\d{1,15}$/.test(key) && Number.isSafeInteger(place);
  const known = id !== undefined && (isDemo ? /^[\w-]{1,40}$/.test(id) : source === 'real' && isUuid(id));
  if (made !== sort || !whole || !known)
    throw invalid('cursor', 'next_cursor прошлой страницы с тем же sort; без него список с начала');
  // PostgreSQL's integer, where the key is a duration.
  if (sort === 'longest' && place > 2_147_483_647) throw invalid('cursor', 'next_cursor прошлой страницы');
  return { key: place, isDemo, id };
}

function limitOf(value: string | undefined): number {
  if (value === undefined) return LIMIT_DEFAULT;
  const limit = Number(value);
  if (!/^\d{1,3}$/.test(value) || limit < 1 || limit > LIMIT_MAX)
    throw invalid('limit', `целое число от 1 до ${LIMIT_MAX}`);
  return limit;
}

function oneOf<Value extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly Value[],
): Value | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw invalid(name, `одно из ${allowed.join(', ')}`);
  return found;
}

/** RFC 3339 with a zone, or a day by itself (UTC's midnight). */
const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

function moment(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const at = MOMENT.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw invalid(name, 'время по ISO 8601, например 2026-11-17T00:00:00Z');
  return new Date(at).toISOString();
}

function invalid(name: string, expected: string): ApiError {
  return new ApiError('INVALID_FILTER', undefined, {
    message: `Параметр ${name} не подходит. Передайте ${expected}.`,
  });
}
