import type { Store } from '../persistence/store.ts';
import { searchWords } from '../persistence/search-words.ts';
import type { InteractionItem, InteractionList } from '../schemas/interactions.ts';
import type { DemoData } from './demo-data.ts';
import { encodeCursor } from './interaction-params.ts';
import {
  comparePositions,
  linesInMemory,
  positionOf,
  type InteractionLine,
  type InteractionQuery,
  type SearchableLine,
} from './interaction-query.ts';

/** A page of demo and real interactions in one order. */
export async function interactionPage(
  demo: DemoData,
  store: Pick<Store, 'realLines'>,
  query: InteractionQuery,
): Promise<InteractionList> {
  const held = linesInMemory(searchable(demo), query);
  const real = await store.realLines(query);
  const { sort, limit, after } = query;
  const lines = [...held.lines, ...real.lines].sort((a, b) =>
    comparePositions(positionOf(a, sort), positionOf(b, sort), sort),
  );
  const page = lines.slice(0, limit);
  const last = page.at(-1);
  const more = lines.length > limit && last !== undefined;
  return {
    items: page.map(itemOf),
    next_cursor: more ? encodeCursor(positionOf(last, sort), sort) : null,
    ...(after === undefined && real.total !== undefined ? { total: held.total + real.total } : {}),
  };
}

/** D4.4's fields and, so that a table is worth reading, the summary and the duration. */
function itemOf(line: InteractionLine): InteractionItem {
  const { id, isDemo, createdAt, summary, durationSec } = line;
  const common = { id, is_demo: isDemo, created_at: createdAt, summary };
  if (line.type === 'chat') return { ...common, type: 'chat', channel: 'telegram' };
  const disposition = line.disposition ?? 'unknown';
  return { ...common, type: 'call', channel: 'voice', disposition, duration_sec: durationSec };
}

/** Words are looked for in every request, and change once a day. */
const known = new WeakMap<DemoData, readonly SearchableLine[]>();

function searchable(demo: DemoData): readonly SearchableLine[] {
  const lines = known.get(demo) ?? [
    ...demo.calls.map((call): SearchableLine => ({
      id: call.id,
      isDemo: true,
      type: 'call',
      createdAt: call.createdAt,
      disposition: call.disposition,
      summary: call.summary,
      durationSec: call.durationSec,
      words: searchWords(call.summary, ...call.transcript.map(({ text }) => text)),
    })),
    ...demo.chats.map((chat): SearchableLine => ({
      id: chat.id,
      isDemo: true,
      type: 'chat',
      createdAt: chat.createdAt,
      disposition: null,
      summary: chat.summary,
      durationSec: 0,
      words: searchWords(chat.summary, ...chat.messages.map(({ text }) => text)),
    })),
  ];
  known.set(demo, lines);
  return lines;
}
