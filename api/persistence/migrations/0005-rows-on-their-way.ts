import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Deliveries that are not over are few, and looked for every other second. */
export class RowsOnTheirWay1764200000000 implements MigrationInterface {
  readonly name = 'RowsOnTheirWay1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create index deliveries_open_idx on deliveries (channel) where state in ('pending', 'sending')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index deliveries_open_idx');
  }
}
