import { toCallId } from '../../../engine/contract/ids.ts';
import { errorFields, type Log } from '../../log.ts';
import type { RowSink } from './row-sink.ts';
import type { SheetRow } from './row.ts';
import type { RowWriter } from './row-writer.ts';
import { GOOGLE_SHEETS, type WaitingRows } from './waiting-rows.ts';

/** Rows come from other processes too, and wait for their time: so often it is looked. */
const POLL_MS = 2_000;
/** Between rounds: 40 a minute at most, of the 60 reads and 60 writes that Google allows. */
const PACE_MS = 1_500;

export interface GoogleRowsOptions {
  readonly rows: WaitingRows;
  readonly writer: RowWriter;
  /** Runs the work, or gives undefined while another process is at it. */
  readonly ifFree: <T>(work: () => Promise<T>) => Promise<T | undefined>;
  readonly log: Log;
  readonly pollMs?: number;
  readonly paceMs?: number;
}

/**
 * Rows on their way into a Google sheet. A row handed in is in the database; one process at a time writes those of all.
 * Nothing else waits for a sheet that is away.
 */
export class GoogleRows implements RowSink {
  readonly name = GOOGLE_SHEETS;
  readonly #options: GoogleRowsOptions;
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  #wake: (() => void) | undefined;

  constructor(options: GoogleRowsOptions) {
    this.#options = options;
    this.#loop = this.#run();
  }

  async append(row: SheetRow, signal: AbortSignal): Promise<'waiting'> {
    signal.throwIfAborted();
    await this.#options.rows.hand(toCallId(row.call_id));
    this.#wake?.();
    return 'waiting';
  }

  /** Gives up a request in the air: what became of it is looked up by the next process. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the process is stopping'));
    this.#wake?.();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { pollMs = POLL_MS, paceMs = PACE_MS } = this.#options;
    while (!this.#stopping.signal.aborted) {
      const at = await this.#round();
      await this.#pause(paceMs, false);
      if (at === undefined || at > Date.now()) await this.#pause(pollMs, true);
    }
  }

  /** When the next one is due; undefined where nothing waits, or another process is at it. */
  async #round(): Promise<number | undefined> {
    const { writer, ifFree, log } = this.#options;
    const { signal } = this.#stopping;
    try {
      return await ifFree(() => writer.round(signal));
    } catch (error) {
      if (!signal.aborted) log.warn(errorFields(error), 'rows could not be written; it is tried again');
      return undefined;
    }
  }

  /** `wakeable`: a row that is handed in ends it. Stopping always does. */
  async #pause(ms: number, wakeable: boolean): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        if (!wakeable && !signal.aborted) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
