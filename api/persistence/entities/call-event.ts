import { table } from './table.ts';

/** One event of a call's journal; `body` holds the fields that are the event's own. */
export interface CallEventRow {
  callId: string;
  seq: number;
  type: string;
  at: Date;
  body: Readonly<Record<string, unknown>>;
}

export const CallEventEntity = table<CallEventRow>({
  name: 'CallEvent',
  tableName: 'call_events',
  columns: {
    callId: {
      type: 'uuid',
      name: 'call_id',
      primary: true,
      primaryKeyConstraintName: 'call_events_pkey',
      foreignKey: { target: 'Call', name: 'call_events_call_id_fkey', onDelete: 'CASCADE' },
    },
    seq: { type: 'integer', primary: true, primaryKeyConstraintName: 'call_events_pkey' },
    type: { type: 'text' },
    at: { type: 'timestamptz' },
    body: { type: 'jsonb' },
  },
});
