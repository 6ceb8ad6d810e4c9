import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What leaves the house because of a call, and the codes of the short links in text messages. */
export class Deliveries1764000000000 implements MigrationInterface {
  readonly name = 'Deliveries1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table deliveries (
        call_id uuid not null constraint deliveries_call_id_fkey references calls (id) on delete cascade,
        channel text not null,
        purpose text not null,
        gateway text not null,
        state text not null,
        idempotency_key text not null,
        handle text,
        attempts integer not null default 0,
        next_try_at timestamptz,
        sending_since timestamptz,
        last_error text,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        constraint deliveries_pkey primary key (call_id, channel, purpose)
      )`);
    await runner.query(
      'alter table demo_sessions add column link_code text constraint demo_sessions_link_code_key unique',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    // The constraint that names it goes with the column.
    await runner.query('alter table demo_sessions drop column link_code');
    await runner.query('drop table deliveries');
  }
}
