import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPOKEN_LANGUAGES, type SpokenLanguage } from '../contract/languages.ts';
import { isBackchannel, NO_RHYTHM, notePause, silenceBeforeEnd, type Rhythm } from './turn-end.ts';

const after = (text: string | undefined, language: SpokenLanguage, rhythm = NO_RHYTHM) =>
  silenceBeforeEnd({ text, language, rhythm });
const rhythmOf = (...pauses: number[]): Rhythm => pauses.reduce(notePause, NO_RHYTHM);

describe('silenceBeforeEnd, of words', () => {
  it.each<[SpokenLanguage, string]>([
    ['ru', 'Я хотел бы узнать про тариф и'],
    ['ru', 'Я хотел бы узнать про тариф и…'],
    ['ru', 'Мне нужно перезвонить на.'],
    ['ru', 'Ну'],
    ['ru', 'Ну...'],
    ['ru', 'Эээ'],
    ['ru', 'Мне бы хотелось, эээ.'],
    ['ru', 'Я думаю, что'],
    ['ru', 'Это, как бы'],
    ['en', 'I would like to know about the price and'],
    ['en', 'I need it because'],
    ['en', 'Well, um'],
    ['en', 'We are looking for a.'],
    ['en', 'It depends on…'],
    ['uz', 'Men bilmoqchi edim, lekin'],
    ['tj', 'Ман мехоҳам донам, аммо'],
    ['kk', 'Мен білгім келеді, бірақ'],
    ['kk', 'Я хотел узнать и'],
    ['ky', 'Мен билгим келет, бирок'],
    ['tm', 'Men bilmek isleýärin, ýöne'],
    ['az', 'Mən bilmək istəyirəm, amma'],
    ['fa-af', 'میخواهم بدانم ولی'],
    ['tr', 'Bilmek istiyorum ama'],
  ])('waits long after what breaks off: %s «%s»', (language, text) => {
    expect(after(text, language)).toBe(1200);
  });

  it.each<[SpokenLanguage, string]>([
    ['ru', 'Смотрите,'],
    ['ru', 'У меня такой вопрос —'],
    ['ru', 'Если вы сможете прислать мне договор'],
    ['ru', 'Хорошо. Когда придёт мастер.'],
    ['en', 'First of all,'],
    ['en', 'If you could send me the contract'],
    ['uz', 'Agar vaqtingiz boʻlsa'],
    ['kk', 'Егер уақытыңыз болса'],
    ['tr', 'Vaktiniz olursa'],
    ['az', 'Əgər vaxtınız olsa'],
    ['fa-af', 'اگر شما وقت دارید'],
  ])('waits longer after half a sentence: %s «%s»', (language, text) => {
    expect(after(text, language)).toBe(1000);
  });

  it.each<[SpokenLanguage, string]>([
    ['ru', 'Восемь девятьсот'],
    ['ru', 'Мой номер восемь'],
    ['ru', '8 900 123'],
    ['ru', 'Запишите: +7 900'],
    ['ru', 'восемь девятьсот двадцать пять сто двадцать три'],
    ['en', 'My number is five'],
    ['en', 'five five five one two'],
    ['en', 'It is 555-12'],
    ['uz', 'toʻqson toʻqqiz sakkiz'],
    ['kk', 'сегіз жеті жүз'],
    ['tr', 'beş yüz otuz iki dört yüz'],
    ['az', 'beş yüz əlli iki yüz'],
    ['fa-af', 'صفر هفت صفر'],
    ['uz', 'восемь девятьсот'],
  ])('waits longer while a number is dictated: %s «%s»', (language, text) => {
    expect(after(text, language)).toBe(1100);
  });

  it.each<[SpokenLanguage, string]>([
    ['ru', 'Двадцать пять.'],
    ['ru', 'Девятьсот двадцать пять'],
    ['ru', 'Мне нужно 15'],
    ['ru', '8 900 123 45 67'],
    ['ru', 'восемь девятьсот двадцать пять сто двадцать три сорок пять шестьдесят семь'],
    ['en', 'Twenty five'],
    ['en', 'nine hundred'],
    ['en', '415 555 1234'],
    ['ru', 'Давайте созвонимся в понедельник.'],
    ['ru', 'Если можно, перезвоните завтра.'],
    ['en', 'Please call me back tomorrow.'],
    ['uz', 'Ertaga qoʻngʻiroq qiling.'],
    ['ru', ''],
    ['en', '…'],
  ])('is the default after %s «%s»', (language, text) => {
    expect(after(text, language)).toBe(600);
  });

  it.each<[SpokenLanguage, string, number]>([
    ['ru', 'Сколько это стоит?', 450],
    ['ru', 'И сколько это стоит?', 450],
    ['en', 'How much is it?', 450],
    ['fa-af', 'قیمت آن چند است؟', 450],
    ['ru', 'Всего доброго, до свидания!', 450],
    ['en', 'Goodbye.', 450],
    ['tr', 'Hoşça kalın.', 450],
    ['ru', 'Да.', 400],
    ['ru', 'Нет, спасибо.', 400],
    ['ru', 'Не надо, спасибо', 400],
    ['en', 'No, thank you.', 400],
    ['uz', 'Yoʻq, rahmat.', 400],
    ['tj', 'Не, ташаккур.', 400],
    ['kk', 'Жоқ, рақмет', 400],
    ['ky', 'Ооба', 400],
    ['tm', 'Hawa', 400],
    ['az', 'Xeyr, sağ olun', 400],
    ['fa-af', 'نه تشکر', 400],
    ['tr', 'Hayır, teşekkürler', 400],
  ])('does not keep waiting when it is whole: %s «%s»', (language, text, ms) => {
    expect(after(text, language)).toBe(ms);
  });

  it('is the default when nothing is known', () => {
    for (const language of SPOKEN_LANGUAGES) expect(after(undefined, language)).toBe(600);
  });
});

