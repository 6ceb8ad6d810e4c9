import { describe, expect, it } from 'vitest';
import { saysGoodbye } from '../../engine/dialogue/farewell.ts';
import { splitSentences } from '../../engine/dialogue/sentences.ts';
import { fixedWords, namedReply, streamed, wordsBetween } from './provider-words.ts';

describe.each(['ru', 'en'] as const)('replies in %s', (language) => {
  const replies = Array.from({ length: 380 }, (_, nth) => namedReply(language, nth));

  it('have a first sentence of 11 words with a comma behind the fourth or fifth', () => {
    for (const { words, clauseWords } of replies) {
      const sentences = splitSentences(streamed(words).join(''));
      expect(sentences).toHaveLength(2);
      expect(sentences[0]!.split(' ')).toHaveLength(11);
      expect([4, 5]).toContain(clauseWords);
    }
  });

  it('are told apart by their names, which every sentence has, and end no call', () => {
    expect(new Set(replies.map(({ name }) => name)).size).toBe(replies.length);
    for (const { name, words } of replies.slice(0, 20)) {
      expect(splitSentences(words.join(' ')).every((sentence) => sentence.includes(name))).toBe(true);
      expect(saysGoodbye(words.join(' '), language)).toBe(false);
    }
    expect(saysGoodbye(fixedWords(language, 'goodbye').join(' '), language)).toBe(true);
  });
});

describe('wordsBetween', () => {
  const text = 'Пароль неверен. Введите пароль и нажмите решетку.';

  it('gives the whole, a beginning that ends where people pause, and the rest', () => {
    expect(wordsBetween(text, 0, 1)).toBe(text);
    for (const share of [0.28, 0.32, 0.38]) {
      expect(wordsBetween(text, 0, share)).toBe('Пароль неверен.');
      expect(wordsBetween(text, share, 1)).toBe('Введите пароль и нажмите решетку.');
    }
    expect(wordsBetween(text, 0, 0)).toBe('');
  });
});
