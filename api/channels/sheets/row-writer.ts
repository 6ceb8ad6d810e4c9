import { lastErrorOf, type DeliveryError } from '../../deliveries/delivery-error.ts';
import { detailOf } from '../../deliveries/delivery.ts';
import type { Log } from '../../log.ts';
import type { GoogleSheet } from './google-sheet.ts';
import { googleFailure } from './google-failure.ts';
import { ROW_TITLE, type WaitingRow, type WaitingRows } from './waiting-rows.ts';

/** In one request: well below the recommended 2 MB. */
const BATCH_ROWS = 500;
const BATCH_BYTES = 1_500_000;
/** After a failure, doubled each time; ±25 %. There is no last try: rows wait for as long as the sheet is away. */
const BACKOFF_MS = 2_000;
const MAX_BACKOFF_MS = 300_000;
const MAX_RETRY_AFTER_MS = 3_600_000;
const JITTER = 0.25;
/** After an append of unclear outcome: the rows may be there already. */
const FIRST_LOOK_MS = 5_000;
/** Google works on a request for 180 s at most (its page on limits): what is not there after that will not come. */
const SETTLE_MS = 185_000;

export interface RowWriterOptions {
  readonly rows: WaitingRows;
  readonly sheet: Pick<GoogleSheet, 'prepare' | 'append' | 'find' | 'advice'>;
  readonly log: Log;
  /** Wall time, ms. */
  readonly now?: () => number;
  readonly settleMs?: number;
}

/**
 * Writes waiting rows into the sheet, in the order of the calls' ends. One round at a time over all processes: the caller
 * holds the lock. The sheet has no idempotency key, so a row is marked before it is handed over, and one whose outcome is
 * not known (a crash, a timeout) is looked for before it is written again; until that is settled those behind it wait.
 */
export class RowWriter {
  readonly #options: RowWriterOptions;
  readonly #now: () => number;

