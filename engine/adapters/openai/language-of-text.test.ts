import { describe, expect, it } from 'vitest';
import type { SpokenLanguage } from '../../contract/languages.ts';
import { PHRASE_BOOKS } from '../../dialogue/phrase-books.ts';
import { languageOfText } from './language-of-text.ts';

describe('languageOfText', () => {
  it.each<[string, SpokenLanguage | undefined]>([
    ['Да, слушаю вас.', 'ru'],
    ['Can you tell me more?', 'en'],
    ['Салом, шумо чӣ мехоҳед?', 'tj'],
    ['Сәлеметсіз бе, тыңдап тұрмын.', 'kk'],
    ['Кандай өзгөчөлүгү бар?', 'ky'],
    ['Sizə qulaq asıram.', 'az'],
    ['Hozir gaplashish mumkin, qoʻngʻiroq qiling', 'uz'],
    ['Sizi diňleýärin.', 'tm'],
    ['Şimdi konuşabiliriz, bağlayın.', 'tr'],
    ['سلام، بفرمایید', 'fa-af'],
    ['Allo', undefined],
    ['12', undefined],
  ])('%j is %s', (text, language) => {
    expect(languageOfText(text)).toBe(language);
  });

  it('takes no language for another in whole sentences of the phrase books', () => {
    for (const [language, book] of Object.entries(PHRASE_BOOKS)) {
      const text = [...book.greeting, ...book.clarify, ...book.closing].join(' ');
      expect(languageOfText(text)).toBe(language);
    }
  });
});
