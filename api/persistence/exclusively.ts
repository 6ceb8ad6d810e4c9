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

/** The same, but does not wait: undefined, with nothing done, while another process is at it. */
export async function ifFree<T>(
  dataSource: DataSource,
  name: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  return await dataSource.transaction(async (manager) => {
    const [lock] = await manager.query<{ free: boolean }[]>(
      'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as free',
      [name],
    );
    return lock?.free === true ? await work() : undefined;
  });
}
