import { table } from './table.ts';

/** D1's demo session, and D7's Telegram user once he came. */
export interface DemoSessionRow {
  id: string;
  callId: string;
  callIdHash: string;
  /** Of the short link in the SMS; null in sessions older than short links. */
  linkCode: string | null;
  createdAt: Date;
  telegramUserId: string | null;
  telegramUsername: string | null;
}

export const DemoSessionEntity = table<DemoSessionRow>({
  name: 'DemoSession',
  tableName: 'demo_sessions',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'demo_sessions_pkey' },
    callId: {
      type: 'uuid',
      name: 'call_id',
      foreignKey: { target: 'Call', name: 'demo_sessions_call_id_fkey', onDelete: 'CASCADE' },
    },
    callIdHash: { type: 'text', name: 'call_id_hash' },
    linkCode: { type: 'text', name: 'link_code', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    telegramUserId: { type: 'text', name: 'telegram_user_id', nullable: true },
    telegramUsername: { type: 'text', name: 'telegram_username', nullable: true },
  },
  uniques: [
    { name: 'demo_sessions_call_id_key', columns: ['callId'] },
    { name: 'demo_sessions_call_id_hash_key', columns: ['callIdHash'] },
    { name: 'demo_sessions_link_code_key', columns: ['linkCode'] },
  ],
});
