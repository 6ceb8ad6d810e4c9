import type { DataSource, EntityManager } from 'typeorm';
import { clientKey } from './client-address.ts';
import { judge, judgeNumber } from './judge.ts';
import type { GuardLimits } from './limits.ts';
import { GuardRefusal, type Refusal } from './refusal.ts';
import { countRefusal, readToday, readUsage, type GuardsToday } from './usage.ts';

/**
 * Of all processes on the database one at a time counts and adds. A process that freezes while it holds the lock
 * loses it with its connection after 10 s (its transaction is rolled back), instead of stopping all the others.
 */
const TAKE_TURN = `
  select set_config('idle_in_transaction_session_timeout', '10s', true),
         pg_advisory_xact_lock(hashtextextended('guards', 0))`;

export interface GuardedOrder {
  readonly phone: string;
  readonly limits: GuardLimits;
  /** The address that ordered it; undefined where that does not count. */
  readonly client: string | undefined;
}

/** Lets calls through within the limits of one database, whatever number of processes asks at once. */
export class Gate {
  readonly #dataSource: DataSource;
  readonly #wallTime: () => Date;
  #salt: Promise<string> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(dataSource: DataSource, wallTime: () => Date) {
    this.#dataSource = dataSource;
    this.#wallTime = wallTime;
  }

  /**
   * Runs `create` in the transaction that decided for it; `client` is the key to store with the call. Throws
   * GuardRefusal, counted, and then nothing is stored of the order.
   */
  async admit<T>(
    order: GuardedOrder,
    create: (manager: EntityManager, client: string | null) => Promise<T>,
  ): Promise<T> {
    const { limits, phone } = order;
    const forbidden = judgeNumber(limits, phone);
    if (forbidden !== undefined) return await this.#refuse(forbidden);
    const client = order.client === undefined ? null : clientKey(order.client, await this.#theSalt());
    const outcome = await this.#inTurn(() =>
      this.#dataSource.transaction(async (manager) => {
        // A statement of its own: what is counted next must see all that was committed before the lock was ours.
        await manager.query(TAKE_TURN);
        const at = this.#wallTime();
        const usage = await readUsage(manager, { at, phone, client, limits });
        const refusal = judge(limits, usage, { phone, at, countsClient: client !== null });
        return refusal === undefined ? { created: await create(manager, client) } : { refusal };
      }),
    );
    return outcome.refusal === undefined ? outcome.created : await this.#refuse(outcome.refusal);
  }

  async today(): Promise<GuardsToday> {
    return await readToday(this.#dataSource, this.#wallTime());
  }

  /** After the transaction, so that nobody waits for the count; before the answer, so that none is lost. */
  async #refuse(refusal: Refusal): Promise<never> {
    await countRefusal(this.#dataSource, this.#wallTime(), refusal.reason);
    throw new GuardRefusal(refusal);
  }

  /** One at a time in this process too: a waiter here holds no connection, and its lock no statement's timeout. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return await mine;
  }

  async #theSalt(): Promise<string> {
    this.#salt ??= this.#readSalt();
    try {
      return await this.#salt;
    } catch (error) {
      this.#salt = undefined;
      throw error;
    }
  }

  async #readSalt(): Promise<string> {
    const [row] = await this.#dataSource.query<{ value: string }[]>(
      `select value from guard_secrets where name = 'client'`,
    );
    if (row === undefined)
      throw new Error(
        `guard_secrets has no row 'client': insert one with a random value of 32 characters or more`,
      );
    return row.value;
  }
}
