import { ProviderError } from '../../contract/errors.ts';
import type { SpokenLanguage } from '../../contract/languages.ts';

const MAX_TEXT_CHARS = 1000;

/**
 * What an engine is given for `text`: free of control characters and of marks the engines read as commands, and for
 * Russian with numbers, money and abbreviations as words (the rest the engines read well themselves).
 * Throws ProviderError TTS_EMPTY when nothing can be said, TTS_FAILED when it is longer than 1000 characters.
 */
export function speakable(text: string, language: SpokenLanguage): string {
  if (text.length > MAX_TEXT_CHARS) {
    const message = `a text of ${text.length} characters is too long to speak at once: send at most ${MAX_TEXT_CHARS}`;
    throw new ProviderError('TTS_FAILED', message, { retryable: false });
  }
  const plain = text
    .toWellFormed()
    .normalize('NFC')
    // [[…]] is phonemes and <…> is SSML for espeak-ng.
    .replace(/[\p{Cc}\p{Cs}\p{Co}\uFFFD<>[\]{}|\\^~*_`#]/gu, ' ')
    .replace(/\p{Extended_Pictographic}/gu, (sign) => (/[©®™]/.test(sign) ? sign : ' '));
  const said = (language === 'ru' ? russianWords(plain) : plain).replace(/\s+/g, ' ').trim();
  if (!/[\p{L}\p{N}]/u.test(said)) {
    throw new ProviderError('TTS_EMPTY', 'there is nothing to say in this text', { retryable: false });
  }
  return said;
}

type Forms = readonly [one: string, few: string, many: string];

/** No letter of either alphabet may stand before or after: \b knows only Latin. */
const START = '(?<![\\p{L}\\p{N}])';
const END = '(?![\\p{L}\\p{N}])';

interface Unit {
  /** A number, perhaps with a fraction, and the unit after it. */
  readonly counted: RegExp;
  /** The unit after a word: «5 тысяч ₽», «миллион руб.». */
  readonly afterWord?: RegExp;
  readonly forms: Forms;
  /** After a fraction: 2,5 рубля. */
  readonly fraction: string;
}

// Made once: compiling \p{L} costs more than matching with it.
const UNITS: readonly Unit[] = [
  scale(/тыс\./, ['тысяча', 'тысячи', 'тысяч']),
  scale(/млн\.?/, ['миллион', 'миллиона', 'миллионов']),
  scale(/млрд\.?/, ['миллиард', 'миллиарда', 'миллиардов']),
  money(/₽|руб(?:\.|(?![а-яё]))/, ['рубль', 'рубля', 'рублей']),
  money(/\$/, ['доллар', 'доллара', 'долларов']),
  money(/€/, ['евро', 'евро', 'евро']),
  money(/%/, ['процент', 'процента', 'процентов']),
];

function scale({ source }: RegExp, forms: Forms): Unit {
  const counted = new RegExp(`(?<![\\d.,])(\\d+(?:[.,]\\d+)?)\\s*(?:${source})${END}`, 'gu');
  return { counted, forms, fraction: forms[1] };
}

function money(sign: RegExp, forms: Forms): Unit {
  const afterWord = new RegExp(`(?<=\\p{L})\\s*(?:${sign.source})${END}`, 'gu');
  return { ...scale(sign, forms), afterWord };
}

const WORDS: readonly [RegExp, string][] = [
  [/№\s*/gu, 'номер '],
  [word('т\\.\\s?е\\.'), 'то есть'],
  [word('и т\\.\\s?д\\.'), 'и так далее'],
  [word('и т\\.\\s?п\\.'), 'и тому подобное'],
  [word('т\\.\\s?к\\.'), 'так как'],
  [word('ул\\.'), 'улица'],
  [word('г\\.(?=\\s*\\p{Lu})'), 'город'],
  [word('д\\.(?=\\s*\\d)'), 'дом'],
  [word('кв\\.(?=\\s*\\d)'), 'квартира'],
  [word('тел\\.'), 'телефон'],
  [word(`HALO${END}`), 'Хало'],
  [word(`(?:SMS|sms)${END}`), 'эсэмэс'],
  [word(`CRM${END}`), 'сиэрэм'],
  [word(`(?:Telegram|telegram)${END}`), 'телеграм'],
  [word(`WhatsApp${END}`), 'вотсап'],
  [word(`(?:e-mail|email)${END}`), 'имейл'],
  [word(`(?:online|Online)${END}`), 'онлайн'],
];

function word(pattern: string): RegExp {
  return new RegExp(START + pattern, 'gu');
}

function russianWords(text: string): string {
  let said = text.replace(PHONE, (phone) => digitGroups(phone));
  // 1 500 000: the groups are one number.
  said = said.replace(/(?<![\d,.])\d{1,3}(?:[ \u00A0\u202F]\d{3})+(?!\d)/gu, (number) =>
    number.replace(/\D/g, ''),
  );
  // $100 and € 5: the sign is said after the number.
  said = said.replace(/([$€₽])\s?(\d+(?:[.,]\d+)?)/gu, '$2 $1');
  for (const { counted, afterWord, forms, fraction } of UNITS) {
    said = said.replace(
      counted,
      (_all, number: string) => `${decimal(number)} ${agree(number, forms, fraction)}`,
    );
    if (afterWord !== undefined) said = said.replace(afterWord, ` ${forms[2]}`);
  }
  said = said.replace(/(?<=\d)\/(?=\d)/gu, ' на ');
  for (const [pattern, words] of WORDS) said = said.replace(pattern, words);
  return said;
}

const PHONE = /(?<![\d\p{L}])(?:\+7|8)[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)/gu;

/** «+79991234567» → «плюс 7, 999, 123, 45, 67»: as people say it, with a breath between. */
function digitGroups(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  const groups = [
    digits.slice(0, 1),
    digits.slice(1, 4),
    digits.slice(4, 7),
    digits.slice(7, 9),
    digits.slice(9),
  ];
  const said = groups.map((group) => group.replace(/^0+(?=\d)/, (zeros) => 'ноль '.repeat(zeros.length)));
  return (phone.startsWith('+') ? 'плюс ' : '') + said.join(', ');
}

/** «12,5» → «12 и 5»: the engines stumble over a decimal comma. */
function decimal(number: string): string {
  const [whole = '', fraction] = number.split(/[.,]/);
  return fraction === undefined ? whole : `${whole} и ${fraction}`;
}

/** The noun's form after `number`: 1 рубль, 3 рубля, 11 рублей; 2,5 рубля. */
function agree(number: string, forms: Forms, fraction: string): string {
  if (/[.,]/.test(number)) return fraction;
  const tens = Number(number.slice(-2));
  const ones = tens % 10;
  if (tens >= 11 && tens <= 14) return forms[2];
  if (ones === 1) return forms[0];
  return ones >= 2 && ones <= 4 ? forms[1] : forms[2];
}
