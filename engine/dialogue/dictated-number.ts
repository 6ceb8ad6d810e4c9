import type { SpokenLanguage } from '../contract/languages.ts';
import { plain } from './farewell.ts';

/** Words of 0…9, of 10…99 (teens and tens), and of hundreds. */
type NumberWords = readonly [ones: string, tens: string, hundreds: string];

const NUMBERS: Readonly<Record<SpokenLanguage, NumberWords>> = {
  ru: [
    'ноль один одна два две три четыре пять шесть семь восемь девять',
    `десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать
     двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто`,
    'сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот',
  ],
  en: [
    'zero oh one two three four five six seven eight nine double triple',
    `ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty
     seventy eighty ninety`,
    'hundred',
  ],
  uz: [
    'nol bir ikki uch toʻrt besh olti yetti sakkiz toʻqqiz нол бир икки уч тўрт беш олти етти саккиз тўққиз',
    'oʻn yigirma oʻttiz qirq ellik oltmish yetmish sakson toʻqson ўн йигирма ўттиз қирқ эллик',
    'yuz юз',
  ],
  tj: [
    'сифр як ду се чор чаҳор панҷ шаш ҳафт ҳашт нӯҳ нуҳ',
    'даҳ бист сӣ чил панҷоҳ шаст ҳафтод ҳаштод навад',
    'сад',
  ],
  kk: [
    'нөл бір екі үш төрт бес алты жеті сегіз тоғыз',
    'он жиырма отыз қырық елу алпыс жетпіс сексен тоқсан',
    'жүз',
  ],
  ky: [
    'нөл бир эки үч төрт беш алты жети сегиз тогуз',
    'он жыйырма отуз кырк элүү алтымыш жетимиш сексен токсон',
    'жүз',
  ],
  tm: [
    'nol bir iki üç dört bäş alty ýedi sekiz dokuz',
    'on ýigrimi otuz kyrk elli altmyş ýetmiş segsen togsan',
    'ýüz',
  ],
  az: [
    'sıfır bir iki üç dörd beş altı yeddi səkkiz doqquz',
    'on iyirmi otuz qırx əlli altmış yetmiş səksən doxsan',
    'yüz',
  ],
  'fa-af': [
    'صفر یک دو سه چهار پنج شش هفت هشت نه ۰ ۱ ۲ ۳ ۴ ۵ ۶ ۷ ۸ ۹',
    'ده یازده دوازده سیزده چهارده پانزده بیست سی چهل پنجاه شصت هفتاد هشتاد نود',
    'صد دوصد سیصد چهارصد پنجصد ششصد هفتصد هشتصد نهصد',
  ],
  tr: [
    'sıfır bir iki üç dört beş altı yedi sekiz dokuz',
    'on yirmi otuz kırk elli altmış yetmiş seksen doksan',
    'yüz',
  ],
};

/** «Мой номер…», "my number is…": one group of digits is a beginning here. */
const OF_A_NUMBER =
  /(?:^| )(?:номер\p{L}*|телефон\p{L}*|код\p{L}*|number|phone|code|raqam\p{L}*|рақам\p{L}*|нөмір\p{L}*|нөмер\p{L}*|numara\p{L}*|nömrə\p{L}*|nomer\p{L}*|telefon\p{L}*|شماره|تلفن)(?= |$)/u;

/** A telephone number has so many digits: with a trunk or country prefix, and without. */
const WITH_PREFIX = 11;
const WITHOUT_PREFIX = 9;
const PREFIX = /^[178]|^(?:восемь|семь|сегіз|жеті|one)$/;

/** Where hundreds are words of their own, «девятьсот»; elsewhere a word before "hundred" multiplies it. */
const WHOLE_HUNDREDS: readonly SpokenLanguage[] = ['ru', 'fa-af'];

interface NumberWord {
  readonly digits: number;
  readonly multiplied: boolean;
}

const tables = new Map<SpokenLanguage, ReadonlyMap<string, NumberWord>>();

/**
 * Does the text break off inside a number that is being dictated: «восемь девятьсот», "555 12", «мой номер восемь»?
 * A number that is one («двадцать пять», "1500") and a telephone number that is all there are not.
 */
export function isDictating(text: string, language: SpokenLanguage): boolean {
  const words = plain(text.replace(/[.,;:!?()…]+/g, ' '))
    .split(/[\s+]+/)
    .filter((word) => word !== '');
  const table = tableOf(language);
  const from = words.findLastIndex((word) => numberOf(word, table) === undefined) + 1;
  const groups = groupsOf(words.slice(from), table);
  if (groups.length === 0) return false;
  if (groups.length === 1 && !OF_A_NUMBER.test(words.slice(0, from).join(' '))) return false;
  const digits = groups.reduce((sum, size) => sum + size, 0);
  return digits < (PREFIX.test(words[from]!) ? WITH_PREFIX : WITHOUT_PREFIX);
}

/** How many digits each number has; «девятьсот двадцать пять» and "nine hundred" are one number each. */
function groupsOf(words: readonly string[], table: ReadonlyMap<string, NumberWord>): readonly number[] {
  const groups: number[] = [];
  let later: NumberWord | undefined;
  for (const word of words.toReversed()) {
    const number = numberOf(word, table)!;
    const spelt = !/\d/.test(word);
    const multiplies = spelt && later?.multiplied === true && number.digits === 1;
    if (multiplies || (spelt && later !== undefined && number.digits > later.digits))
      groups[0] = Math.max(groups[0]!, number.digits);
    else groups.unshift(number.digits);
    // Nothing joins before what multiplies a hundred, or before digits.
    later = multiplies || !spelt ? undefined : number;
  }
  return groups;
}

function numberOf(word: string, table: ReadonlyMap<string, NumberWord>): NumberWord | undefined {
  return /^\d+$/.test(word) ? { digits: word.length, multiplied: false } : table.get(word);
}

function tableOf(language: SpokenLanguage): ReadonlyMap<string, NumberWord> {
  const cached = tables.get(language);
  if (cached !== undefined) return cached;
  const table = new Map<string, NumberWord>();
  // Numbers are dictated in Russian in all its neighbours.
  for (const code of new Set<SpokenLanguage>(['ru', language]))
    for (const [at, list] of NUMBERS[code].entries())
      for (const word of list.split(/\s+/))
        table.set(plain(word), { digits: at + 1, multiplied: at === 2 && !WHOLE_HUNDREDS.includes(code) });
  tables.set(language, table);
  return table;
}
