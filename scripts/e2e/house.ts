import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { temporaryFolder } from '../../api/persistence/testing/test-persistence.ts';
import { InstanceFolder } from '../../api/persistence/postgres/folder.ts';
import { findPostmaster } from '../../api/persistence/postgres/running.ts';
import { HaloProcess } from '../lib/halo-process.ts';
import { until } from '../lib/until.ts';

/** A data folder of its own and the HALO processes started on it; `close()` leaves nothing of either. */
export class House {
  readonly #folder = temporaryFolder();
  readonly #started: HaloProcess[] = [];
  readonly dataDir = join(this.#folder.path, 'data');

  /** Calls go through the simulator unless `env` says otherwise: most stories are about something else. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<HaloProcess> {
    const telephony: Record<string, string> = 'HALO_ARI_URL' in env ? {} : { HALO_TELEPHONY: 'simulator' };
    const halo = await HaloProcess.start(this.dataDir, { ...telephony, ...env });
    this.#started.push(halo);
    return halo;
  }

  /** The lines of calls.csv below its header. */
  rows(): readonly string[] {
    const file = join(this.dataDir, 'calls.csv');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\r\n').slice(1, -1) : [];
  }

  /** Asks the embedded database that runs now. */
  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const instance = new InstanceFolder(this.dataDir);
    const postmaster = findPostmaster(instance.data);
    if (postmaster === undefined) throw new Error(`no PostgreSQL runs in ${this.dataDir}`);
    const client = new pg.Client({ connectionString: instance.url(postmaster.port) });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    for (const halo of this.#started) if (halo.running) await halo.kill();
    // A server whose parent was killed goes on writing until it has stopped.
    const data = join(this.dataDir, 'postgres', 'data');
    await until(
      'PostgreSQL has stopped',
      30_000,
      async () => findPostmaster(data) === undefined || undefined,
    );
    this.#folder.remove();
  }
}
