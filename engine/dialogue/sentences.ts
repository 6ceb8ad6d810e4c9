import { isClauseEnd } from './clause-end.ts';
import { isSentenceEnd } from './sentence-end.ts';

/** A sentence longer than this is cut: the synthesiser must not wait for a speaker of endless sentences. */
const MAX_SENTENCE_CHARS = 200;
/** Behind a sentence's end; where the mark belongs to a number or an abbreviation, it is none with this behind it too. */
const USUALLY_NEXT = ' Да';

export interface SplitOptions {
  readonly maxChars?: number;
  /**
   * The first piece of a text may be a clause that can stand alone («Да, это удобно сделать, …»): the synthesiser
   * starts while the rest of the sentence is still being made. Off by default. Without such a clause the first piece
   * is the whole sentence: a cut without a mark (after the eighth word, say) would be heard as a break in the voice.
   */
  readonly firstClause?: boolean;
}

/**
 * Cuts streamed text into sentences. Pieces may have any size and break anywhere, inside a surrogate pair too: the
 * sentences are the same. Nothing is lost but white space at the cuts. A sentence is given out as soon as the text
 * behind it shows that it has ended (for `!` and `?` the space, for a full stop the next word's first letter).
 */
export class SentenceSplitter {
  readonly #maxChars: number;
  readonly #firstClause: boolean;
  /** Nothing of this text has been given out. */
  #atStart = true;
  /** White space in it is one character: a space, or a newline where there was one. */
  #text = '';
  /** Before this no sentence and no clause ends, whatever comes: a text that comes in pieces is read once. */
  #ruledOut = 0;

  constructor(options: SplitOptions = {}) {
    this.#maxChars = Math.max(20, options.maxChars ?? MAX_SENTENCE_CHARS);
    this.#firstClause = options.firstClause ?? false;
  }

  /** Takes the next piece; returns the sentences it has completed. */
  push(piece: string): string[] {
    this.#append(piece);
    return this.#take(false);
  }

  /** The text has ended: returns what is left, and is ready for a new text. */
  flush(): string[] {
    const rest = this.#take(true);
    this.#text = '';
    this.#ruledOut = 0;
    this.#atStart = true;
    return rest;
  }

  /**
   * What the next sentence will be, most likely, where that hangs on text that has not come yet: up to a mark that may
   * be an end. The text to come may prove it wrong. Undefined: nothing can be said of it.
   */
  guess(): string | undefined {
    const text = this.#text;
    for (let at = this.#ruledOut; at < Math.min(text.length, this.#maxChars); at++) {
      if (this.#firstClause && this.#atStart && isClauseEnd(text, at, false) === 'unknown')
        return mayBeClause(text, at) ? text.slice(0, at + 1) : undefined;
      if (isSentenceEnd(text, at, false) !== 'unknown') continue;
      // «3.» of «3.5».
      if (/\p{N}.$/u.test(text)) return undefined;
      const end = isSentenceEnd(`${text.trimEnd()}${USUALLY_NEXT}`, at, false);
      return typeof end === 'object' && end.length <= this.#maxChars ? text.slice(0, end.length) : undefined;
    }
    return undefined;
  }

  #append(piece: string): void {
    for (const unit of piece.match(/\s+|\S+/g) ?? []) {
      if (/\S/.test(unit)) {
        this.#text += unit;
        continue;
      }
      const space = unit.includes('\n') ? '\n' : ' ';
      if (this.#text === '') continue;
      if (!/\s$/.test(this.#text)) this.#text += space;
      else if (space === '\n') this.#text = `${this.#text.slice(0, -1)}\n`;
    }
  }

  #take(ended: boolean): string[] {
    const sentences: string[] = [];
    for (;;) {
      const length = this.#nextLength(ended);
      if (length === undefined) return sentences;
      const sentence = this.#text.slice(0, length).trim();
      this.#text = this.#text.slice(length).trimStart();
      this.#ruledOut = 0;
      if (sentence === '') continue;
      sentences.push(sentence);
      this.#atStart = false;
    }
  }

  /** Length of the first sentence, or undefined while it cannot be known. */
  #nextLength(ended: boolean): number | undefined {
    const text = this.#text;
    if (text === '') return undefined;
    for (let at = this.#ruledOut; at < text.length; at++) {
      if (at > this.#maxChars) break;
      this.#ruledOut = at;
      if (text[at] === '\n') return at;
      if (this.#firstClause && this.#atStart) {
        const clause = isClauseEnd(text, at, ended);
        if (clause === 'unknown') return undefined;
        if (clause !== 'no' && clause.length <= this.#maxChars) return clause.length;
      }
      const end = isSentenceEnd(text, at, ended);
      if (end === 'unknown') return at + 1 > this.#maxChars ? this.#cut(text) : undefined;
      if (end !== 'no') return end.length <= this.#maxChars ? end.length : this.#cut(text);
    }
    // A trailing space may yet become a newline: the character behind it must have come before a cut is certain.
    if (text.length > this.#maxChars + 1) return this.#cut(text);
    if (!ended) return undefined;
    return text.trimEnd().length > this.#maxChars ? this.#cut(text) : text.length;
  }

  /** Where to cut a sentence without an end: behind the last comma, else at the last space, else anywhere. */
  #cut(text: string): number {
    const window = text.slice(0, this.#maxChars);
    const comma = window.search(/[,،:;—–][^,،:;—–]*$/u);
    if (comma >= this.#maxChars / 4) return comma + 1;
    const space = window.search(/\s\S*$/);
    if (space > 0) return space;
    return /[\uD800-\uDBFF]$/.test(window) ? window.length - 1 : window.length;
  }
}

/** The comma of «1,5», and one before a name or a number («, Иван», «, 15 мая»), will be none. */
function mayBeClause(text: string, at: number): boolean {
  return !/\p{N}$/u.test(text.slice(0, at)) && !/^\s*[\p{Lu}\p{N}]/u.test(text.slice(at + 1));
}

/** The sentences of a whole text. */
export function splitSentences(text: string, maxChars: number = MAX_SENTENCE_CHARS): string[] {
  const splitter = new SentenceSplitter({ maxChars });
  return [...splitter.push(text), ...splitter.flush()];
}
