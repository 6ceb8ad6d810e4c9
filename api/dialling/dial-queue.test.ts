import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CallPlan } from '../../engine/contract/call-plan.ts';
import type { CallEngine } from '../../engine/contract/engine.ts';
import { EngineBusyError } from '../../engine/contract/errors.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { SILENT_LOG } from '../log.ts';
import { AFTER_CALL_QUEUE, DIAL_QUEUE } from '../persistence/boss.ts';
import { lockCall } from '../persistence/call-log.ts';
import { CallEntity } from '../persistence/entities/call.ts';
import type { Persistence } from '../persistence/open.ts';
import {
  HELD_CALL,
  numbered,
  openTestPersistence,
  ORDER,
  type TestPersistence,
} from '../persistence/testing/test-persistence.ts';
import { claimCalls } from './claim.ts';
import { startDialQueue, type DialQueue } from './dial-queue.ts';
import { renewLeases } from './leases.ts';
import { hasCertainlyEnded, processIdentity } from './process-identity.ts';
import { sweepOrphans } from './sweep.ts';

let db: TestPersistence;
let other: Persistence;
let third: Persistence;
const queues: DialQueue[] = [];

beforeAll(async () => {
  db = await openTestPersistence();
  [other, third] = [await db.another(), await db.another()];
}, 60_000);
afterAll(async () => {
  await db.close();
});
beforeEach(async () => {
  await db.dataSource.query('truncate calls cascade');
  await db.boss.deleteAllJobs(DIAL_QUEUE);
  await db.boss.deleteAllJobs(AFTER_CALL_QUEUE);
});
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.stop()));
});

/** An engine that only counts: calls end when the test says so. */
class CountingEngine implements Pick<CallEngine, 'place' | 'freeSlots' | 'liveCalls'> {
  readonly plans: CallPlan[] = [];
  readonly #live = new Map<CallId, () => void>();
  readonly #slots: number;
  /** The next `place` throws this. */
  failure: Error | undefined;

  constructor(slots: number) {
    this.#slots = slots;
  }

  freeSlots(): number {
    return this.#slots - this.#live.size;
  }

