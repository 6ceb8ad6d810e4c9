import { describe, expect, it } from 'vitest';
import { SPOKEN_LANGUAGES, type SpokenLanguage } from '../../../engine/contract/languages.ts';
import { CONNECTED_WORDS, STRANGER_WORDS } from './words.ts';

const CYRILLIC = /^[\P{L}\p{Script=Cyrillic}]+$/u;
const LATIN = /^[\P{L}\p{Script=Latin}ʻ]+$/u;
const SCRIPTS: Readonly<Record<SpokenLanguage, RegExp>> = {
  ru: CYRILLIC,
  tj: CYRILLIC,
  kk: CYRILLIC,
  ky: CYRILLIC,
  'fa-af': /^[\P{L}\p{Script=Arabic}]+$/u,
  uz: LATIN,
  tm: LATIN,
  az: LATIN,
  en: LATIN,
  tr: LATIN,
};

describe('what the bot says', () => {
  it.each([...SPOKEN_LANGUAGES])('in %s is whole and in the script of the language', (language) => {
    for (const text of Object.values(CONNECTED_WORDS[language]) as string[]) {
      expect(text.replace(/HALO|Telegram/g, '')).toMatch(SCRIPTS[language]);
      expect(text).toMatch(/\.$/);
      expect(text.length).toBeLessThanOrEqual(160);
    }
  });

  it('is different in every language, and for every case', () => {
    const all = [...Object.values(CONNECTED_WORDS).flatMap(({ bound, known }) => [bound, known])];
    all.push(...Object.values(STRANGER_WORDS));
    expect(new Set(all).size).toBe(all.length);
  });
});
