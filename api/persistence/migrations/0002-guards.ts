import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the guards of a real trunk count by: which calls they admitted, for whom, and how many they refused. */
export class Guards1763900000000 implements MigrationInterface {
  readonly name = 'Guards1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table calls add column guarded boolean not null default false, add column client text',
    );
    await runner.query('create index calls_guard_number_idx on calls (phone, created_at) where guarded');
    await runner.query(
      'create index calls_guard_client_idx on calls (client, created_at) where guarded and client is not null',
    );
    await runner.query('create index calls_guard_day_idx on calls (created_at) where guarded');
    // Those that have not ended are found by it too: a btree holds nulls.
    await runner.query('create index calls_guard_ended_idx on calls (ended_at) where guarded');
    await runner.query(`
      create table guard_refusals (
        day date not null,
        reason text not null,
        count integer not null,
        constraint guard_refusals_pkey primary key (day, reason)
      )`);
    await runner.query(`
      create table guard_secrets (
        name text not null constraint guard_secrets_pkey primary key,
        value text not null
      )`);
    // gen_random_uuid takes 122 bits from the server's strong random source; no extension is needed.
    await runner.query(
      `insert into guard_secrets (name, value) values ('client', gen_random_uuid()::text || gen_random_uuid()::text)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table guard_secrets, guard_refusals');
    // The indexes that name them go with the columns.
    await runner.query('alter table calls drop column client, drop column guarded');
  }
}
