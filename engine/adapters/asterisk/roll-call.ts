import type { Clock } from '../../ports/clock.ts';
import { isNotFound, type Ari, type AriEvent } from './ari.ts';

const WHO_IS_THERE = 'HaloWhoIsThere';
const I_AM = 'HaloIAm';
/** An engine that is just reconnecting after the same outage gets a second chance. */
const ASKED_TIMES = 2;
const ANSWER_PATIENCE_MS = 2_500;

/**
 * Finds out whether another HALO on the same Asterisk is alive: it is asked through Asterisk, and answers. Asterisk's
 * own list does not tell: an application whose engine was killed stays in it as long as it has channels.
 */
export class RollCall {
  readonly #clock: Clock;
  readonly #application: string;
  readonly #waiting = new Map<string, (alive: boolean) => void>();

  constructor(clock: Clock, application: string) {
    this.#clock = clock;
    this.#application = application;
  }

  /** Takes every event of ours; answers when it is a question. */
  hear(event: AriEvent, ari: Ari): void {
    if (event.type !== 'UserEvent') return;
    const { from } = event.fields;
    if (typeof from !== 'string') return;
    if (event.name === I_AM) this.#waiting.get(from)?.(true);
    if (event.name === WHO_IS_THERE)
      // Whoever asks and is gone before the answer does not need it.
      ari.tellApplication(from, I_AM, { from: this.#application }).catch(() => undefined);
  }

  /** Nobody is waited for any more: Asterisk, or we, are gone. */
  stop(): void {
    for (const answer of this.#waiting.values()) answer(true);
  }

  /** Rejects with AriError when Asterisk cannot be asked: then nobody knows, and nobody may be called dead. */
  async isAlive(application: string, ari: Ari): Promise<boolean> {
    for (let asked = 0; asked < ASKED_TIMES; asked += 1) {
      if (await this.#answers(application, ari)) return true;
    }
    return false;
  }

  async #answers(application: string, ari: Ari): Promise<boolean> {
    let stop: () => void = () => undefined;
    const answer = new Promise<boolean>((resolve) => {
      const timer = this.#clock.setTimeout(() => resolve(false), ANSWER_PATIENCE_MS);
      stop = () => this.#clock.clearTimeout(timer);
      this.#waiting.set(application, resolve);
    });
    try {
      await ari.tellApplication(application, WHO_IS_THERE, { from: this.#application });
      return await answer;
    } catch (error) {
      // Nobody of that name: a moment later he may have come back.
      if (isNotFound(error)) return await answer;
      throw error;
    } finally {
      stop();
      this.#waiting.delete(application);
    }
  }
}
