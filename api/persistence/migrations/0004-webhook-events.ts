import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the customer's server is told of calls. */
export class WebhookEvents1764100000000 implements MigrationInterface {
  readonly name = 'WebhookEvents1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table webhook_events (
        call_id uuid not null constraint webhook_events_call_id_fkey references calls (id) on delete cascade,
        type text not null,
        event_id text not null,
        body text not null,
        created_at timestamptz not null,
        constraint webhook_events_pkey primary key (call_id, type)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table webhook_events');
  }
}
