import type { ChatRecord } from '../store.ts';
import { table } from './table.ts';

/** D4.1's chat record: one of each call that has a follow-up. */
export interface ChatRow {
  id: string;
  callId: string;
  createdAt: Date;
  summary: string;
  messages: ChatRecord['messages'];
}

export const ChatEntity = table<ChatRow>({
  name: 'Chat',
  tableName: 'chats',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'chats_pkey' },
    callId: {
      type: 'uuid',
      name: 'call_id',
      foreignKey: { target: 'Call', name: 'chats_call_id_fkey', onDelete: 'CASCADE' },
    },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    summary: { type: 'text' },
    messages: { type: 'jsonb' },
  },
  uniques: [{ name: 'chats_call_id_key', columns: ['callId'] }],
  indices: [{ name: 'chats_newest_idx', columns: ['createdAt'] }],
});
