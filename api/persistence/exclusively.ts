import type { DataSource } from 'typeorm';

/**
 * Runs `work` while no other process on this database runs work of the same name (an advisory lock of a transaction,
 * gone with the connection however the process ends).
 */
export async function exclusively<T>(
  dataSource: DataSource,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  return await dataSource.transaction(async (manager) => {
    await manager.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
    return await work();
  });
}
