import type { UtteranceKind } from '../contract/call-event.ts';
import type { SpokenLanguage } from '../contract/languages.ts';
import { PHRASE_BOOKS } from './phrase-books.ts';

/**
 * The `nth` (from 0) fixed phrase for an utterance of that kind; goes round. For a `reply` that the operator owes it
 * is the apology. The wording has no gender of the speaker, so that it fits every voice.
 */
export function phrase(kind: UtteranceKind, language: SpokenLanguage, nth = 0): string {
  const variants = PHRASE_BOOKS[language][kind === 'reply' ? 'apology' : kind];
  const text = variants[Math.abs(Math.trunc(nth)) % variants.length];
  if (text === undefined)
    throw new RangeError(`no ${kind} phrase in ${language}: add one to phrase-books.ts`);
  return text;
}

/** Every filler in that language; never empty. */
export function fillers(language: SpokenLanguage): readonly string[] {
  return PHRASE_BOOKS[language].filler;
}

/** All that may have to be said without the operator in that language, the most urgent first. */
export function fixedPhrases(language: SpokenLanguage): readonly string[] {
  const { filler, apology, clarify, reprompt, closing, greeting } = PHRASE_BOOKS[language];
  return [...filler, ...apology, ...clarify, ...reprompt, ...closing, ...greeting];
}
