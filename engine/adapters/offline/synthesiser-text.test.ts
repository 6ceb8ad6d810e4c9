import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../../contract/errors.ts';
import { speakable } from './synthesiser-text.ts';

describe('speakable', () => {
  it.each([
    ['Стоимость 1500 ₽, скидка 20%.', 'Стоимость 1500 рублей, скидка 20 процентов.'],
    ['от 1 000 000 руб. до 2 500 руб.', 'от 1000000 рублей до 2500 рублей'],
    ['1 ₽, 3 ₽, 11 ₽, 21 ₽, 2,5 ₽', '1 рубль, 3 рубля, 11 рублей, 21 рубль, 2 и 5 рубля'],
    ['5 тыс. ₽ и 2 млн рублей', '5 тысяч рублей и 2 миллиона рублей'],
    ['$100 или 50 €', '100 долларов или 50 евро'],
    ['+7 999 123-45-67', 'плюс 7, 999, 123, 45, 67'],
    ['89991230407', '8, 999, 123, ноль 4, ноль 7'],
    ['Это HALO, пришлём SMS и т.д.', 'Это Хало, пришлём эсэмэс и так далее'],
    ['т.е. офис №3, г. Москва, ул. Ленина, д. 5', 'то есть офис номер 3, город Москва, улица Ленина, дом 5'],
    ['работаем 24/7, до 18:30', 'работаем 24 на 7, до 18:30'],
    ['рубашка, рубеж и рубль', 'рубашка, рубеж и рубль'],
    ['«Да» — сказал он 🙂 **сразу**', '«Да» — сказал он сразу'],
  ])('%s → %s', (text, said) => {
    expect(speakable(text, 'ru')).toBe(said);
  });

  it('leaves the numbers of other languages to the engine', () => {
    expect(speakable('It costs $5, 20% off.', 'en')).toBe('It costs $5, 20% off.');
  });

  it.each(['', '   ', '…', '?!', '🙂', '\u0000'])('has nothing to say for %j', (text) => {
    expect(() => speakable(text, 'ru')).toThrow(expect.objectContaining({ code: 'TTS_EMPTY' }));
  });

  it('gives one line without commands, or refuses, for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom('ru' as const, 'en' as const),
        (text, language) => {
          try {
            const said = speakable(text, language);
            expect(said).not.toMatch(/[<>[\]\n\r\0]/);
            expect(said.isWellFormed()).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(ProviderError);
          }
        },
      ),
    );
  });

  it('is quick on texts made to be slow', () => {
    const started = performance.now();
    for (const text of ['1 '.repeat(500), '1'.repeat(1000), '8 ('.repeat(300), '1 000'.repeat(200)])
      speakable(text, 'ru');
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
