import { AriError } from './ari.ts';
import type { Office } from './office.ts';

/**
 * Something a line has on Asterisk. It is freed once, and never before its making has settled: a channel that comes
 * to be after its hang-up was asked for would stay for ever.
 */
export class Owned {
  /** Resolves when it is there; rejects with AriError. */
  readonly made: Promise<void>;
  readonly #office: Office;
  readonly #free: () => Promise<void>;
  #released: Promise<void> | undefined;

  constructor(office: Office, make: Promise<void>, free: () => Promise<void>) {
    this.#office = office;
    this.#free = free;
    this.made = make;
    make.catch(() => undefined);
  }

  /** Resolves when it is gone, or when Asterisk cannot be reached: the sweep does it then. Idempotent, never rejects. */
  release(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  async #release(): Promise<void> {
    try {
      await this.made;
    } catch (error) {
      // Refused: there is nothing. After a time-out it may be there all the same.
      if (error instanceof AriError && error.kind === 'refused') return;
    }
    try {
      await this.#free();
    } catch (error) {
      if (error instanceof AriError && error.kind === 'gone') return;
      this.#office.onTrouble(`left to the sweep: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
