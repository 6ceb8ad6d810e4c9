import type { RefusalReason } from '../../guards/refusal.ts';
import { table } from './table.ts';

/** How many calls the guards refused in a Moscow day, by reason. `day`: `YYYY-MM-DD`. */
export interface GuardRefusalRow {
  day: string;
  reason: RefusalReason;
  count: number;
}

export const GuardRefusalEntity = table<GuardRefusalRow>({
  name: 'GuardRefusal',
  tableName: 'guard_refusals',
  columns: {
    day: { type: 'date', primary: true, primaryKeyConstraintName: 'guard_refusals_pkey' },
    reason: { type: 'text', primary: true, primaryKeyConstraintName: 'guard_refusals_pkey' },
    count: { type: 'integer' },
  },
});
