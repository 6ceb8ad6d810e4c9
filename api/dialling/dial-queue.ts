import type { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import type { CallPlan } from '../../engine/contract/call-plan.ts';
import type { CallEngine } from '../../engine/contract/engine.ts';
import { EngineBusyError } from '../../engine/contract/errors.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { errorFields, type Log } from '../log.ts';
import { DIAL_CHANNEL } from '../persistence/boss.ts';
import { appendToCall, lockCall } from '../persistence/call-log.ts';
import { claimCalls, returnCall } from './claim.ts';
import { renewLeases } from './leases.ts';
import { processIdentity } from './process-identity.ts';
import { sweepOrphans } from './sweep.ts';

const POLL_MS = 1_000;
/** Three renewals fit into a lease (LEASE_SECONDS). */
const UPKEEP_MS = 5_000;
const BUSY_RETRY_SEC = 1;
/** At most this many calls are taken in one transaction. */
const BATCH = 10;

export interface DialQueueOptions {
  readonly dataSource: DataSource;
  readonly boss: PgBoss;
  readonly engine: Pick<CallEngine, 'place' | 'freeSlots' | 'liveCalls'>;
  /** Names this process in leases; `processIdentity()` unless told. */
  readonly engineId?: string;
  /** False: paused from the beginning. For a process that dials its own calls only. */
  readonly takesCalls?: boolean;
  readonly log: Log;
}

export interface DialQueue {
  /** Looks into the queue now instead of at the next notice. */
  poke(): void;
  /** Takes no more calls; goes on answering for those in progress. Call it before `engine.stop('drain')`. */
  pause(): Promise<void>;
  /** Ends everything, the renewal of leases too. Call it after the engine has stopped. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Dials calls from the queue while the engine has free slots. It is woken by NOTIFY (a few ms after the order's
 * commit), by a call's end, and once a second. It also renews the leases of the engine's live calls, and ends calls
 * whose process has gone (at the start and every 5 s).
 */
export async function startDialQueue(options: DialQueueOptions): Promise<DialQueue> {
  const queue = new Dialler(options);
  await queue.start();
  return queue;
}

class Dialler implements DialQueue {
  readonly #options: DialQueueOptions;
  readonly #owner: string;
  readonly #placed = new Set<CallId>();
  #timers: NodeJS.Timeout[] = [];
  #unlisten: (() => Promise<void>) | undefined;
  #draining: Promise<void> | undefined;
  #again = false;
  #upkeep: Promise<void> | undefined;
  #paused = false;

  constructor(options: DialQueueOptions) {
    this.#options = options;
    this.#owner = options.engineId ?? processIdentity();
    this.#paused = options.takesCalls === false;
  }

  async start(): Promise<void> {
    const wake = (): void => this.poke();
    this.#unlisten = await this.#listen(wake);
    this.#timers = [setInterval(wake, POLL_MS), setInterval(() => this.#keepUp(), UPKEEP_MS)];
    this.#keepUp();
    this.poke();
  }

  poke(): void {
    if (this.#paused) return;
    this.#again = true;
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
  }

  async pause(): Promise<void> {
    this.#paused = true;
    await this.#draining;
  }

  async stop(): Promise<void> {
    await this.pause();
    for (const timer of this.#timers) clearInterval(timer);
    const unlisten = this.#unlisten;
    this.#unlisten = undefined;
    await unlisten?.();
    await this.#upkeep;
  }

  async #listen(wake: () => void): Promise<(() => Promise<void>) | undefined> {
    try {
      const handle = await this.#options.boss.getDb().listen?.(DIAL_CHANNEL, wake, wake);
      return handle === undefined ? undefined : () => handle.close();
    } catch (error) {
      this.#options.log.warn(
        errorFields(error),
        `no NOTIFY from the database: the dial queue is polled every ${POLL_MS} ms`,
      );
      return undefined;
    }
  }

  async #drain(): Promise<void> {
    while (this.#again && !this.#paused) {
      this.#again = false;
      const free = Math.min(BATCH, this.#options.engine.freeSlots());
      if (free <= 0) return;
      try {
        const { taken, plans } = await claimCalls(this.#options, this.#owner, free);
        // All are placed before anything is awaited: a claimed call that nobody places would end as an orphan.
        const refused = plans.map((plan) => this.#place(plan)).filter((refusal) => refusal !== undefined);
        for (const refusal of refused) await refusal();
        if (taken > refused.length) this.#again = true;
      } catch (error) {
        this.#options.log.error(errorFields(error), 'the dial queue could not be served; it is tried again');
        return;
      }
    }
  }

  /** Returns what is to be done where the engine does not take the call. */
  #place(plan: CallPlan): (() => Promise<void>) | undefined {
    const { engine, log } = this.#options;
    const { callId } = plan;
    try {
      const placed = engine.place(plan);
      this.#placed.add(callId);
      log.info({ callId }, 'call dialled from the queue');
      void placed.ended.finally(() => {
        this.#placed.delete(callId);
        this.poke();
      });
      return undefined;
    } catch (error) {
      if (error instanceof EngineBusyError) {
        log.info({ callId }, 'no free slot after all: the call goes back into the queue');
        return () => returnCall(this.#options, this.#owner, callId, BUSY_RETRY_SEC);
      }
      log.error({ callId, ...errorFields(error) }, 'the engine refused the call');
      return () => this.#fail(callId);
    }
  }

  async #fail(callId: CallId): Promise<void> {
    const { dataSource, boss } = this.#options;
    await dataSource.transaction(async (manager) => {
      const row = await lockCall(manager, callId);
      if (row === null || row.endedAt !== null) return;
      await appendToCall(manager, boss, row, {
        callId,
        seq: row.lastSeq + 1,
        at: new Date().toISOString(),
        type: 'call.ended',
        status: 'failed',
        reason: 'Звонок не удалось начать: внутренняя ошибка',
        durationSec: 0,
      });
    });
  }

  #keepUp(): void {
    this.#upkeep ??= this.#renewAndSweep()
      .catch((error: unknown) =>
        this.#options.log.warn(errorFields(error), 'leases and orphaned calls could not be seen to'),
      )
      .finally(() => {
        this.#upkeep = undefined;
      });
  }

  async #renewAndSweep(): Promise<void> {
    // Ours first: after a stall of this process (or of the database) our own calls must not pass for orphans.
    const live = new Set([...this.#placed, ...this.#options.engine.liveCalls()]);
    await renewLeases(this.#options.dataSource, this.#owner, [...live]);
    await sweepOrphans(this.#options);
  }
}
