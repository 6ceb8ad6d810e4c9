import type { DeliveryState } from '../../../engine/contract/call-event.ts';
import { table } from './table.ts';

/**
 * One thing that leaves the house because of a call: written down before it is tried. No personal data and no secrets.
 * `handle`: the other side's own name for it. `sendingSince`: when it was last handed to the other side; with the
 * state `sending` and nobody at work on it, the process died on the way.
 */
export interface DeliveryRow {
  callId: string;
  channel: string;
  purpose: string;
  gateway: string;
  state: DeliveryState;
  idempotencyKey: string;
  handle: string | null;
  attempts: number;
  nextTryAt: Date | null;
  sendingSince: Date | null;
  lastError: string | null;
  createdAt: Date;
  updatedAt: Date;
}

const KEY = { primary: true, primaryKeyConstraintName: 'deliveries_pkey' } as const;

export const DeliveryEntity = table<DeliveryRow>({
  name: 'Delivery',
  tableName: 'deliveries',
  columns: {
    callId: {
      type: 'uuid',
      name: 'call_id',
      ...KEY,
      foreignKey: { target: 'Call', name: 'deliveries_call_id_fkey', onDelete: 'CASCADE' },
    },
    channel: { type: 'text', ...KEY },
    purpose: { type: 'text', ...KEY },
    gateway: { type: 'text' },
    state: { type: 'text' },
    idempotencyKey: { type: 'text', name: 'idempotency_key' },
    handle: { type: 'text', nullable: true },
    attempts: { type: 'integer', default: 0 },
    nextTryAt: { type: 'timestamptz', name: 'next_try_at', nullable: true },
    sendingSince: { type: 'timestamptz', name: 'sending_since', nullable: true },
    lastError: { type: 'text', name: 'last_error', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    updatedAt: { type: 'timestamptz', name: 'updated_at' },
  },
  indices: [
    {
      name: 'deliveries_open_idx',
      columns: ['channel'],
      where: "state = ANY (ARRAY['pending'::text, 'sending'::text])",
    },
  ],
});
