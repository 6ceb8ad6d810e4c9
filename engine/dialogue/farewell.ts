import type { SpokenLanguage } from '../contract/languages.ts';
import { splitSentences } from './sentences.ts';

/**
 * Words of goodbye by language, as they read after `plain`: lower case, no apostrophes, dots and accents of Turkic
 * capitals levelled, ё→е. Words that also mean «thank you» or «good day» (sağ olun, sag boluň, xayrli kun, iyi günler)
 * are not enough by themselves.
 */
const GOODBYES: Readonly<Record<SpokenLanguage, readonly string[]>> = {
  ru: [
    'до свидания',
    'до свиданья',
    'всего (?:вам )?(?:самого )?(?:доброго|хорошего|наилучшего)',
    '(?:хорошего|удачного|приятного|доброго)(?: вам)? (?:вечера|дня|утра|пути|отдыха)(?=[.!,]|$)',
    'до (?:скорой )?(?:встречи|связи)',
    'прощайте',
  ],
  en: [
    'good ?bye',
    'bye(?: bye)?',
    'have an? (?:very )?(?:nice|good|great|lovely|wonderful|pleasant) (?:day|evening|afternoon|morning|night|weekend|one)',
    'take care(?! of)',
    'all the best',
    '(?:talk|speak) to you (?:soon|later|tomorrow)',
    'see you',
  ],
  uz: [
    'xayr',
    'хайр',
    'sog boling(?:lar)?',
    'соғ бўлинг',
    'korishguncha',
    'кўришгунча',
    'kuningiz xayrli otsin',
    'omon boling',
  ],
  tj: ['хайр', 'худо ?ҳофиз', 'то дидор', 'то боздид', 'рӯзи хуш', 'рӯзатон хуш', 'саломат бошед'],
  kk: [
    'сау болыңыз(?:дар)?',
    'қош болыңыз(?:дар)?',
    'аман болыңыз',
    'көріскенше',
    'кездескенше',
    'күніңіз сәтті өтсін',
  ],
  ky: [
    'жакшы калыңыз(?:дар)?',
    'жакшы барыңыз',
    'кош болуңуз(?:дар)?',
    'көрүшкөнчө',
    'саламатта калыңыз',
    'күнүңүз жакшы өтсүн',
  ],
  tm: ['hoş galyň', 'hoşgalyň', 'görüşyänçäk', 'sag-? ?salamat galyň', 'sag oturyň', 'gününiz şowly geçsin'],
  az: [
    'xudahafiz',
    'xudafiz',
    'hələlik',
    'görüşənədək',
    'görüşənə qədər',
    'sağlıqla qalin',
    'salamat qalin',
    'gününüz xoş keçsin',
  ],
  'fa-af': [
    'خدا ?حافظ',
    'خدا ?نگهدار',
    'به امان خدا',
    'بامان خدا',
    'روز ?تان خوش',
    'روز خوش',
    'روز خوبی داشته باشید',
    'تا دیدار',
    'بدرود',
  ],
  tr: [
    'hoşça ?kalin',
    'hoşça ?kal',
    'güle güle',
    'görüşmek üzere',
    'kendinize iyi bakin',
    'allaha ismarladik',
    '(?<=\\S )iyi (?:günler|akşamlar)(?: dileri[mz])?',
  ],
};

/** «До завтра» is a goodbye only where it stands alone or behind a short word: «скидка до завтра» is none. */
const UNTIL = {
  ru: /(?:^|[,!.] ?)(?:тогда |ну |хорошо |договорились )?до (?:завтра|послезавтра|понедельника|вторника|среды|четверга|пятницы)[!.]*$/u,
  en: /(?:^|[,!.] ?)(?:then |so )?until (?:tomorrow|then|monday|tuesday|wednesday|thursday|friday)[!.]*$/u,
};

/** A goodbye that is spoken of, not said: «прежде чем сказать до свидания», "before we say goodbye". */
const SPOKEN_OF =
  /(?:сказать|говорить|скажете|сказали|говорите|попрощаться|say|said|saying|before|прежде чем|перед тем как)(?: \S+){0,2}$/u;

const PATTERNS = Object.fromEntries(
  Object.entries(GOODBYES).map(([language, words]) => [
    language,
    new RegExp(`(?<![\\p{L}\\p{N}])(?:${level(words.join('|'))})(?![\\p{L}\\p{N}])`, 'gu'),
  ]),
) as Readonly<Record<SpokenLanguage, RegExp>>;

/**
 * Does this text of the assistant say goodbye, and so end the call? It must be said in one of the last two sentences,
 * not asked, not quoted and not spoken of, with no question behind it. Every language's own words count, and Russian
 * and English ones in every language: an operator may fall back to them.
 */
export function saysGoodbye(text: string, language: SpokenLanguage): boolean {
  const sentences = splitSentences(withoutQuotes(text), 2_000).map(plain);
  for (const sentence of sentences.slice(-2).reverse()) {
    if (/[?؟]$/.test(sentence)) return false;
    if (isGoodbye(sentence, language)) return true;
  }
  return false;
}

function isGoodbye(sentence: string, language: SpokenLanguage): boolean {
  if (UNTIL.ru.test(sentence) || UNTIL.en.test(sentence)) return true;
  for (const code of new Set<SpokenLanguage>([language, 'ru', 'en'])) {
    for (const match of sentence.matchAll(PATTERNS[code])) {
      const before = sentence.slice(0, match.index).trimEnd();
      if (!SPOKEN_OF.test(before)) return true;
    }
  }
  return false;
}

function withoutQuotes(text: string): string {
  return text.replace(/«[^»]*»|“[^”]*”|"[^"]*"|„[^“”]*[“”]/g, ' ');
}

/** Levels what one letter is written as: Turkic dotted and dotless i, apostrophes, Arabic kaf and yeh, ZWNJ. */
export function plain(text: string): string {
  return level(text.normalize('NFKC').replace(/[İI]/g, 'i').toLowerCase())
    .replace(/[ʻʼ'’‘`´ʹ]/g, '')
    .replace(/ي/g, 'ی')
    .replace(/ك/g, 'ک')
    .replace(/[\u200c\u00a0-]/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function level(text: string): string {
  return text.replace(/ı/g, 'i').replace(/ё/g, 'е').replace(/ý/g, 'y');
}
