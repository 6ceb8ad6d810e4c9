import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentenceSplitter, splitSentences } from './sentences.ts';

const inChunks = (text: string, size: number, maxChars = 200): string[] => {
  const splitter = new SentenceSplitter({ maxChars });
  const sentences: string[] = [];
  for (let i = 0; i < text.length; i += size) sentences.push(...splitter.push(text.slice(i, i + size)));
  return [...sentences, ...splitter.flush()];
};

describe('SentenceSplitter', () => {
  it.each<[string, string[]]>([
    ['Здравствуйте! Вам удобно говорить?', ['Здравствуйте!', 'Вам удобно говорить?']],
    ['Стоит 3.5 тыс. руб. в месяц. Подходит?', ['Стоит 3.5 тыс. руб. в месяц.', 'Подходит?']],
    ['От 990 руб. Это недорого.', ['От 990 руб.', 'Это недорого.']],
    ['Это, т. е. услуга, проста. Да.', ['Это, т. е. услуга, проста.', 'Да.']],
    ['Есть чаты, звонки и т. д. Всё в одном.', ['Есть чаты, звонки и т. д.', 'Всё в одном.']],
    ['Мы в г. Москва на ул. Ленина. Приезжайте!', ['Мы в г. Москва на ул. Ленина.', 'Приезжайте!']],
    ['Это А. С. Пушкин. Да.', ['Это А. С. Пушкин.', 'Да.']],
    ['Ну… не знаю. Подумаю…', ['Ну… не знаю.', 'Подумаю…']],
    ['Что?! Правда?', ['Что?!', 'Правда?']],
    ['Он сказал: «Да.» Потом ушёл.', ['Он сказал: «Да.»', 'Потом ушёл.']],
    ['Mr. Brown called. It is e.g. fine.', ['Mr. Brown called.', 'It is e.g. fine.']],
    ['Первое; второе.', ['Первое;', 'второе.']],
    ['سلام! آیا وقت دارید؟ بلی. تشکر', ['سلام!', 'آیا وقت دارید؟', 'بلی.', 'تشکر']],
    ['Salom! Qulaymi? Xayr.', ['Salom!', 'Qulaymi?', 'Xayr.']],
    ['Первая строка\nвторая строка', ['Первая строка', 'вторая строка']],
    ['1. Пункт первый. 2. Второй.', ['1. Пункт первый.', '2. Второй.']],
    ['', []],
    [' \n ', []],
  ])('%j', (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences);
    for (const size of [1, 2, 3, 7]) expect(inChunks(text, size)).toEqual(sentences);
  });

  it('gives a question out as soon as the space behind it comes', () => {
    const splitter = new SentenceSplitter();
    expect(splitter.push('Вам удобно?')).toEqual([]);
    expect(splitter.push(' ')).toEqual(['Вам удобно?']);
    expect(splitter.push('Да. ')).toEqual([]);
    expect(splitter.push('В')).toEqual(['Да.']);
    expect(splitter.flush()).toEqual(['В']);
    expect(splitter.flush()).toEqual([]);
  });

  it('cuts an endless sentence behind a comma', () => {
    const text = `${'слово '.repeat(8)}конец, ${'ещё '.repeat(30)}`;
    const [first] = splitSentences(text, 80);
    expect(first).toBe(`${'слово '.repeat(8)}конец,`);
    for (const sentence of splitSentences(text, 80)) expect(sentence.length).toBeLessThanOrEqual(80);
  });

  const piece = fc.oneof(
    fc.constantFrom(
      '.',
      '!',
      '?',
      '…',
      '؟',
      ';',
      ' ',
      ' ',
      '\n',
      ',',
      'т. е. ',
      'руб. ',
      '3.5',
      '»',
      '«',
      'Да',
      'А. ',
      '😀',
    ),
    fc.string({ maxLength: 6 }),
    fc.string({ maxLength: 4, unit: 'grapheme' }),
  );
  const textOf = fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(''));

  it('loses nothing, whatever the text', () => {
    const solid = (text: string) => text.replace(/\s+/g, '');
    fc.assert(
      fc.property(textOf, fc.integer({ min: 20, max: 60 }), (text, maxChars) => {
        const sentences = splitSentences(text, maxChars);
        expect(solid(sentences.join(' '))).toBe(solid(text));
        for (const sentence of sentences) expect(sentence.length).toBeLessThanOrEqual(maxChars);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on how the text is cut into pieces', () => {
    fc.assert(
      fc.property(textOf, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (text, sizes) => {
        const splitter = new SentenceSplitter({ maxChars: 40 });
        const sentences: string[] = [];
        for (let at = 0, i = 0; at < text.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          sentences.push(...splitter.push(text.slice(at, at + size)));
          at += size;
        }
        expect([...sentences, ...splitter.flush()]).toEqual(splitSentences(text, 40));
      }),
      { numRuns: 500 },
    );
  });
});

describe('A guess at the next sentence', () => {
  it.each<[string, string | undefined]>([
    ['Да', undefined],
    ['Вам удобно?', 'Вам удобно?'],
    ['Хорошо. ', 'Хорошо.'],
    ['Это стоит 3.', undefined],
    ['Мы в г.', undefined],
    ['Это А.', undefined],
    ['Стоит 990 руб.', 'Стоит 990 руб.'],
    ['По заявке всё понятно,', 'По заявке всё понятно,'],
    ['По заявке всё понятно, сей', 'По заявке всё понятно,'],
    ['По заявке всё понятно, Ив', undefined],
    ['По заявке всё понятно, 1', undefined],
    ['Это стоит всего 1,', undefined],
    ['Да,', undefined],
    ['Если вам это удобно,', undefined],
    ['Раз. Два.', 'Два.'],
  ])('behind %j is %j', (text, guess) => {
    const splitter = new SentenceSplitter({ firstClause: true });
    splitter.push(text);
    expect(splitter.guess()).toBe(guess);
  });

  it('comes before the sentence that it names, and changes nothing', () => {
    const replies = [
      'По вашей заявке понятно, сейчас я коротко отвечу. Тариф подключается за один день. Вам подходит?',
      'Здравствуйте! Это Анна, компания HALO. Удобно говорить?',
      'Мы предлагаем тариф, который стоит 3.5 тыс. руб. в месяц. Прислать?',
    ];
    for (const reply of replies) {
      const splitter = new SentenceSplitter({ firstClause: true });
      const guessed = new Set<string | undefined>();
      const sentences: string[] = [];
      for (const char of reply) {
        sentences.push(...splitter.push(char));
        guessed.add(splitter.guess());
      }
      const plain = new SentenceSplitter({ firstClause: true });
      expect([...sentences, ...splitter.flush()]).toEqual([...plain.push(reply), ...plain.flush()]);
      for (const sentence of sentences) expect(guessed).toContain(sentence);
    }
  });
});
