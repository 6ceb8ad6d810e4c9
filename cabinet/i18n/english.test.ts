import { msg, str } from '@lit/localize';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LANGUAGE_FACTS, SPOKEN_LANGUAGES } from '../../engine/contract/languages.ts';
import { findTexts } from '../testing/messages.ts';
import { counted, formatDateTime, formatDuration, formatGap, formatPercent } from '../ui/format.ts';
import { LANGUAGES, dispositionWords } from '../ui/words.ts';
import { DICTIONARIES } from './english.ts';
import { locale, showLocale } from './locale.ts';
import { serverWords } from './server-words.ts';

const entries = Object.entries(DICTIONARIES).flatMap(([name, dictionary]) =>
  Object.entries(dictionary).map(([russian, english]) => ({ name, russian, english })),
);
const known = new Set(entries.map(({ russian }) => russian));
const OWN_NAMES = new Set(LANGUAGES.map(({ own }) => own));

const holes = (text: string): string => (text.match(/\{\d+\}/g) ?? []).sort().join();

describe('the English of the cabinet', () => {
  const found = findTexts();

  it('has every message of the sources: add the missing ones to cabinet/i18n/en/<folder>.ts', () => {
    expect(found.messages.length).toBeGreaterThan(100);
    expect(found.messages.filter(({ key }) => !known.has(key))).toEqual([]);
  });

  it('has nothing to miss: no Russian stands outside msg()', () => {
    const names = ({ key, place }: { key: string; place: string }): boolean =>
      place.startsWith('ui/words.ts') && OWN_NAMES.has(key);
    expect(found.bare.filter((text) => !names(text))).toEqual([]);
    expect(found.unreadable.map(({ place }) => place.replace(/:\d+$/, ''))).toEqual(['i18n/server-words.ts']);
  });

  it('holds no message that nobody says', () => {
    const said = new Set(found.messages.map(({ key }) => key));
    const idle = entries.filter(({ name, russian }) => name !== 'server' && !said.has(russian));
    expect(idle.map(({ name, russian }) => `${name}: ${russian}`)).toEqual([]);
  });

  it('is English, with the same expressions and both forms of a counted word', () => {
    for (const { russian, english } of entries) {
      expect(english, russian).not.toMatch(/[а-яё]|^$/i);
      expect(holes(english), russian).toBe(holes(russian));
      expect(english.split('|').length, russian).toBe(russian.includes('|') ? 2 : 1);
    }
  });

  it('says the same thing in one way', () => {
    const first = new Map<string, string>();
    for (const { russian, english } of entries) {
      expect(english, russian).toBe(first.get(russian) ?? english);
      first.set(russian, english);
    }
  });
});

describe('an English page', () => {
  beforeAll(async () => {
    vi.stubGlobal('window', new EventTarget());
    await showLocale('en');
  });
  // Files share a worker, and libraries take a `window` for a browser (swagger-client then fails where nobody catches).
  afterAll(() => {
    vi.unstubAllGlobals();
  });

  it('shows messages, expressions and all', () => {
    expect(locale()).toBe('en');
    expect(msg('Запустить демо')).toBe('Start the demo');
    expect(msg(str`Подставить номер на ${'0486'}: ${msg('занято')}`)).toBe(
      'Use the number ending in 0486: is busy',
    );
    expect(dispositionWords('call_later')).toBe('Call back later');
    expect([serverWords('абонент занят'), serverWords('нечто новое')]).toEqual([
      'the line is busy',
      'нечто новое',
    ]);
  });

  it('writes numbers and dates the English way', () => {
    expect(formatDuration(104)).toBe('1 min 44 s');
    expect([formatPercent(0.374), formatGap(940)]).toEqual(['37%', '0.9 s']);
    expect([1, 2, 5, 21].map((count) => counted(count, msg('часть|части|частей')))).toEqual([
      '1 part',
      '2 parts',
      '5 parts',
      '21 parts',
    ]);
    expect(formatDateTime('2026-11-17T12:00:00Z')).toMatch(/^17 Nov 2026, \d\d:\d\d$/);
  });

  it('goes back to Russian', async () => {
    await showLocale('ru');
    expect([msg('Запустить демо'), formatPercent(0.374)]).toEqual(['Запустить демо', '37 %']);
  });
});

it('knows the own names of the languages that the engine speaks', () => {
  const own = Object.fromEntries(LANGUAGES.map((language) => [language.code, language.own]));
  for (const code of SPOKEN_LANGUAGES) expect(own[code]).toBe(LANGUAGE_FACTS[code].ownName);
});
