import type { DataSource } from 'typeorm';
import type { CallId } from '../../engine/contract/ids.ts';
import { LEASE_SECONDS } from '../persistence/call-log.ts';

/** Says that `owner` still answers for these calls: one UPDATE. Calls that have ended are left alone. */
export async function renewLeases(
  dataSource: DataSource,
  owner: string,
  callIds: readonly CallId[],
): Promise<void> {
  if (callIds.length === 0) return;
  await dataSource.query(
    `update calls set lease_owner = $1, lease_until = now() + make_interval(secs => $2)
      where id = any($3::uuid[]) and ended_at is null`,
    [owner, LEASE_SECONDS, callIds],
  );
}
