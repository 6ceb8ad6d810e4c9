import type { Disposition } from '../../engine/contract/call-session.ts';
import { hasWords } from '../persistence/search-words.ts';

/** `longest`: calls by their duration, chats last. */
export type InteractionSort = 'newest' | 'oldest' | 'longest';

/** Where a page ends: the last line's key (ms of its moment, or seconds of its duration) and what breaks a tie. */
export interface InteractionPosition {
  readonly key: number;
  readonly isDemo: boolean;
  readonly id: string;
}

/** What is asked of the list. Absent: no limit of that kind. */
export interface InteractionQuery {
  readonly limit: number;
  readonly sort: InteractionSort;
  readonly after?: InteractionPosition | undefined;
  readonly type?: 'call' | 'chat' | undefined;
  readonly channel?: 'voice' | 'telegram' | undefined;
  readonly disposition?: Disposition | undefined;
  readonly source?: 'demo' | 'real' | undefined;
  /** search-words.ts's; every one must begin a word of the summary or the conversation. */
  readonly words: readonly string[];
  /** ISO 8601; inclusive. */
  readonly from?: string | undefined;
  /** ISO 8601; exclusive. */
  readonly to?: string | undefined;
}

/** A line of the list, as much as pages need of it. */
export interface InteractionLine {
  readonly id: string;
  readonly isDemo: boolean;
  readonly type: 'call' | 'chat';
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Null for a chat. */
  readonly disposition: Disposition | null;
  readonly summary: string;
  readonly durationSec: number;
}

/** A line and its searchWords. */
export interface SearchableLine extends InteractionLine {
  readonly words: readonly string[];
}

export const CHANNEL_OF = { call: 'voice', chat: 'telegram' } as const;

export function positionOf(line: InteractionLine, sort: InteractionSort): InteractionPosition {
  const key = sort === 'longest' ? line.durationSec : Date.parse(line.createdAt);
  return { key, isDemo: line.isDemo, id: line.id };
}

/**
 * The order of a list, for `Array.sort`: by key, of the same key real before demo, then by id. `oldest` is `newest`
 * turned round.
 */
export function comparePositions(
  a: InteractionPosition,
  b: InteractionPosition,
  sort: InteractionSort,
): number {
  const down =
    b.key - a.key || Number(a.isDemo) - Number(b.isDemo) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
  return sort === 'oldest' ? -down : down;
}

/** Lines held in memory: those that match, in order, from `after` on, `limit` and one more at most; and how many match. */
export function linesInMemory(
  lines: readonly SearchableLine[],
  query: InteractionQuery,
): { readonly lines: readonly InteractionLine[]; readonly total: number } {
  const matching = lines.filter((line) => matches(line, query));
  const { after, sort, limit } = query;
  const rest = matching
    .map((line) => ({ line, position: positionOf(line, sort) }))
    .filter(({ position }) => after === undefined || comparePositions(position, after, sort) > 0)
    .sort((a, b) => comparePositions(a.position, b.position, sort))
    .slice(0, limit + 1);
  return { lines: rest.map(({ line }) => line), total: matching.length };
}

function matches(line: SearchableLine, query: InteractionQuery): boolean {
  const { type, channel, disposition, source, from, to, words } = query;
  const at = Date.parse(line.createdAt);
  return (
    (type === undefined || line.type === type) &&
    (channel === undefined || CHANNEL_OF[line.type] === channel) &&
    (disposition === undefined || line.disposition === disposition) &&
    (source === undefined || line.isDemo === (source === 'demo')) &&
    (from === undefined || at >= Date.parse(from)) &&
    (to === undefined || at < Date.parse(to)) &&
    hasWords(line.words, words)
  );
}
