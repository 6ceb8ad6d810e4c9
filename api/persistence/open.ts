import type { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import { errorFields, type Log } from '../log.ts';
import { startBoss } from './boss.ts';
import { createDataSource, migrate } from './data-source.ts';
import { startDatabase, type Database, type DatabaseOptions } from './embedded-postgres.ts';
import { listMissing } from './interaction-log.ts';
import { PgJournal } from './pg-journal.ts';
import { PgStore } from './pg-store.ts';
import { StoredEvents } from './stored-events.ts';

const JOBS_STOP_TIMEOUT_MS = 10_000;

/** Everything that is kept, opened and up to date. */
export interface Persistence {
  readonly store: PgStore;
  readonly journal: PgJournal;
  readonly boss: PgBoss;
  readonly dataSource: DataSource;
  readonly storedEvents: StoredEvents;
  readonly embedded: boolean;
  /** Ends the jobs at work (for 10 s), the connections, and the server if this process started it. Idempotent. */
  close(): Promise<void>;
}

/** Starts or finds PostgreSQL, brings its tables up to date, starts the job queues. Rejects with what to do. */
export async function openPersistence(options: DatabaseOptions): Promise<Persistence> {
  const database = await startDatabase(options);
  try {
    return await openOn(database, options.log);
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** The same on a database that runs already. */
export async function openOn(database: Database, outerLog: Log): Promise<Persistence> {
  let closing = false;
  // Connections that the server ends while we close are no news.
  const log: Log = {
    info: (fields, message) => outerLog.info(fields, message),
    warn: (fields, message) => {
      if (!closing) outerLog.warn(fields, message);
    },
    error: (fields, message) => outerLog.error(fields, message),
  };
  const dataSource = createDataSource(database.url, log);
  await dataSource.initialize();
  try {
    await migrate(dataSource, database.url, log);
    await listMissing(dataSource, log);
    const boss = await startBoss(database.url, log);
    const storedEvents = new StoredEvents();
    dataSource.subscribers.push(storedEvents);
    return {
      store: new PgStore(dataSource, boss),
      journal: new PgJournal(dataSource, boss, log),
      boss,
      dataSource,
      storedEvents,
      embedded: database.embedded,
      close: once(async () => {
        closing = true;
        await boss.stop({ graceful: true, timeout: JOBS_STOP_TIMEOUT_MS });
        await dataSource.destroy();
        await database.stop();
      }, log),
    };
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

function once(close: () => Promise<void>, log: Log): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () =>
    (closing ??= close().catch((error: unknown) => {
      log.error(errorFields(error), 'the database could not be closed in good order; nothing stored is lost');
    }));
}
