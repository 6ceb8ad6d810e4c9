import { EntitySchema } from 'typeorm';
import type { ChatRecord } from '../store.ts';

/** D4.1's chat record: one of each call that has a follow-up. */
export interface ChatRow {
  id: string;
  callId: string;
  createdAt: Date;
  summary: string;
  messages: ChatRecord['messages'];
}

export const ChatEntity = new EntitySchema<ChatRow>({
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
