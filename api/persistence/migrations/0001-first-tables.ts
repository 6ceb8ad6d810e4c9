import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Calls with their journal, demo sessions, and what the steps after a call leave behind. */
export class FirstTables1763800000000 implements MigrationInterface {
  readonly name = 'FirstTables1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table calls (
        id uuid not null constraint calls_pkey primary key,
        phone text not null,
        language text not null,
        voice text not null,
        prompt text not null,
        far_end jsonb,
        created_at timestamptz not null,
        status text not null,
        final_disposition text not null,
        started_at timestamptz,
        ended_at timestamptz,
        duration_sec integer,
        short_summary text,
        talked boolean not null default false,
        last_seq integer not null,
        view jsonb not null,
        queued boolean not null default false,
        lease_owner text,
        lease_until timestamptz
      )`);
    await runner.query('create index calls_newest_idx on calls (created_at) where ended_at is not null');
    await runner.query('create index calls_lease_idx on calls (lease_until) where ended_at is null');
    await runner.query(`
      create table call_events (
        call_id uuid not null constraint call_events_call_id_fkey references calls (id) on delete cascade,
        seq integer not null,
        type text not null,
        at timestamptz not null,
        body jsonb not null,
        constraint call_events_pkey primary key (call_id, seq)
      )`);
    await runner.query(`
      create table demo_sessions (
        id uuid not null constraint demo_sessions_pkey primary key,
        call_id uuid not null
          constraint demo_sessions_call_id_key unique
          constraint demo_sessions_call_id_fkey references calls (id) on delete cascade,
        call_id_hash text not null constraint demo_sessions_call_id_hash_key unique,
        created_at timestamptz not null,
        telegram_user_id text,
        telegram_username text
      )`);
    await runner.query(`
      create table chats (
        id uuid not null constraint chats_pkey primary key,
        call_id uuid not null
          constraint chats_call_id_key unique
          constraint chats_call_id_fkey references calls (id) on delete cascade,
        created_at timestamptz not null,
        summary text not null,
        messages jsonb not null
      )`);
    await runner.query('create index chats_newest_idx on chats (created_at)');
    await runner.query(`
      create table crm_records (
        call_id uuid not null
          constraint crm_records_pkey primary key
          constraint crm_records_call_id_fkey references calls (id) on delete cascade,
        client_phone text not null,
        status text not null,
        interest text not null,
        telegram_link_sent boolean not null
      )`);
    await runner.query(`
      create table sms_outbox (
        idempotency_key text not null constraint sms_outbox_pkey primary key,
        recipient text not null,
        text text not null,
        parts integer not null,
        created_at timestamptz not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sms_outbox, crm_records, chats, demo_sessions, call_events, calls');
  }
}
