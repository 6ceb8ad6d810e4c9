import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallId } from '../../engine/contract/ids.ts';
import { SILENT_LOG } from '../log.ts';
import { FOLLOW_QUEUE, type FollowJob } from '../persistence/boss.ts';
import {
  HELD_CALL,
  numbered,
  openTestPersistence,
  ORDER,
  type TestPersistence,
} from '../persistence/testing/test-persistence.ts';
import { exclusively } from '../persistence/exclusively.ts';
import { Deliveries } from './deliver.ts';
import { PgDeliveryBook } from './delivery-book.ts';
import { DeliveryError } from './delivery-error.ts';
import { followOnce, startFollowing, type FollowOptions, type Report } from './follow.ts';

const NEVER = new AbortController().signal;
let db: TestPersistence;
let book: PgDeliveryBook;

beforeAll(async () => {
  db = await openTestPersistence();
  book = new PgDeliveryBook(db.dataSource, db.boss);
}, 60_000);
afterAll(async () => {
  await db.close();
});
beforeEach(async () => {
  await db.dataSource.query('truncate calls cascade');
  await db.boss.deleteAllJobs(FOLLOW_QUEUE);
});

/** A call with one delivery that was accepted, and is to be followed. */
async function accepted(): Promise<CallId> {
  const callId = await db.store.createCall(ORDER, { dial: false });
  for (const event of numbered(callId, HELD_CALL)) await db.journal.append(event);
  const deliveries = new Deliveries({
    book,
    exclusively: (name, work) => exclusively(db.dataSource, name, work),
    log: SILENT_LOG,
  });
  const delivery = await deliveries.deliver(
    {
      callId,
      channel: 'sms',
      purpose: 'invitation',
      title: 'SMS',
      gateway: 'smsc',
      repeatable: false,
      followed: true,
      send: async () => ({ handle: 'theirs' }),
    },
    NEVER,
  );
  expect(delivery).toMatchObject({ state: 'accepted', handle: 'theirs' });
  return callId;
}

function options(report: () => Promise<Report>, gateway = 'smsc'): FollowOptions {
  const { boss } = db;
  return { boss, book, followers: { sms: { title: 'SMS', gateway, report } }, log: SILENT_LOG };
}

interface StoredJob {
  readonly data: FollowJob;
  readonly wait: number;
}
const jobs = async (): Promise<StoredJob[]> =>
  await db.dataSource.query<StoredJob[]>(
    `select data, round(extract(epoch from start_after - created_on))::int as wait from pgboss.job
      where name = $1 order by created_on`,
    [FOLLOW_QUEUE],
  );
const told = async (callId: CallId) =>
  (await db.store.events(callId)).filter(({ type }) => type === 'delivery.changed');

describe('following an accepted delivery', () => {
  test('begins half a minute after it was accepted, with a job of the same transaction', async () => {
    const callId = await accepted();
    expect(await jobs()).toEqual([
      { data: { callId, channel: 'sms', purpose: 'invitation', poll: 1 }, wait: 30 },
    ]);
    expect(await told(callId)).toEqual([]);
  });

  test('asks five times over an hour, and leaves it as accepted', async () => {
    const callId = await accepted();
    let asked = 0;
    const mute = options(async () => {
      asked += 1;
      if (asked === 2) throw new DeliveryError('unclear', 'TIMEOUT');
      return { state: 'accepted' };
    });
    for (let poll = 1; poll <= 5; poll += 1) {
      const last = (await jobs()).at(-1);
      expect(last?.data.poll).toBe(poll);
      await followOnce(last!.data, mute, NEVER);
    }
    expect(asked).toBe(5);
    const waits = (await jobs()).map(({ wait }) => wait);
    expect(waits).toEqual([30, 90, 300, 900, 2_400]);
    expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(3_600);
    expect(await told(callId)).toEqual([]);
  });

  test.each([
    [{ state: 'delivered' } as const, 'SMS: доставлено'],
    [
      { state: 'undelivered', code: 'BAD_RECIPIENT', number: 22 } as const,
      'SMS: отправлено, но не доставлено: получатель не подходит или недоступен (код 22)',
    ],
  ])('ends with %j: an event of the call, once', async (report, detail) => {
    const callId = await accepted();
    const [job] = await jobs();
    for (let i = 0; i < 2; i += 1)
      await followOnce(
        job!.data,
        options(async () => report),
        NEVER,
      );
    expect(await told(callId)).toEqual([
      expect.objectContaining({ channel: 'sms', gateway: 'smsc', state: report.state, detail }),
    ]);
    expect(await jobs()).toHaveLength(1);
    expect(await book.find({ callId, channel: 'sms', purpose: 'invitation' })).toMatchObject({
      state: report.state,
      handle: 'theirs',
    });
  });

  test('asks only the gateway that took it', async () => {
    await accepted();
    const [job] = await jobs();
    const report = async (): Promise<Report> => {
      throw new Error('must not be asked');
    };
    await followOnce(job!.data, options(report, 'smsru'), NEVER);
    await followOnce({ ...job!.data, channel: 'fax' }, options(report), NEVER);
    expect(await jobs()).toHaveLength(1);
  });

  test('works from its queue', async () => {
    const callId = await accepted();
    await db.dataSource.query(`update pgboss.job set start_after = now() where name = $1`, [FOLLOW_QUEUE]);
    const following = await startFollowing(options(async () => ({ state: 'delivered' })));
    try {
      await expect.poll(async () => (await told(callId)).length, { timeout: 15_000, interval: 50 }).toBe(1);
    } finally {
      await following.stop();
    }
  });
});