describe('silenceBeforeEnd, of rhythm', () => {
  const slow = rhythmOf(600, 700, 550, 800, 650, 700);
  const brisk = rhythmOf(140, 160, 150, 130, 170, 150);

  it('gives a slow speaker more and a brisk one less', () => {
    expect(after(undefined, 'ru', slow)).toBeGreaterThan(750);
    expect(after(undefined, 'ru', brisk)).toBeLessThan(560);
    expect(after('Мне нужно перезвонить на', 'ru', slow)).toBe(1300);
    expect(after('Да.', 'ru', brisk)).toBe(400);
  });

  it('believes one pause little and many more', () => {
    const once = after(undefined, 'ru', rhythmOf(700));
    expect(once).toBeGreaterThan(600);
    expect(once).toBeLessThan(after(undefined, 'ru', rhythmOf(700, 700, 700, 700)));
  });

  it('follows a caller who changes', () => {
    let rhythm = slow;
    for (let n = 0; n < 20; n++) rhythm = notePause(rhythm, 150);
    expect(after(undefined, 'ru', rhythm)).toBeLessThan(560);
  });

  it('leaves out what is no rhythm', () => {
    for (const ms of [0, -5, NaN, 2001, Infinity]) expect(notePause(brisk, ms)).toBe(brisk);
  });

  it('stays within 400…1300 ms whatever was said and however he pauses', () => {
    const word = fc.constantFrom(...'и ну да нет 8 восемь если and well, no? хорошо … — bo‘lsa'.split(' '));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, fc.string({ maxLength: 5, unit: 'grapheme' })), { maxLength: 8 }),
        fc.constantFrom(...SPOKEN_LANGUAGES),
        fc.array(fc.double(), { maxLength: 12 }),
        (words, language, pauses) => {
          const ms = after(words.join(' '), language, rhythmOf(...pauses));
          expect(ms).toBeGreaterThanOrEqual(400);
          expect(ms).toBeLessThanOrEqual(1300);
        },
      ),
    );
  });

  it('never gives a slower caller less', () => {
    const pauses = fc.array(fc.integer({ min: 100, max: 1000 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(pauses, fc.integer({ min: 0, max: 900 }), (list, more) => {
        const slower = rhythmOf(...list.map((ms) => ms + more));
        expect(after(undefined, 'ru', slower)).toBeGreaterThanOrEqual(
          after(undefined, 'ru', rhythmOf(...list)),
        );
      }),
    );
  });
});

describe('isBackchannel', () => {
  it.each<[SpokenLanguage, string]>([
    ['ru', 'Угу.'],
    ['ru', 'ага, ага'],
    ['ru', 'Да-да-да'],
    ['ru', 'Так'],
    ['ru', 'Ну да, понятно.'],
    ['ru', 'Ммм'],
    ['en', 'mm-hmm'],
    ['en', 'Right.'],
    ['en', 'Uh-huh, I see.'],
    ['uz', 'Ha, xoʻp'],
    ['uz', 'Ага'],
    ['tj', 'Бале, бале'],
    ['kk', 'Иә, түсінікті'],
    ['ky', 'Ооба'],
    ['tm', 'Hawa'],
    ['az', 'Hə, aydındır'],
    ['fa-af', 'بله بله'],
    ['tr', 'Hı hı, tamam'],
  ])('%s «%s» is', (language, text) => expect(isBackchannel(text, language)).toBe(true));

  it.each<[SpokenLanguage, string]>([
    ['ru', 'Нет'],
    ['ru', 'Стоп'],
    ['ru', 'Подождите'],
    ['ru', 'Алло'],
    ['ru', 'Да?'],
    ['ru', 'Да, а сколько стоит'],
    ['ru', 'Ага, подождите'],
    ['ru', ''],
    ['en', 'No'],
    ['en', 'Wait'],
    ['en', 'Stop, please'],
    ['en', 'Hello'],
    ['en', 'Right, but how much'],
    ['uz', 'Yoʻq'],
    ['uz', 'Toʻxtang'],
    ['tj', 'Не'],
    ['kk', 'Жоқ'],
    ['ky', 'Жок'],
    ['tm', 'Ýok'],
    ['az', 'Xeyr'],
    ['fa-af', 'نه'],
    ['tr', 'Hayır'],
    ['tr', 'Durun'],
  ])('%s «%s» is not', (language, text) => expect(isBackchannel(text, language)).toBe(false));
});
