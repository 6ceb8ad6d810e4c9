import { PgBoss, type Db } from 'pg-boss';
import type { PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';
import { errorFields, type Log } from '../log.ts';

/** Calls that wait for a free slot of some engine. Data: `{ callId }`. */
export const DIAL_QUEUE = 'dial';
/** Calls that have ended and whose steps are to be done. Data: `{ callId }`. */
export const AFTER_CALL_QUEUE = 'after-call';
/** Deliveries that were accepted, and of which the other side can say what became. Data: `FollowJob`. */
export const FOLLOW_QUEUE = 'delivery-follow';
/** Calls whose visitor has opened the bot and may be owed a message. Data: `{ callId }`. */
export const TELEGRAM_QUEUE = 'telegram-followup';
/** Ended calls that the customer's server is to be told of. Data: `{ callId }`. */
export const WEBHOOK_QUEUE = 'webhook';
/** NOTIFY channel: a call was put into the dial queue. */
export const DIAL_CHANNEL = 'halo_dial';

export interface CallJob {
  readonly callId: string;
}

export interface FollowJob {
  readonly callId: string;
  readonly channel: string;
  readonly purpose: string;
  /** Which question it is, from 1. */
  readonly poll: number;
}

const CONNECTIONS = 6;
/** How soon a killed worker's job is given to another: the heartbeat (pg-boss allows no less) and two rounds of this. */
const HEARTBEAT_SECONDS = 10;
const SUPERVISE_SECONDS = 2;
const DAY_SECONDS = 86_400;

/** Starts pg-boss in a schema of its own on the same database, with HALO's queues. Safe in many processes at once. */
export async function startBoss(url: string, log: Log): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'halo-jobs',
    schema: 'pgboss',
    max: CONNECTIONS,
    connectionTimeoutMillis: 5_000,
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
  });
  boss.on('error', (error) => log.warn(errorFields(error), 'the job queue has trouble with its database'));
  boss.on('warning', ({ message, data }) => log.warn({ data }, `job queue: ${message}`));
  await boss.start();
  await boss.createQueue(DIAL_QUEUE, { retryLimit: 5, retryDelay: 1 });
  const afterCall = {
    notify: true,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: 1_800,
    // Each step counts its own tries; these are for crashes and for a database that is away.
    retryLimit: 200,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
    deleteAfterSeconds: DAY_SECONDS,
  };
  await boss.createQueue(AFTER_CALL_QUEUE, afterCall);
  await boss.createQueue(WEBHOOK_QUEUE, afterCall);
  await boss.createQueue(TELEGRAM_QUEUE, {
    retryLimit: 20,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 60,
    deleteAfterSeconds: DAY_SECONDS,
  });
  await boss.createQueue(FOLLOW_QUEUE, { retryLimit: 5, retryDelay: 5, deleteAfterSeconds: DAY_SECONDS });
  return boss;
}

/** Lets a pg-boss call take part in the transaction of `manager`. */
export async function inTransaction(manager: EntityManager): Promise<Db> {
  const runner = manager.queryRunner;
  if (runner === undefined || !runner.isTransactionActive)
    throw new Error('a transaction of its own is needed here');
  // TypeORM types its driver's client as any; of this driver it is pg's.
  const connection: unknown = await runner.connect();
  const client = connection as PoolClient;
  return { executeSql: (text, values) => client.query(text, values) };
}
