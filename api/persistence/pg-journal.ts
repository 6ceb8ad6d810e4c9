import type { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import type { Journal } from '../../engine/index.ts';
import type { Log } from '../log.ts';
import { appendToCall, insertCall, lockCall } from './call-log.ts';

/** The journal in PostgreSQL: an event, its fold and the job it causes are one transaction. */
export class PgJournal implements Journal {
  readonly #dataSource: DataSource;
  readonly #boss: PgBoss;
  readonly #log: Log;

  constructor(dataSource: DataSource, boss: PgBoss, log: Log) {
    this.#dataSource = dataSource;
    this.#boss = boss;
    this.#log = log;
  }

  /**
   * Stores one event; resolves when it is on the disk. The same (callId, seq) again changes nothing. An event that
   * comes after the call was ended by somebody else is dropped, with a log line.
   * Rejects with RangeError on a gap in the numbers or an unknown call, and with the driver's error when the database
   * is away: append it again.
   */
  async append(event: CallEvent): Promise<void> {
    const outcome = await this.#dataSource.transaction(async (manager) => {
      const row = await lockCall(manager, event.callId);
      if (row !== null) return await appendToCall(manager, this.#boss, row, event);
      if (event.type !== 'call.created' || event.seq !== 1) {
        throw new RangeError(`no call ${event.callId}: its journal begins with call.created, number 1`);
      }
      await insertCall(manager, event, { queued: false });
      return 'stored';
    });
    if (outcome === 'late') {
      this.#log.warn(
        { callId: event.callId, seq: event.seq, type: event.type },
        'event of an ended call dropped',
      );
    }
  }
}
