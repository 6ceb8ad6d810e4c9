import { table } from './table.ts';

/** What the customer's server is told of a call, to the byte, so that every try and every replay says the same. */
export interface WebhookEventRow {
  callId: string;
  type: string;
  eventId: string;
  body: string;
  createdAt: Date;
}

const KEY = { primary: true, primaryKeyConstraintName: 'webhook_events_pkey' } as const;

export const WebhookEventEntity = table<WebhookEventRow>({
  name: 'WebhookEvent',
  tableName: 'webhook_events',
  columns: {
    callId: {
      type: 'uuid',
      name: 'call_id',
      ...KEY,
      foreignKey: { target: 'Call', name: 'webhook_events_call_id_fkey', onDelete: 'CASCADE' },
    },
    type: { type: 'text', ...KEY },
    eventId: { type: 'text', name: 'event_id' },
    body: { type: 'text' },
    createdAt: { type: 'timestamptz', name: 'created_at' },
  },
});
