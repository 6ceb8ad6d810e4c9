import { accessSync, constants, statSync } from 'node:fs';
import pg from 'pg';
import type { HaloConfig } from '../../api/config.ts';
import { MIGRATIONS } from '../../api/persistence/data-source.ts';
import { findBinaries } from '../../api/persistence/postgres/binaries.ts';
import { InstanceFolder } from '../../api/persistence/postgres/folder.ts';
import { findPostmaster } from '../../api/persistence/postgres/running.ts';
import { fail, ok, warn, type Check, type DoctorDeps, type Finding } from './check.ts';
import { reasonOf } from './http.ts';
import { nearest } from './nearest.ts';

const CONNECT_MS = 5_000;
/** pg-boss 12: its docs, «PostgreSQL 13 or higher». */
const OLDEST_MAJOR = 13;

/** Whether HALO's database answers, is up to date and can be written. The embedded one is not started for it. */
export const database: Check = {
  name: 'database',
  title: 'База данных',
  async run(config, deps) {
    if (config.databaseUrl !== undefined) return [await look(config.databaseUrl, 'своя', deps)];
    return [await lookAtOwn(config, deps)];
  },
};

async function lookAtOwn({ dataDir }: HaloConfig, deps: DoctorDeps): Promise<Finding> {
  const folder = new InstanceFolder(dataDir);
  const running = folder.isInitialised() ? findPostmaster(folder.data) : undefined;
  if (running !== undefined && running.port !== 0)
    return await look(folder.url(running.port), 'встроенная', deps);
  const { major } = findBinaries();
  if (folder.isInitialised() && folder.version() !== major)
    return fail(
      `встроенная: данные сделаны PostgreSQL ${folder.version()}, а в комплекте ${major}`,
      'задайте другой HALO_DATA_DIR или запустите их на своей PostgreSQL той версии (DATABASE_URL)',
    );
  const place = nearest(dataDir);
  try {
    if (!statSync(place).isDirectory())
      return fail(`встроенная: ${place} — не папка`, 'задайте HALO_DATA_DIR');
    accessSync(place, constants.W_OK);
  } catch {
    return fail(`встроенная: в папку ${place} нельзя писать`, 'дайте на неё права или задайте HALO_DATA_DIR');
  }
  return ok(`встроенная PostgreSQL ${major}: сейчас не запущена, её запустит npm start`);
}

async function look(url: string, whose: string, { now, signal }: DoctorDeps): Promise<Finding> {
  const startedMs = now();
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: CONNECT_MS,
    query_timeout: CONNECT_MS,
    application_name: 'halo-doctor',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    signal.throwIfAborted();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    const version = rows[0]?.server_version.split(' ')[0] ?? '?';
    const major = Number(version.split('.')[0]);
    if (major < OLDEST_MAJOR)
      return fail(`${whose} PostgreSQL ${version} слишком старая`, `нужна ${OLDEST_MAJOR} или новее`);
    await tryWriting(client);
    const pingMs = Math.round(now() - startedMs);
    return judge(await migrationsIn(client), `${whose} PostgreSQL ${version}, запись работает, ${pingMs} мс`);
  } catch (error) {
    signal.throwIfAborted();
    return fail(`${whose}: ${reasonOf(error)}`, ...adviceOn(error));
  } finally {
    await client.end().catch(() => {});
  }
}

/** A schema and a table, as the first start makes them; rolled back. */
async function tryWriting(client: pg.Client): Promise<void> {
  await client.query('begin');
  try {
    const name = `halo_doctor_${process.pid}`;
    await client.query(`create schema ${name}`);
    await client.query(`create table ${name}.probe (id integer)`);
    await client.query(`insert into ${name}.probe values (1)`);
  } finally {
    await client.query('rollback');
  }
}

/** Names, oldest first; empty where HALO was never here. */
async function migrationsIn(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('halo_migrations') is not null as there`,
  );
  if (rows[0]?.there !== true) return [];
  const done = await client.query<{ name: string }>('select name from halo_migrations order by id');
  return done.rows.map(({ name }) => name);
}

function judge(done: readonly string[], seen: string): Finding {
  const known: readonly string[] = MIGRATIONS.map((Migration) => new Migration().name);
  const strange = done.filter((name) => !known.includes(name));
  if (strange.length > 0)
    return fail(
      `${seen}; база новее программы: ${strange.join(', ')}`,
      'обновите HALO до версии, которая сделала эту базу',
    );
  if (done.length === 0) return ok(`${seen}; таблиц ещё нет, их сделает npm start`);
  const lacking = known.length - done.length;
  if (lacking > 0) return warn(`${seen}; миграций не хватает: ${lacking}`, 'их сделает npm start');
  return ok(`${seen}, миграций ${done.length}`);
}

/** SQLSTATE of the PostgreSQL documentation, appendix A. */
function adviceOn(error: unknown): readonly string[] {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case '28P01':
    case '28000':
      return ['пользователь или пароль не подошли: проверьте DATABASE_URL'];
    case '3D000':
      return ['такой базы нет: создайте её (createdb) или поправьте имя в DATABASE_URL'];
    case '42501':
      return ['нет права создавать схемы и таблицы: grant create on database … to пользователь'];
    case '25006':
      return ['база только для чтения (реплика?): DATABASE_URL должна вести на основную'];
    case '53300':
      return ['у PostgreSQL кончились соединения: поднимите max_connections, HALO берёт до 20'];
    default:
      return ['проверьте, что PostgreSQL запущена, и узел и порт в DATABASE_URL'];
  }
}
