import { table } from './table.ts';

/**
 * Sums over the interactions that began in one quarter of an hour (every time zone's days begin at one). Triggers on
 * `interactions` keep it (migration 0006), so it is right whoever changes a row, and within the same transaction.
 */
export interface InteractionCountRow {
  slot: Date;
  calls: number;
  chats: number;
  talked: number;
  interested: number;
  notInterested: number;
  callLater: number;
  neutral: number;
  unknown: number;
  leads: number;
  held: number;
  heldSec: number;
  replies: number;
  replyGapMs: string;
  lateReplies: number;
}

export const InteractionCountEntity = table<InteractionCountRow>({
  name: 'InteractionCount',
  tableName: 'interaction_counts',
  columns: {
    slot: { type: 'timestamptz', primary: true, primaryKeyConstraintName: 'interaction_counts_pkey' },
    calls: { type: 'integer' },
    chats: { type: 'integer' },
    talked: { type: 'integer' },
    interested: { type: 'integer' },
    notInterested: { type: 'integer', name: 'not_interested' },
    callLater: { type: 'integer', name: 'call_later' },
    neutral: { type: 'integer' },
    unknown: { type: 'integer' },
    leads: { type: 'integer' },
    held: { type: 'integer' },
    heldSec: { type: 'integer', name: 'held_sec' },
    replies: { type: 'integer' },
    replyGapMs: { type: 'bigint', name: 'reply_gap_ms' },
    lateReplies: { type: 'integer', name: 'late_replies' },
  },
});
