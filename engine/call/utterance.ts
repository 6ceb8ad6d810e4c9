import type { UtteranceKind } from '../contract/call-event.ts';
import type { PlayoutMeaning } from './call-events.ts';

/** Stands in the playout queue before the sound it names. */
export type UtteranceMark =
  | { readonly type: 'sentence'; readonly utterance: number; readonly text: string }
  | { readonly type: 'end'; readonly utterance: number }
  /** A filler stands between these two. */
  | { readonly type: 'filler'; readonly part: 'begin' | 'end' };

export interface UtteranceOrder {
  readonly utterance: number;
  readonly kind: UtteranceKind;
  /** The caller's turn it answers; `endMs` is his last voiced sample. */
  readonly replyTo?: { readonly turn: number; readonly endMs: number };
}

/** Quieter than −46 dBFS is not yet the voice but the synthesiser's breath before it. */
const AUDIBLE = 164;
const SAMPLES_PER_MS = 8;

/** Index of the first sample that can be heard; undefined: silence. */
export function firstAudible(samples: Int16Array): number | undefined {
  for (let i = 0; i < samples.length; i++) if (samples[i]! > AUDIBLE || samples[i]! < -AUDIBLE) return i;
  return undefined;
}

/**
 * Follows one utterance on its way out and says what the caller has heard of it. Pure: positions are samples since
 * the answer. It starts with its first audible sample, not with its first frame.
 */
export class Utterance {
  readonly #order: UtteranceOrder;
  #followsMs: number | undefined;
  readonly #sentences: { text: string; startSample: number; endSample: number | undefined }[] = [];
  #started = false;
  #finished = false;
  /** Samples of the last sentence's time in which it was not it that was heard. */
  #otherwise = 0;

  constructor(order: UtteranceOrder) {
    this.#order = order;
  }

  get utterance(): number {
    return this.#order.utterance;
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** It has begun to be heard and has not ended. */
  get isHeard(): boolean {
    return this.#started && !this.#finished;
  }

  /** The mark was reached: what was queued behind it is heard from `position` on. */
  pass(mark: UtteranceMark, position: number): PlayoutMeaning[] {
    if (this.#finished || mark.type === 'filler' || mark.utterance !== this.utterance) return [];
    const last = this.#sentences.at(-1);
    if (last !== undefined) last.endSample = position;
    if (mark.type === 'sentence') {
      this.#otherwise = 0;
      this.#sentences.push({ text: mark.text, startSample: position, endSample: undefined });
      return this.#started ? [this.#sentence(mark.text)] : [];
    }
    const begun = this.#started ? [] : this.#begin(position);
    return [...begun, ...this.#finish(position, this.#text(), true)];
  }

  /** A filler before it ended there: what the caller waited for counts from then. */
  follows(fillerEndMs: number): void {
    this.#followsMs = fillerEndMs;
  }

  /** For so many samples it was held back, or something else was heard in its place. */
  waited(samples: number): void {
    this.#otherwise += samples;
  }

  /** A frame of it has left; `position` is that of its first sample. */
  played(samples: Int16Array, position: number): PlayoutMeaning[] {
    if (this.#started || this.#finished || this.#sentences.length === 0) return [];
    const first = firstAudible(samples);
    return first === undefined ? [] : this.#begin(position + first);
  }

  /** It is cut off at `position`: says what was heard until then. `unheardSamples` of the last sentence were queued. */
  cut(position: number, unheardSamples: number): PlayoutMeaning[] {
    if (this.#finished) return [];
    if (!this.#started) {
      this.#finished = true;
      return [];
    }
    const last = this.#sentences.at(-1);
    if (last === undefined) return this.#finish(position, '', false);
    const heardSamples = Math.max(0, position - last.startSample - this.#otherwise);
    const share = heardSamples / Math.max(1, heardSamples + unheardSamples);
    const words = last.text.split(' ');
    const heardWords = words.slice(0, Math.floor(words.length * share)).join(' ');
    const before = this.#sentences.slice(0, -1).map((sentence) => sentence.text);
    const text = [...before, heardWords].filter((part) => part !== '').join(' ');
    return this.#finish(position, text === this.#text() ? text : `${text}…`, false);
  }

  #begin(position: number): PlayoutMeaning[] {
    this.#started = true;
    const startMs = position / SAMPLES_PER_MS;
    const { utterance, kind, replyTo } = this.#order;
    const sinceMs = Math.max(replyTo?.endMs ?? 0, this.#followsMs ?? 0);
    const reply = replyTo === undefined ? {} : { replyTo: replyTo.turn, gapMs: startMs - sinceMs };
    return [
      { type: 'utterance.started', utterance, kind, startMs, ...reply },
      ...this.#sentences.map((sentence) => this.#sentence(sentence.text)),
    ];
  }

  #sentence(text: string): PlayoutMeaning {
    return { type: 'utterance.sentence', utterance: this.utterance, text };
  }

  #finish(position: number, text: string, complete: boolean): PlayoutMeaning[] {
    this.#finished = true;
    return [
      {
        type: 'utterance.finished',
        utterance: this.utterance,
        endMs: position / SAMPLES_PER_MS,
        text,
        complete,
      },
    ];
  }

  #text(): string {
    return this.#sentences.map((sentence) => sentence.text).join(' ');
  }
}
