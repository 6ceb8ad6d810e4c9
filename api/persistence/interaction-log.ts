import type { DataSource, EntityManager } from 'typeorm';
import type { CallEventType } from '../../engine/contract/call-event.ts';
import type { CallView } from '../../engine/contract/fold-call.ts';
import type { Log } from '../log.ts';
import { searchWords } from './search-words.ts';
import type { ChatRecord } from './store.ts';

/** V9: a reply begins within this. Later ones are counted as late. */
export const REPLY_BUDGET_MS = 2_000;

/** A row without its search words; a column is named as in the table. */
export interface InteractionFields {
  readonly id: string;
  readonly type: 'call' | 'chat';
  readonly call_id: string;
  readonly created_at: string;
  readonly disposition: string | null;
  readonly summary: string;
  readonly words: readonly string[];
  readonly duration_sec: number;
  readonly held: boolean;
  readonly talked: boolean;
  readonly replies: number;
  readonly reply_gap_ms: number;
  readonly late_replies: number;
}

const COLUMNS = [
  'id',
  'type',
  'call_id',
  'created_at',
  'disposition',
  'summary',
  'duration_sec',
  'held',
  'talked',
  'replies',
  'reply_gap_ms',
  'late_replies',
] as const satisfies readonly (keyof InteractionFields)[];
const BATCH = 500;

/** Whether an event changes what the list says of its call. */
export function isListed(event: CallEventType): boolean {
  return event === 'call.ended' || event === 'analysis.done' || event === 'crm.done';
}

/** Writes the line of an ended call as it is now; the caller holds the lock on the call's row. */
export async function listCall(manager: EntityManager, view: CallView): Promise<void> {
  await write(manager, [fieldsOfCall(view)], 'update');
}

/** Writes the line of a chat; one that is there stays. */
export async function listChat(manager: EntityManager, chat: ChatRecord): Promise<void> {
  await write(manager, [fieldsOfChat(chat)], 'keep');
}

/**
 * Writes the lines that are missing: of a database older than the list, or where an older release wrote meanwhile.
 * Several processes at once do no harm. Returns how many were written.
 */
export async function listMissing(dataSource: DataSource, log: Log): Promise<number> {
  const calls = await listAfter(dataSource, async (last) => {
    const rows = await dataSource.query<{ view: CallView }[]>(
      `select view from calls where id > $1 and ended_at is not null and view -> 'transcript' is not null
          and not exists (select 1 from interactions where interactions.id = calls.id)
        order by id limit ${BATCH}`,
      [last],
    );
    return rows.map(({ view }) => fieldsOfCall(view));
  });
  const chats = await listAfter(dataSource, async (last) => {
    const rows = await dataSource.query<(Omit<ChatRecord, 'createdAt'> & { createdAt: Date })[]>(
      `select id, call_id as "callId", created_at as "createdAt", summary, messages from chats where id > $1
          and not exists (select 1 from interactions where interactions.id = chats.id)
        order by id limit ${BATCH}`,
      [last],
    );
    return rows.map((row) => fieldsOfChat({ ...row, createdAt: row.createdAt.toISOString() }));
  });
  if (calls + chats > 0)
    log.info({ calls, chats }, 'calls and chats of before are in the list of interactions now');
  return calls + chats;
}

/** `missing` gives the next lines after an id: one walk through the table, whatever its size. */
async function listAfter(
  dataSource: DataSource,
  missing: (last: string) => Promise<readonly InteractionFields[]>,
): Promise<number> {
  let written = 0;
  let last = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await missing(last);
    const end = rows.at(-1);
    if (end === undefined) return written;
    await dataSource.transaction((manager) => write(manager, rows, 'keep'));
    written += rows.length;
    last = end.id;
  }
}

/** What the list holds of an ended call. */
export function fieldsOfCall(view: CallView): InteractionFields {
  const gaps = view.transcript.map(({ gapMs }) => gapMs).filter((gapMs) => gapMs !== null);
  return {
    id: view.callId,
    type: 'call',
    call_id: view.callId,
    created_at: view.createdAt,
    disposition: view.finalDisposition,
    summary: view.shortSummary ?? '',
    words: searchWords(view.shortSummary ?? '', ...view.transcript.map(({ text }) => text)),
    duration_sec: view.durationSec ?? 0,
    held: view.status === 'completed',
    talked: view.transcript.some((line) => line.speaker === 'user' && line.text !== ''),
    replies: gaps.length,
    reply_gap_ms: Math.round(gaps.reduce((sum, gapMs) => sum + gapMs, 0)),
    late_replies: gaps.filter((gapMs) => gapMs > REPLY_BUDGET_MS).length,
  };
}

function fieldsOfChat(chat: ChatRecord): InteractionFields {
  return {
    id: chat.id,
    type: 'chat',
    call_id: chat.callId,
    created_at: chat.createdAt,
    disposition: null,
    summary: chat.summary,
    words: searchWords(chat.summary, ...chat.messages.map(({ text }) => text)),
    duration_sec: 0,
    held: false,
    talked: false,
    replies: 0,
    reply_gap_ms: 0,
    late_replies: 0,
  };
}

/** Rows go as one JSON, so that any number of them is one statement and the triggers count once. */
async function write(
  manager: EntityManager,
  rows: readonly InteractionFields[],
  known: 'update' | 'keep',
): Promise<void> {
  await manager.query(
    `insert into interactions (${COLUMNS.join(', ')}, words, lead)
     select ${COLUMNS.map((column) => `row.${column}`).join(', ')}, array_to_tsvector(row.words),
            coalesce(row.disposition = 'interested', false)
              and exists (select 1 from crm_records where crm_records.call_id = row.id)
       from jsonb_to_recordset($1::jsonb) as row (id uuid, type text, call_id uuid, created_at timestamptz,
              disposition text, summary text, words text[], duration_sec integer, held boolean, talked boolean,
              replies integer, reply_gap_ms integer, late_replies integer)
     on conflict (id) do ${
       known === 'keep'
         ? 'nothing'
         : `update set ${[...COLUMNS.slice(4), 'words', 'lead'].map((name) => `${name} = excluded.${name}`).join(', ')}`
     }`,
    [JSON.stringify(rows)],
  );
}
