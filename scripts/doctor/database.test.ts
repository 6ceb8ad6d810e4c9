import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestPersistence, type TestPersistence } from '../../api/persistence/testing/test-persistence.ts';
import { database } from './database.ts';
import { examine } from './testing/examine.ts';

let db: TestPersistence;
let url: URL;
beforeAll(async () => {
  db = await openTestPersistence();
  url = new URL(db.database.url);
}, 60_000);
afterAll(() => db.close());

const at = (change: (url: URL) => void) => {
  const other = new URL(url);
  change(other);
  return examine(database, { DATABASE_URL: other.href });
};

describe('the database', () => {
  it('that is all right says its version and migrations, and nothing stays of the look', async () => {
    const [finding] = await examine(database, { DATABASE_URL: url.href });
    expect(finding).toMatchObject({ status: 'ok', advice: [] });
    expect(finding?.what).toMatch(/^своя PostgreSQL \d+\.\d+, запись работает, \d+ мс, миграций \d+$/);
    const schemas: unknown = await db.dataSource.query(
      `select 1 from information_schema.schemata where schema_name like 'halo_doctor%'`,
    );
    expect(schemas).toEqual([]);
  });

  it('that is the embedded one of a running HALO is found', async () => {
    const [finding] = await examine(database, { HALO_DATA_DIR: db.folder });
    expect(finding).toMatchObject({ status: 'ok' });
    expect(finding?.what).toMatch(/^встроенная PostgreSQL/);
  });

  it('that is not there yet is left alone', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'halo-doctor-'));
    const [finding] = await examine(database, { HALO_DATA_DIR: join(dir, 'new') });
    expect(finding).toMatchObject({
      status: 'ok',
      what: expect.stringContaining('её запустит npm start') as string,
    });
    await writeFile(join(dir, 'file'), '');
    const [broken] = await examine(database, { HALO_DATA_DIR: join(dir, 'file', 'new') });
    expect(broken).toMatchObject({ status: 'fail', what: expect.stringContaining('не папка') as string });
    await rm(dir, { recursive: true });
  });

  it.each<[string, (url: URL) => void, RegExp, RegExp]>([
    ['a wrong password', (one) => (one.password = 'wrong'), /28P01/, /пользователь или пароль/],
    ['no such database', (one) => (one.pathname = '/nowhere'), /3D000/, /такой базы нет/],
    ['nobody there', (one) => (one.port = '2'), /ECONNREFUSED/, /что PostgreSQL запущена/],
    [
      'a replica',
      (one) => one.searchParams.set('options', '-c default_transaction_read_only=on'),
      /25006/,
      /только для чтения/,
    ],
  ])('with %s is told so', async (_, change, what, advice) => {
    const [finding] = await at(change);
    expect(finding?.status).toBe('fail');
    expect(finding?.what).toMatch(what);
    expect(finding?.advice.join()).toMatch(advice);
  });

  it('where nothing may be made is told so', async () => {
    await db.dataSource.query(`create role guest login password 'guest'`);
    const [finding] = await at((one) => {
      one.username = 'guest';
      one.password = 'guest';
    });
    expect(finding).toMatchObject({ status: 'fail', what: expect.stringContaining('42501') as string });
    expect(finding?.advice.join()).toMatch(/grant create/);
  });

  it('without tables, of an older HALO, of a newer one', async () => {
    await db.dataSource.query('create database empty');
    expect(await at((one) => (one.pathname = '/empty'))).toMatchObject([
      { status: 'ok', what: expect.stringMatching(/таблиц ещё нет/) as string },
    ]);
    const newest = 'select max(id) from halo_migrations';
    await db.dataSource.query(`delete from halo_migrations where id = (${newest})`);
    expect(await at(() => {})).toMatchObject([
      { status: 'warn', what: expect.stringMatching(/миграций не хватает: 1$/) as string },
    ]);
    await db.dataSource.query(
      `insert into halo_migrations (name, timestamp) values ('Future2000000000000', 2000000000000)`,
    );
    expect(await at(() => {})).toMatchObject([
      { status: 'fail', what: expect.stringMatching(/база новее программы: Future2/) as string },
    ]);
  });
});
