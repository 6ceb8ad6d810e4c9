import { table } from './table.ts';

/** A message of the outbox gateway: stored and shown, not sent. */
export interface SmsMessageRow {
  idempotencyKey: string;
  recipient: string;
  text: string;
  parts: number;
  createdAt: Date;
}

export const SmsMessageEntity = table<SmsMessageRow>({
  name: 'SmsMessage',
  tableName: 'sms_outbox',
  columns: {
    idempotencyKey: {
      type: 'text',
      name: 'idempotency_key',
      primary: true,
      primaryKeyConstraintName: 'sms_outbox_pkey',
    },
    recipient: { type: 'text' },
    text: { type: 'text' },
    parts: { type: 'integer' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
  },
});
