import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What one interaction adds to each sum of its quarter of an hour. */
const ADDS: Readonly<Record<string, string>> = {
  calls: `(type = 'call')::int`,
  chats: `(type = 'chat')::int`,
  talked: 'talked::int',
  interested: `coalesce(disposition = 'interested', false)::int`,
  not_interested: `coalesce(disposition = 'not_interested', false)::int`,
  call_later: `coalesce(disposition = 'call_later', false)::int`,
  neutral: `coalesce(disposition = 'neutral', false)::int`,
  unknown: `coalesce(disposition = 'unknown', false)::int`,
  leads: 'lead::int',
  held: 'held::int',
  held_sec: 'case when held then duration_sec else 0 end',
  replies: 'replies',
  reply_gap_ms: 'reply_gap_ms',
  late_replies: 'late_replies',
};
const SUMS = Object.keys(ADDS);

/** The list of interactions and its sums, so that neither grows slower with the number of calls. */
export class Interactions1764300000000 implements MigrationInterface {
  readonly name = 'Interactions1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table interactions (
        id uuid not null constraint interactions_pkey primary key,
        type text not null,
        call_id uuid not null constraint interactions_call_id_fkey references calls (id) on delete cascade,
        created_at timestamptz not null,
        disposition text,
        summary text not null,
        words tsvector not null,
        duration_sec integer not null,
        held boolean not null,
        talked boolean not null,
        lead boolean not null,
        replies integer not null,
        reply_gap_ms integer not null,
        late_replies integer not null
      )`);
    await runner.query('create index interactions_call_idx on interactions (call_id)');
    await runner.query('create index interactions_newest_idx on interactions (created_at, id)');
    await runner.query('create index interactions_type_idx on interactions (type, created_at, id)');
    await runner.query(
      'create index interactions_disposition_idx on interactions (disposition, created_at, id)',
    );
    await runner.query('create index interactions_longest_idx on interactions (duration_sec, id)');
    await runner.query('create index interactions_words_idx on interactions using gin (words)');
    await runner.query(`
      create table interaction_counts (
        slot timestamptz not null constraint interaction_counts_pkey primary key,
        ${SUMS.map((sum) => `${sum} ${sum === 'reply_gap_ms' ? 'bigint' : 'integer'} not null`).join(', ')}
      )`);
    await this.#makeTrigger(runner, 'insert', 'new table as added', part('added', '+'));
    await this.#makeTrigger(runner, 'delete', 'old table as removed', part('removed', '-'));
    await this.#makeTrigger(
      runner,
      'update',
      'old table as removed new table as added',
      `${part('added', '+')} union all ${part('removed', '-')}`,
    );
    await runner.query(`
      create function interactions_counted_truncate() returns trigger language plpgsql as $$
      begin
        delete from interaction_counts;
        return null;
      end $$`);
    await runner.query(`
      create trigger interactions_counted_truncate after truncate on interactions
        for each statement execute function interactions_counted_truncate()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table interaction_counts, interactions');
    await runner.query(
      `drop function interactions_counted_insert(), interactions_counted_delete(), interactions_counted_update(),
        interactions_counted_truncate()`,
    );
  }

  /**
   * Once a statement, not once a row. Slots are taken in their order, so that two statements cannot wait for each
   * other; one that changes no sum (a summary rewritten) takes none.
   */
  async #makeTrigger(runner: QueryRunner, event: string, tables: string, parts: string): Promise<void> {
    await runner.query(`
      create function interactions_counted_${event}() returns trigger language plpgsql as $$
      begin
        insert into interaction_counts as counts (slot, ${SUMS.join(', ')})
        select slot, ${SUMS.map((sum) => `sum(${sum})`).join(', ')}
          from (${parts}) as changes
         group by slot
        having ${SUMS.map((sum) => `sum(${sum}) <> 0`).join(' or ')}
         order by slot
        on conflict (slot) do update set
          ${SUMS.map((sum) => `${sum} = counts.${sum} + excluded.${sum}`).join(', ')};
        return null;
      end $$`);
    await runner.query(`
      create trigger interactions_counted_${event} after ${event} on interactions
        referencing ${tables} for each statement execute function interactions_counted_${event}()`);
  }
}

function part(table: string, sign: '+' | '-'): string {
  const sums = Object.entries(ADDS).map(([sum, value]) => `${sign} ${value} as ${sum}`);
  return `select to_timestamp(floor(extract(epoch from created_at) / 900) * 900) as slot, ${sums.join(', ')} from ${table}`;
}
