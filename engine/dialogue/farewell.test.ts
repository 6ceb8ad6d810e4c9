import { describe, expect, it } from 'vitest';
import type { SpokenLanguage } from '../contract/languages.ts';
import { saysGoodbye } from './farewell.ts';

const GOODBYES: readonly [SpokenLanguage, string][] = [
  ['ru', 'Спасибо за разговор. Всего доброго, до свидания!'],
  ['ru', 'До свидания! Хорошего вам дня.'],
  ['ru', 'Хорошо, перезвоним завтра. Хорошего дня!'],
  ['ru', 'Договорились, до завтра!'],
  ['ru', 'ДО СВИДАНИЯ'],
  ['en', 'Thank you for your time. Goodbye!'],
  ['en', 'All right, have a great day!'],
  ['en', 'Good-bye.'],
  ['en', 'Thanks, bye-bye!'],
  ['uz', 'Rahmat, sog‘ bo‘ling!'],
  ['uz', 'Xayr, kuningiz xayrli oʻtsin.'],
  ['uz', 'Rahmat, до свидания!'],
  ['tj', 'Ташаккур, худо ҳофиз!'],
  ['kk', 'Рақмет, сау болыңыз!'],
  ['ky', 'Рахмат. Жакшы калыңыз!'],
  ['tm', 'Sag boluň. Hoş galyň!'],
  ['tm', 'GÖRÜŞÝÄNÇÄK!'],
  ['az', 'Təşəkkür edirəm, xudahafiz.'],
  ['az', 'SAĞLIQLA QALIN!'],
  ['fa-af', 'تشکر، خداحافظ!'],
  ['fa-af', 'روز تان خوش.'],
  ['tr', 'Teşekkür ederiz, iyi günler dileriz.'],
  ['tr', 'HOŞÇA KALIN!'],
];

const NOT_GOODBYES: readonly [SpokenLanguage, string][] = [
  ['ru', ''],
  ['ru', 'Добрый день! Удобно говорить?'],
  ['ru', 'До свидания! Хотя подождите, прислать вам подробности?'],
  ['ru', 'Вы сказали «до свидания», или мне показалось?'],
  ['ru', 'Вы уже хотите сказать до свидания, или есть ещё вопросы?'],
  ['ru', 'Прежде чем сказать до свидания, напомню про скидку.'],
  ['ru', 'Скидка действует до завтра.'],
  ['ru', 'До свидания — не наш случай. У нас скидки. Они большие.'],
  ['en', 'Is this a good time?'],
  ['en', 'Before we say goodbye, let me check one thing.'],
  ['en', 'You can buy it by the day.'],
  ['en', 'We take care of your calls.'],
  ['uz', 'Xayrli kun! Gaplashish qulaymi?'],
  ['tm', 'Sag boluň. Size nirä ibereli?'],
  ['tr', 'İyi günler, ben Ayşe, kısa bir teklifimiz var.'],
  ['az', 'Sağ olun. Sizə göndərim?'],
  ['fa-af', 'روز بخیر! وقت دارید؟'],
  ['kk', 'Сәлеметсіз бе! Ыңғайлы ма?'],
];

describe('saysGoodbye', () => {
  it.each(GOODBYES)('%s: %s', (language, text) => {
    expect(saysGoodbye(text, language)).toBe(true);
  });

  it.each(NOT_GOODBYES)('%s, no goodbye: %s', (language, text) => {
    expect(saysGoodbye(text, language)).toBe(false);
  });
});
