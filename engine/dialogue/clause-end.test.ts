import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentenceSplitter } from './sentences.ts';

const split = (text: string, sizes: readonly number[] = [text.length + 1], maxChars = 200): string[] => {
  const splitter = new SentenceSplitter({ firstClause: true, maxChars });
  const pieces: string[] = [];
  for (let at = 0, i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(...splitter.push(text.slice(at, at + size)));
    at += size;
  }
  return [...pieces, ...splitter.flush()];
};

describe('the first clause of a reply', () => {
  it.each<[string, string[]]>([
    [
      'Да, я вас слушаю, сейчас всё расскажу, а потом отвечу. Хорошо?',
      ['Да, я вас слушаю,', 'сейчас всё расскажу, а потом отвечу.', 'Хорошо?'],
    ],
    ['Здравствуйте, Иван Петрович, меня зовут Анна.', ['Здравствуйте, Иван Петрович,', 'меня зовут Анна.']],
    [
      'Тариф стоит 1,5 тысячи, а подключение бесплатно.',
      ['Тариф стоит 1,5 тысячи,', 'а подключение бесплатно.'],
    ],
    [
      'I understand you completely, so let me be brief.',
      ['I understand you completely,', 'so let me be brief.'],
    ],
    ['It is quite simple really, I can show you.', ['It is quite simple really,', 'I can show you.']],
    ['У нас есть два варианта: первый подешевле.', ['У нас есть два варианта:', 'первый подешевле.']],
    [
      'Подключение у нас займёт один день — дальше всё работает само.',
      ['Подключение у нас займёт один день —', 'дальше всё работает само.'],
    ],
    ['Я вас хорошо понял, в таком случае перезвоню.', ['Я вас хорошо понял,', 'в таком случае перезвоню.']],
  ])('%j is spoken by clauses', (text, pieces) => {
    expect(split(text)).toEqual(pieces);
    for (const size of [1, 2, 3, 7]) expect(split(text, [size])).toEqual(pieces);
  });

  it.each([
    ['too short', 'Да, конечно, расскажу.'],
    ['what hangs on it: что', 'Я хочу вам сказать, что всё готово.'],
    ['который behind a preposition', 'У нас есть удобный кабинет, в котором видны звонки.'],
    ['that', 'I would like to say, that we are ready.'],
    ['for which', 'We have a small office, for which we pay.'],
    ['because', 'We are calling you today, because you asked.'],
    ['the first half hangs', 'Если вам будет удобно завтра, я перезвоню.'],
    ['when it opens', 'When you are ready again, call me.'],
    ['an address alone', 'Иван Петрович Иванов, добрый день.'],
    ['an address with respect', 'Уважаемый Иван Петрович, добрый день.'],
    ['a name behind', 'Я вас прекрасно понял, Иван.'],
    ['a number', 'Офис открыт в понедельник, 15 мая.'],
    ['a number’s comma', 'Стоит это всего примерно 1,5 рубля.'],
    ['in quotes', 'Он мне вчера сказал «ну вот и всё, я пошёл домой» и ушёл.'],
    ['in brackets', 'Мы работаем каждый день (с девяти утра, без обеда и выходных).'],
    ['a word in between', 'Наш новый сервис, кстати, умеет многое.'],
    ['a tag', 'Давайте созвонимся с вами завтра, да?'],
    ['a participle', 'Мы небольшая компания HALO, помогающая бизнесу звонить.'],
    ['a dash for “is”', 'Стоимость нашего тарифа — девятьсот рублей.'],
    ['a hyphen', 'Это всё-таки очень кое-где бизнес-план.'],
    ['no mark', 'Мы предлагаем вам подключить наш новый сервис автоматических звонков уже сегодня.'],
  ])('not: %s', (_, text) => {
    expect(split(text)).toEqual([text]);
    expect(split(text, [1])).toEqual([text]);
  });

  it('is out as soon as the whole word behind its mark is', () => {
    const splitter = new SentenceSplitter({ firstClause: true });
    for (const token of ['Я ', 'вас ', 'хорошо ', 'понял, ']) expect(splitter.push(token)).toEqual([]);
    expect(splitter.push('сейчас ')).toEqual(['Я вас хорошо понял,']);
    // Later pieces are whole sentences, and a new text has a first clause again.
    expect(splitter.push('я всё вам расскажу, а потом отвечу, и')).toEqual([]);
    expect(splitter.flush()).toHaveLength(1);
    expect(splitter.push('Это совсем не сложно, я покажу.')).toEqual(['Это совсем не сложно,']);
  });

  it('is off unless asked for', () => {
    expect(new SentenceSplitter().push('Я вас хорошо понял, сейчас всё расскажу. И')).toEqual([
      'Я вас хорошо понял, сейчас всё расскажу.',
    ]);
  });

  const piece = fc.oneof(
    fc.constantFrom(
      ...', |, |: | — | - |; |. |? |\n| |«|»|"|(|)|1,5|15|что |который |в |если |Иван|да'.split('|'),
    ),
    fc.constantFrom('я ', 'вас ', 'слышу', 'понял', 'перезвоню ', 'and ', 'that ', '😀', '؟', '𐐨'),
    fc.string({ maxLength: 4, unit: 'grapheme' }),
  );
  const textOf = fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(''));
  const solid = (text: string) => text.replace(/\s+/g, '');

  it('loses nothing, gives no empty piece and depends on no chunks, whatever the text', () => {
    fc.assert(
      fc.property(textOf, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (text, sizes) => {
        const pieces = split(text, [text.length + 1], 40);
        expect(solid(pieces.join(' '))).toBe(solid(text));
        for (const each of pieces) {
          expect(each.trim()).not.toBe('');
          expect(each.length).toBeLessThanOrEqual(40);
        }
        expect(split(text, sizes, 40)).toEqual(pieces);
      }),
      { numRuns: 1000 },
    );
  });

  it('only cuts the first sentence further: the rest of the text is what it was', () => {
    fc.assert(
      fc.property(textOf, (text) => {
        const plain = new SentenceSplitter();
        const sentences = [...plain.push(text), ...plain.flush()];
        const pieces = split(text);
        if (pieces[0] === sentences[0]) expect(pieces).toEqual(sentences);
        else expect(sentences[0]?.startsWith(pieces[0] ?? '')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
