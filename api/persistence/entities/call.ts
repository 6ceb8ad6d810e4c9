import type { FarEndOrder } from '../../../engine/contract/call-plan.ts';
import type { CallStatus, Disposition } from '../../../engine/contract/call-session.ts';
import type { CallView } from '../../../engine/contract/fold-call.ts';
import type { CallLanguage, Voice } from '../../../engine/contract/languages.ts';
import { table } from './table.ts';

/**
 * One call: V2's CallSession as columns, the whole fold of its journal as `view`, and who dials it.
 * `queued`: it waits in the dial queue. `leaseUntil`: until then `leaseOwner` answers for it. `guarded`: the guards
 * admitted it, and it counts against them; `client`: the keyed hash of who ordered it, where that counts.
 */
export interface CallRow {
  id: string;
  phone: string;
  language: CallLanguage;
  voice: Voice;
  prompt: string;
  farEnd: FarEndOrder | null;
  createdAt: Date;
  status: CallStatus;
  finalDisposition: Disposition;
  startedAt: Date | null;
  endedAt: Date | null;
  durationSec: number | null;
  shortSummary: string | null;
  /** The person said something. */
  talked: boolean;
  lastSeq: number;
  view: CallView;
  queued: boolean;
  leaseOwner: string | null;
  leaseUntil: Date | null;
  guarded: boolean;
  client: string | null;
}

export const CallEntity = table<CallRow>({
  name: 'Call',
  tableName: 'calls',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'calls_pkey' },
    phone: { type: 'text' },
    language: { type: 'text' },
    voice: { type: 'text' },
    prompt: { type: 'text' },
    farEnd: { type: 'jsonb', name: 'far_end', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at' },
    status: { type: 'text' },
    finalDisposition: { type: 'text', name: 'final_disposition' },
    startedAt: { type: 'timestamptz', name: 'started_at', nullable: true },
    endedAt: { type: 'timestamptz', name: 'ended_at', nullable: true },
    durationSec: { type: 'integer', name: 'duration_sec', nullable: true },
    shortSummary: { type: 'text', name: 'short_summary', nullable: true },
    talked: { type: 'boolean', default: false },
    lastSeq: { type: 'integer', name: 'last_seq' },
    view: { type: 'jsonb' },
    queued: { type: 'boolean', default: false },
    leaseOwner: { type: 'text', name: 'lease_owner', nullable: true },
    leaseUntil: { type: 'timestamptz', name: 'lease_until', nullable: true },
    guarded: { type: 'boolean', default: false },
    client: { type: 'text', nullable: true },
  },
  indices: [
    { name: 'calls_newest_idx', columns: ['createdAt'], where: 'ended_at IS NOT NULL' },
    { name: 'calls_lease_idx', columns: ['leaseUntil'], where: 'ended_at IS NULL' },
    { name: 'calls_guard_number_idx', columns: ['phone', 'createdAt'], where: 'guarded' },
    {
      name: 'calls_guard_client_idx',
      columns: ['client', 'createdAt'],
      where: 'guarded AND client IS NOT NULL',
    },
    { name: 'calls_guard_day_idx', columns: ['createdAt'], where: 'guarded' },
    { name: 'calls_guard_ended_idx', columns: ['endedAt'], where: 'guarded' },
  ],
});
