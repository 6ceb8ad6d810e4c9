import type { Pcm } from '../ports/speech.ts';
import { Ahead } from './ahead.ts';
import type { StageFailure } from './call-events.ts';

/** The words of an utterance as they come. */
export type Words =
  | { readonly type: 'sentence'; readonly text: string }
  /** What the next sentence will be, most likely; undefined: nobody can say. */
  | { readonly type: 'guess'; readonly text: string | undefined }
  | { readonly type: 'failed'; readonly failure: StageFailure };

/** After so many guesses in an utterance that were wrong, it is spoken without: each has cost a request. */
const MAX_WRONG_GUESSES = 2;

/**
 * Asks for the sound of sentences before their time, never more than one ahead: the first as soon as its words are
 * likely, each further one when the one before it sounds. What was asked for and is not what comes is stopped without a
 * trace; nothing is given out before its sentence is certain.
 */
export class VoiceAhead {
  readonly #speak: (text: string, signal: AbortSignal) => AsyncIterable<Pcm>;
  /** Certain, and not taken yet. */
  readonly #waiting: string[] = [];
  #guess: string | undefined;
  #wrongGuesses = 0;
  #next: { readonly text: string; readonly sound: Ahead<Pcm> } | undefined;
  #current: Ahead<Pcm> | undefined;
  /** A request whose first sound has not come: no other is begun beside it. */
  #isBeginning = false;
  #closed = false;

  constructor(speak: (text: string, signal: AbortSignal) => AsyncIterable<Pcm>) {
    this.#speak = speak;
  }

  /** Passes the words on, without the guesses, and acts upon them as they come. */
  async *follow(words: AsyncIterable<Words>): AsyncGenerator<Exclude<Words, { type: 'guess' }>> {
    for await (const piece of words) {
      if (piece.type === 'failed') this.#guess = undefined;
      else if (piece.type === 'guess') this.#guess = piece.text;
      else {
        this.#waiting.push(piece.text);
        this.#guess = undefined;
      }
      this.#lookAhead();
      if (piece.type !== 'guess') yield piece;
    }
  }

  /** The sound of the next certain sentence: what was begun of it, then the rest as it comes. For one reader. */
  async *take(text: string): AsyncGenerator<Pcm> {
    const next = this.#next;
    this.#next = undefined;
    this.#waiting.shift();
    // One that has failed unheard may have failed because of its company: alone it gets a second chance.
    if (next?.text === text && !next.sound.isVain) {
      this.#current = next.sound;
    } else {
      next?.sound.abandon();
      this.#current = this.#ask(text);
    }
    this.#isBeginning = true;
    for await (const pcm of this.#current.take()) {
      if (this.#isBeginning) {
        this.#isBeginning = false;
        this.#lookAhead();
      }
      yield pcm;
    }
    this.#current = undefined;
  }

  /** Stops everything. */
  close(): void {
    this.#closed = true;
    this.#current?.abandon();
    this.#next?.sound.abandon();
    this.#next = undefined;
  }

  #lookAhead(): void {
    const likely = this.#waiting[0] ?? this.#guess;
    if (this.#next !== undefined && this.#next.text !== likely) {
      this.#next.sound.abandon();
      this.#next = undefined;
      this.#wrongGuesses += 1;
    }
    if (this.#closed || this.#isBeginning || likely === undefined || this.#next !== undefined) return;
    if (this.#waiting.length === 0 && this.#wrongGuesses >= MAX_WRONG_GUESSES) return;
    this.#next = { text: likely, sound: this.#ask(likely) };
  }

  #ask(text: string): Ahead<Pcm> {
    return new Ahead((signal) => this.#speak(text, signal));
  }
}
