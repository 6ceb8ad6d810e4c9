import { describe, expect, it } from 'vitest';
import { SPOKEN_LANGUAGES } from '../contract/languages.ts';
import { saysGoodbye } from './farewell.ts';
import type { UtteranceKind } from '../contract/call-event.ts';
import { PHRASE_BOOKS } from './phrase-books.ts';
import { fillers, phrase } from './phrases.ts';
import { splitSentences } from './sentences.ts';

const SCRIPTS = {
  ru: /^[\P{L}\p{Script=Cyrillic}]+$/u,
  tj: /^[\P{L}\p{Script=Cyrillic}]+$/u,
  kk: /^[\P{L}\p{Script=Cyrillic}]+$/u,
  ky: /^[\P{L}\p{Script=Cyrillic}]+$/u,
  'fa-af': /^[\P{L}\p{Script=Arabic}]+$/u,
  uz: /^[\P{L}\p{Script=Latin}ʻ]+$/u,
  tm: /^[\P{L}\p{Script=Latin}]+$/u,
  az: /^[\P{L}\p{Script=Latin}]+$/u,
  en: /^[\P{L}\p{Script=Latin}]+$/u,
  tr: /^[\P{L}\p{Script=Latin}]+$/u,
};

describe.each([...SPOKEN_LANGUAGES])('phrases in %s', (language) => {
  it('are short, whole and in the script of the language', () => {
    for (const text of Object.values(PHRASE_BOOKS[language]).flat() as string[]) {
      expect(text).toMatch(SCRIPTS[language]);
      expect(text).toMatch(/[.!?؟]$/);
      expect(splitSentences(text).length).toBeLessThanOrEqual(3);
      expect(text.length).toBeLessThanOrEqual(120);
    }
  });

  it('say goodbye when closing, and only then', () => {
    expect(saysGoodbye(phrase('closing', language), language)).toBe(true);
    for (const kind of ['greeting', 'reprompt', 'clarify', 'apology', 'reply'] satisfies UtteranceKind[]) {
      for (const nth of [0, 1, 2]) expect(saysGoodbye(phrase(kind, language, nth), language)).toBe(false);
    }
    for (const text of fillers(language)) expect(saysGoodbye(text, language)).toBe(false);
  });

  it('vary, and go round', () => {
    expect(phrase('clarify', language, 0)).not.toBe(phrase('clarify', language, 1));
    expect(phrase('reprompt', language, 2)).toBe(phrase('reprompt', language, 0));
  });
});
