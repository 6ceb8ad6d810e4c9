import type { Disposition } from '../../../engine/contract/call-session.ts';
import { table } from './table.ts';

/**
 * One line of the list of interactions: an ended call or a chat, in a table narrow enough to be paged, filtered,
 * searched and counted. It repeats what `calls`, `chats` and `crm_records` hold (persistence/interaction-log.ts).
 */
export interface InteractionRow {
  id: string;
  type: 'call' | 'chat';
  callId: string;
  createdAt: Date;
  /** Null for a chat. */
  disposition: Disposition | null;
  summary: string;
  /** What search looks at: the words of the summary and of the conversation (search-words.ts). Never the phone. */
  words: string;
  /** Of a call that was held; 0 for the others. */
  durationSec: number;
  held: boolean;
  talked: boolean;
  /** Interested, and the CRM card is there. */
  lead: boolean;
  /** Replies whose gap is known, the sum of their gaps, and those later than REPLY_BUDGET_MS. */
  replies: number;
  replyGapMs: number;
  lateReplies: number;
}

export const InteractionEntity = table<InteractionRow>({
  name: 'Interaction',
  tableName: 'interactions',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'interactions_pkey' },
    type: { type: 'text' },
    callId: {
      type: 'uuid',
      name: 'call_id',
      foreignKey: { target: 'Call', name: 'interactions_call_id_fkey', onDelete: 'CASCADE' },
    },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    disposition: { type: 'text', nullable: true },
    summary: { type: 'text' },
    words: { type: 'tsvector' },
    durationSec: { type: 'integer', name: 'duration_sec' },
    held: { type: 'boolean' },
    talked: { type: 'boolean' },
    lead: { type: 'boolean' },
    replies: { type: 'integer' },
    replyGapMs: { type: 'integer', name: 'reply_gap_ms' },
    lateReplies: { type: 'integer', name: 'late_replies' },
  },
  indices: [
    { name: 'interactions_call_idx', columns: ['callId'] },
    { name: 'interactions_newest_idx', columns: ['createdAt', 'id'] },
    { name: 'interactions_type_idx', columns: ['type', 'createdAt', 'id'] },
    { name: 'interactions_disposition_idx', columns: ['disposition', 'createdAt', 'id'] },
    { name: 'interactions_longest_idx', columns: ['durationSec', 'id'] },
    // GIN, which an entity cannot say: the migration makes it.
    { name: 'interactions_words_idx', columns: ['words'], synchronize: false },
  ],
});
