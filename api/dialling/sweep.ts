import type { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import type { Log } from '../log.ts';
import { appendToCall, lockCall } from '../persistence/call-log.ts';
import { hasCertainlyEnded } from './process-identity.ts';

const BATCH = 50;

export interface SweepDeps {
  readonly dataSource: DataSource;
  readonly boss: PgBoss;
  readonly log: Log;
  readonly wallTime?: () => Date;
}

/**
 * Ends calls that nobody holds any more: not waiting in the dial queue, not ended, and their lease has run out (or
 * its owner, a process of this machine, has certainly ended). Each gets one `call.ended` (failed) whatever number of
 * processes sweep at once. Returns how many this one ended.
 */
export async function sweepOrphans(deps: SweepDeps): Promise<number> {
  await releaseLeasesOfTheDead(deps.dataSource);
  const candidates = await deps.dataSource.query<{ id: string }[]>(
    `select id from calls where ended_at is null and not queued and lease_until < now() order by lease_until limit ${BATCH}`,
  );
  let ended = 0;
  for (const { id } of candidates) if (await endOrphan(deps, id)) ended += 1;
  return ended;
}

async function releaseLeasesOfTheDead(dataSource: DataSource): Promise<void> {
  const owners = await dataSource.query<{ lease_owner: string }[]>(
    'select distinct lease_owner from calls where ended_at is null and lease_owner is not null and lease_until >= now()',
  );
  const dead = owners.map((row) => row.lease_owner).filter(hasCertainlyEnded);
  if (dead.length === 0) return;
  await dataSource.query(
    `update calls set lease_until = now() - interval '1 second' where ended_at is null and lease_owner = any($1)`,
    [dead],
  );
}

async function endOrphan(deps: SweepDeps, id: string): Promise<boolean> {
  const callId = toCallId(id);
  const outcome = await deps.dataSource.transaction(async (manager) => {
    const row = await lockCall(manager, callId);
    // Asked again under the lock: its owner may have come back, or another sweeper been quicker.
    const [still] = await manager.query<unknown[]>(
      'select 1 from calls where id = $1 and ended_at is null and not queued and lease_until < now()',
      [id],
    );
    if (row === null || still === undefined) return undefined;
    const event: CallEvent = {
      callId,
      seq: row.lastSeq + 1,
      at: (deps.wallTime?.() ?? new Date()).toISOString(),
      type: 'call.ended',
      status: 'failed',
      reason:
        row.status === 'created'
          ? 'Сервис был перезапущен, не успев позвонить'
          : 'Сервис был перезапущен во время звонка',
      durationSec: 0,
    };
    return { appended: await appendToCall(manager, deps.boss, row, event), owner: row.leaseOwner };
  });
  if (outcome?.appended !== 'stored') return false;
  deps.log.warn({ callId, owner: outcome.owner }, 'call ended as failed: the process that held it has gone');
  return true;
}
