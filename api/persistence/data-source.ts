import 'reflect-metadata';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { errorFields, type Log } from '../log.ts';
import { CallEventEntity } from './entities/call-event.ts';
import { CallEntity } from './entities/call.ts';
import { ChatEntity } from './entities/chat.ts';
import { CrmRecordEntity } from './entities/crm-record.ts';
import { DeliveryEntity } from './entities/delivery.ts';
import { DemoSessionEntity } from './entities/demo-session.ts';
import { GuardRefusalEntity } from './entities/guard-refusal.ts';
import { GuardSecretEntity } from './entities/guard-secret.ts';
import { InteractionCountEntity } from './entities/interaction-count.ts';
import { InteractionEntity } from './entities/interaction.ts';
import { SmsMessageEntity } from './entities/sms-message.ts';
import { WebhookEventEntity } from './entities/webhook-event.ts';
import { FirstTables1763800000000 } from './migrations/0001-first-tables.ts';
import { Guards1763900000000 } from './migrations/0002-guards.ts';
import { Deliveries1764000000000 } from './migrations/0003-deliveries.ts';
import { WebhookEvents1764100000000 } from './migrations/0004-webhook-events.ts';
import { RowsOnTheirWay1764200000000 } from './migrations/0005-rows-on-their-way.ts';
import { Interactions1764300000000 } from './migrations/0006-interactions.ts';

/** Oldest first. */
export const MIGRATIONS = [
  FirstTables1763800000000,
  Guards1763900000000,
  Deliveries1764000000000,
  WebhookEvents1764100000000,
  RowsOnTheirWay1764200000000,
  Interactions1764300000000,
] as const;

const CONNECTIONS = 10;
/** A new connection is a new process of PostgreSQL: on a busy machine that takes seconds. */
const CONNECT_TIMEOUT_MS = 10_000;
/** So a pause between two visitors closes none. */
const IDLE_MS = 60_000;
const STATEMENT_TIMEOUT_MS = 15_000;

/** The number of our advisory lock, the same in every process: «HALO» in ASCII. */
const MIGRATION_LOCK = 0x48414c4f;

/** The tables of HALO on one PostgreSQL. Not connected yet: `initialize()` connects. */
export function createDataSource(url: string, log: Log): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'halo',
    entities: [
      CallEntity,
      CallEventEntity,
      DemoSessionEntity,
      ChatEntity,
      CrmRecordEntity,
      SmsMessageEntity,
      DeliveryEntity,
      WebhookEventEntity,
      GuardRefusalEntity,
      GuardSecretEntity,
      InteractionEntity,
      InteractionCountEntity,
    ],
    migrations: [...MIGRATIONS],
    migrationsTableName: 'halo_migrations',
    migrationsTransactionMode: 'each',
    // Constraints, jsonb and `for update` are written by hand: no extension is needed.
    installExtensions: false,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    poolSize: CONNECTIONS,
    poolErrorHandler: (error: unknown) =>
      log.warn(errorFields(error), 'an idle database connection was lost'),
    extra: { statement_timeout: STATEMENT_TIMEOUT_MS, keepAlive: true, idleTimeoutMillis: IDLE_MS },
  });
}

/** Brings the tables up to date. Of several processes at once one does it, the others wait. */
export async function migrate(dataSource: DataSource, url: string, log: Log): Promise<void> {
  const guard = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  guard.on('error', (error) =>
    log.warn(errorFields(error), 'the connection that guards the migrations was lost'),
  );
  await guard.connect();
  try {
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await dataSource.runMigrations();
    if (done.length > 0) log.info({ migrations: done.map(({ name }) => name) }, 'the database is up to date');
  } finally {
    // Ending the session releases the lock.
    await guard.end();
  }
}