  constructor(options: RowWriterOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => Date.now());
  }

  /**
   * One request's worth of rows. Resolves with when to come again (wall time, ms), or undefined when nothing waits.
   * Rejects when the database is away or `signal` aborts.
   */
  async round(signal: AbortSignal): Promise<number | undefined> {
    const { rows, sheet } = this.#options;
    signal.throwIfAborted();
    const waiting = await rows.waiting(BATCH_ROWS);
    if (waiting.length === 0) return undefined;
    const at = Math.max(...waiting.map(({ delivery }) => delivery.nextTryAt ?? 0));
    if (at > this.#now()) return at;
    const unsure = waiting.filter(({ delivery }) => delivery.state === 'sending');
    if (unsure.length > 0) return await this.#judge(unsure, signal);
    try {
      await sheet.prepare(signal);
    } catch (error) {
      signal.throwIfAborted();
      return await this.#postpone(waiting, 'pending', googleFailure(error));
    }
    return await this.#append(whatFits(waiting), signal);
  }

  async #append(batch: readonly WaitingRow[], signal: AbortSignal): Promise<number> {
    const { rows, sheet, log } = this.#options;
    const ours = await rows.begin(batch, this.#now());
    if (ours.length === 0) return this.#now();
    try {
      await sheet.append(
        ours.map(({ row }) => row),
        signal,
      );
    } catch (error) {
      // We are being stopped: whoever comes next finds them `sending`, and looks.
      signal.throwIfAborted();
      const failure = googleFailure(error);
      if (failure.kind !== 'refused') {
        return failure.kind === 'later'
          ? await this.#postpone(ours, 'pending', failure)
          : await this.#postpone(ours, 'sending', failure, FIRST_LOOK_MS);
      }
      await rows.release(ours);
      return await this.#part(ours, failure, signal);
    }
    for (const row of ours) await rows.written(row, this.#now());
    log.info({ rows: ours.length }, 'rows written into Google Sheets');
    return this.#now();
  }

  /** A batch was refused for what is in it: its halves, until the row that is to blame is alone. */
  async #part(batch: readonly WaitingRow[], failure: DeliveryError, signal: AbortSignal): Promise<number> {
    const { rows, sheet, log } = this.#options;
    const [first] = batch;
    if (first === undefined) return this.#now();
    if (batch.length === 1) {
      const message = `${ROW_TITLE}: не записана: ${sheet.advice(failure)}`;
      const { callId } = first.delivery;
      log.error({ callId, code: failure.code }, 'Google Sheets will never take this row');
      await rows.refused(first, lastErrorOf(failure.code, failure.number), message, this.#now());
      return this.#now();
    }
    const middle = Math.ceil(batch.length / 2);
    const at = await this.#append(batch.slice(0, middle), signal);
    return at > this.#now() ? at : await this.#append(batch.slice(middle), signal);
  }

  /** Rows of unknown outcome: those in the sheet are written; the others are not, once nothing can come any more. */
  async #judge(unsure: readonly WaitingRow[], signal: AbortSignal): Promise<number> {
    const { rows, sheet, log, settleMs = SETTLE_MS } = this.#options;
    const askedAt = this.#now();
    let found: ReadonlySet<string>;
    try {
      const callIds = unsure.map(({ delivery }) => delivery.callId);
      found = await sheet.find(callIds, signal);
    } catch (error) {
      signal.throwIfAborted();
      return await this.#postpone(unsure, 'sending', googleFailure(error));
    }
    const missing = unsure.filter(({ delivery }) => !found.has(delivery.callId));
    log.info(
      { found: unsure.length - missing.length, missing: missing.length },
      'rows looked for in Google Sheets',
    );
    for (const row of unsure) if (!missing.includes(row)) await rows.written(row, this.#now());
    if (missing.length === 0) return this.#now();
    const settledAt = Math.max(...missing.map(({ delivery }) => delivery.sendingSince ?? 0)) + settleMs;
    if (settledAt <= askedAt) {
      await rows.release(missing);
      return this.#now();
    }
    // Whoever saw an append fail has said when to look; a process that died has not.
    const died = missing[0]?.delivery.nextTryAt === null;
    const lastError = (died ? null : missing[0]?.delivery.lastError) ?? lastErrorOf('CRASHED');
    const detail = detailOf(ROW_TITLE, { state: 'sending', lastError }, settledAt - askedAt);
    await rows.postpone(missing, { state: 'sending', lastError, nextTryAt: settledAt, detail }, askedAt);
    return settledAt;
  }

  async #postpone(
    waiting: readonly WaitingRow[],
    state: 'pending' | 'sending',
    failure: DeliveryError,
    pause?: number,
  ): Promise<number> {
    const { rows, sheet, log } = this.#options;
    const now = this.#now();
    const failures = Math.max(...waiting.map(({ delivery }) => delivery.attempts));
    const waitMs = pause ?? pauseMs(failures, failure);
    const words = sheet.advice(failure);
    const lastError = lastErrorOf(failure.code, failure.number);
    log.warn(
      { rows: waiting.length, code: lastError, waitMs, advice: words },
      'rows wait: Google Sheets does not take them',
    );
    const detail =
      state === 'pending'
        ? `${ROW_TITLE}: ждёт: ${words}; повторяем сами`
        : `${ROW_TITLE}: неизвестно, записана ли (${words}); посмотрим в таблице и решим`;
    await rows.postpone(waiting, { state, lastError, nextTryAt: now + waitMs, detail }, now);
    return now + waitMs;
  }
}

function whatFits(waiting: readonly WaitingRow[]): readonly WaitingRow[] {
  let bytes = 0;
  const end = waiting.findIndex(({ row }) => {
    bytes += Buffer.byteLength(JSON.stringify(row), 'utf8');
    return bytes > BATCH_BYTES;
  });
  return end === -1 ? waiting : waiting.slice(0, Math.max(1, end));
}

function pauseMs(failures: number, { retryAfterMs = 0 }: DeliveryError): number {
  const backoff = Math.min(BACKOFF_MS * 2 ** Math.min(failures, 16), MAX_BACKOFF_MS);
  return Math.max(
    Math.min(retryAfterMs, MAX_RETRY_AFTER_MS),
    Math.round(backoff * (1 - JITTER + 2 * JITTER * Math.random())),
  );
}
