import type { PlayoutMeaning } from './call-events.ts';
import { firstAudible, type UtteranceOrder } from './utterance.ts';

const SAMPLES_PER_MS = 8;

/** Follows a filler on its way out. It is no utterance: it answers nobody, and the operator does not know of it. */
export class Interjection {
  readonly #text: string;
  readonly #replyTo: UtteranceOrder['replyTo'];
  readonly #sinceMs: number;
  #startSample: number | undefined;

  /** `previousEndMs`: where the filler before it ended; what the caller waited for counts from then. */
  constructor(text: string, replyTo: UtteranceOrder['replyTo'], previousEndMs: number) {
    this.#text = text;
    this.#replyTo = replyTo;
    this.#sinceMs = Math.max(replyTo?.endMs ?? 0, previousEndMs);
  }

  /** A frame of it has left. */
  played(samples: Int16Array, position: number): void {
    const first = firstAudible(samples);
    if (first !== undefined) this.#startSample ??= position + first;
  }

  /** It was heard to its end; nothing where there was nothing to hear. */
  end(position: number): readonly PlayoutMeaning[] {
    return this.#said(position, true);
  }

  cut(position: number): readonly PlayoutMeaning[] {
    return this.#said(position, false);
  }

  #said(position: number, complete: boolean): readonly PlayoutMeaning[] {
    if (this.#startSample === undefined) return [];
    const startMs = this.#startSample / SAMPLES_PER_MS;
    const reply =
      this.#replyTo === undefined ? {} : { replyTo: this.#replyTo.turn, gapMs: startMs - this.#sinceMs };
    const endMs = position / SAMPLES_PER_MS;
    return [{ type: 'filler.said', startMs, endMs, text: this.#text, complete, ...reply }];
  }
}