  liveCalls(): readonly CallId[] {
    return [...this.#live.keys()];
  }

  place(plan: CallPlan): ReturnType<CallEngine['place']> {
    const failure = this.failure;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    if (this.freeSlots() === 0) throw new EngineBusyError('no slot');
    this.plans.push(plan);
    const ended = new Promise<void>((resolve) => this.#live.set(plan.callId, resolve));
    return { callId: plan.callId, ended, hangup: () => this.end(plan.callId) };
  }

  end(callId: CallId): void {
    this.#live.get(callId)?.();
    this.#live.delete(callId);
  }
}

async function dial(persistence: Persistence, engine: CountingEngine, engineId?: string): Promise<DialQueue> {
  const { dataSource, boss } = persistence;
  const queue = await startDialQueue({
    dataSource,
    boss,
    engine,
    log: SILENT_LOG,
    ...(engineId === undefined ? {} : { engineId }),
  });
  queues.push(queue);
  return queue;
}

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(check, { timeout: 15_000, interval: 10 }).toBe(true);
}

async function jobCount(): Promise<number> {
  return (await db.boss.findJobs(DIAL_QUEUE, { queued: true })).length;
}

async function expire(callId: CallId): Promise<void> {
  await db.dataSource.query(`update calls set lease_until = now() - interval '1 second' where id = $1`, [
    callId,
  ]);
}

describe('the dial queue', () => {
  test('dials what was ordered, with the plan of the row, and holds its lease', async () => {
    const engine = new CountingEngine(3);
    await dial(db, engine, 'me');
    const callId = await db.store.createCall({ ...ORDER, farEnd: { persona: 'neutral' } });
    await until(() => engine.plans.length === 1);
    expect(engine.plans).toEqual([{ callId, ...ORDER, farEnd: { persona: 'neutral' } }]);
    const row = await db.dataSource.manager.findOneByOrFail(CallEntity, { id: callId });
    expect(row).toMatchObject({ queued: false, leaseOwner: 'me' });
    expect(row.leaseUntil?.getTime()).toBeGreaterThan(Date.now());
    expect(await jobCount()).toBe(0);
  });

  test('takes no more than there are slots, and goes on when one is free', async () => {
    const engine = new CountingEngine(2);
    await dial(db, engine);
    for (let n = 0; n < 5; n += 1) await db.store.createCall(ORDER);
    await until(() => engine.plans.length === 2);
    expect(await jobCount()).toBe(3);
    for (let n = 0; n < 5; n += 1) {
      await until(() => engine.plans.length > n);
      const plan = engine.plans[n];
      if (plan !== undefined) engine.end(plan.callId);
    }
    expect(new Set(engine.plans.map(({ callId }) => callId)).size).toBe(5);
  });

  test('three processes dial each call once', async () => {
    const engines = [new CountingEngine(20), new CountingEngine(20), new CountingEngine(20)] as const;
    await Promise.all([
      dial(db, engines[0], 'a'),
      dial(other, engines[1], 'b'),
      dial(third, engines[2], 'c'),
    ]);
    const ids = await Promise.all(Array.from({ length: 30 }, () => db.store.createCall(ORDER)));
    const placed = (): CallId[] => engines.flatMap((engine) => engine.plans.map(({ callId }) => callId));
    await until(() => placed().length >= 30);
    expect([...placed()].sort()).toEqual([...ids].sort());
  });

  test('a call that the engine cannot take after all is dialled later', async () => {
    const engine = new CountingEngine(1);
    engine.failure = new EngineBusyError('no slot');
    await dial(db, engine);
    const callId = await db.store.createCall(ORDER);
    await until(() => engine.plans.length === 1);
    expect(engine.plans[0]?.callId).toBe(callId);
  });

  test('a call that the engine refuses ends as failed', async () => {
    const engine = new CountingEngine(1);
    engine.failure = new Error('bug');
    await dial(db, engine);
    const callId = await db.store.createCall(ORDER);
    await until(async () => (await db.store.call(callId))?.status === 'failed');
    expect(engine.plans).toEqual([]);
  });

  test('a crash before the claim is committed leaves the call in the queue', async () => {
    const callId = await db.store.createCall(ORDER);
    vi.spyOn(db.boss, 'complete').mockRejectedValueOnce(new Error('killed'));
    await expect(claimCalls(db, 'me', 5)).rejects.toThrow('killed');
    expect((await claimCalls(db, 'me', 5)).plans.map((plan) => plan.callId)).toEqual([callId]);
    expect(await claimCalls(db, 'me', 5)).toEqual({ taken: 0, plans: [] });
  });

  test('a job of a call that has gone further does nothing', async () => {
    const callId = await db.store.createCall(ORDER);
    for (const event of numbered(callId, HELD_CALL.slice(0, 2))) await db.journal.append(event);
    expect(await claimCalls(db, 'me', 5)).toEqual({ taken: 1, plans: [] });
  });

  test('of a process that dials its own calls only leaves the queue to others, and holds its own leases', async () => {
    const queued = await db.store.createCall(ORDER);
    const own = await db.store.createCall(ORDER, { dial: false });
    const engine = new CountingEngine(3);
    engine.place({ callId: own, ...ORDER });
    await expire(own);
    const queue = await startDialQueue({ ...db, engine, engineId: 'me', log: SILENT_LOG, takesCalls: false });
    queues.push(queue);
    queue.poke();
    await until(
      async () => (await db.dataSource.manager.findOneBy(CallEntity, { id: own }))?.leaseOwner === 'me',
    );
    expect(await db.store.call(own)).toMatchObject({ status: 'created' });
    expect(engine.plans.map((plan) => plan.callId)).toEqual([own]);
    expect(await jobCount()).toBe(1);
    expect(await db.store.call(queued)).toMatchObject({ status: 'created' });
  });

  test('paused, it takes nothing more', async () => {
    const engine = new CountingEngine(1);
    const queue = await dial(db, engine);
    await queue.pause();
    await db.store.createCall(ORDER);
    queue.poke();
    expect(await jobCount()).toBe(1);
    expect(engine.plans).toEqual([]);
  });
});

describe('orphans', () => {
  async function orphan(): Promise<CallId> {
    const callId = await db.store.createCall(ORDER, { dial: false });
    for (const event of numbered(callId, HELD_CALL.slice(0, 5))) await db.journal.append(event);
    await expire(callId);
    return callId;
  }

  test('three processes that sweep at once end a call once', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, orphan));
    const ended = await Promise.all(
      [db, other, third].map(({ dataSource, boss }) => sweepOrphans({ dataSource, boss, log: SILENT_LOG })),
    );
    expect(ended.reduce((sum, count) => sum + count, 0)).toBe(5);
    for (const id of ids) {
      const events = await db.store.events(id);
      expect(events.filter(({ type }) => type === 'call.ended')).toHaveLength(1);
      expect(await db.store.call(id)).toMatchObject({
        status: 'failed',
        reason: 'Сервис был перезапущен во время звонка',
        durationSec: 0,
      });
    }
    expect((await db.boss.findJobs(AFTER_CALL_QUEUE)).length).toBe(5);
  });

  test('calls in the queue, held calls and ended calls are left alone', async () => {
    const queued = await db.store.createCall(ORDER);
    const ended = await db.store.createCall(ORDER, { dial: false });
    for (const event of numbered(ended, HELD_CALL)) await db.journal.append(event);
    const held = await orphan();
    await renewLeases(db.dataSource, 'me', [held, ended]);
    expect(await sweepOrphans({ ...db, log: SILENT_LOG })).toBe(0);
    expect((await db.store.call(queued))?.status).toBe('created');
    expect((await db.store.call(held))?.status).toBe('in_progress');
  });

  test('a call whose owner comes back while it is being swept goes on', async () => {
    const callId = await orphan();
    const sweeping = await db.dataSource.transaction(async (manager) => {
      await lockCall(manager, callId);
      const sweep = sweepOrphans({ ...other, log: SILENT_LOG });
      // The sweeper has found the call and waits for its row.
      await until(async () => {
        const waiting = await db.dataSource.query<unknown[]>(
          `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%FOR UPDATE%'`,
        );
        return waiting.length === 1;
      });
      await manager.query(`update calls set lease_until = now() + interval '15 s' where id = $1`, [callId]);
      return { sweep };
    });
    expect(await sweeping.sweep).toBe(0);
    expect((await db.store.call(callId))?.status).toBe('in_progress');
  });

  test('a claimed call that was never placed ends, too', async () => {
    const callId = await db.store.createCall(ORDER);
    await claimCalls(db, 'gone', 1);
    await expire(callId);
    expect(await sweepOrphans({ ...db, log: SILENT_LOG })).toBe(1);
    expect((await db.store.call(callId))?.reason).toBe('Сервис был перезапущен, не успев позвонить');
  });

  test('are ended at once when their process, of this machine, has certainly ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const theirs = processIdentity().split('.');
    // As that process would name itself: same boot and namespace, its own pid and start.
    const stat = await readFile(`/proc/${child.pid ?? 0}/stat`, 'utf8');
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    const identity = [theirs[0], theirs[1], child.pid, start, 'x'].join('.');
    const callId = await orphan();
    await renewLeases(db.dataSource, identity, [callId]);

    expect(hasCertainlyEnded(identity)).toBe(false);
    expect(await sweepOrphans({ ...db, log: SILENT_LOG })).toBe(0);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect(hasCertainlyEnded(identity)).toBe(true);
    expect(await sweepOrphans({ ...db, log: SILENT_LOG })).toBe(1);
  });

  test('no process of another machine, boot or container is ever declared dead', () => {
    const [boot = '', namespace = '', , start = ''] = processIdentity().split('.');
    expect(hasCertainlyEnded(processIdentity())).toBe(false);
    expect(hasCertainlyEnded(`${boot}.${namespace}.${process.pid}.1.x`)).toBe(true);
    for (const foreign of [
      `other.${namespace}.1.1.x`,
      `${boot}.1.1.1.x`,
      `${boot}.${namespace}.1.unknown.x`,
      'engine-1',
      '',
    ]) {
      expect(hasCertainlyEnded(foreign)).toBe(false);
    }
    expect(hasCertainlyEnded(`${boot}.${namespace}.${process.pid}.${start}.x`)).toBe(false);
  });
});
