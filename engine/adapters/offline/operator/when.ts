import { plain } from './words.ts';

const RU = new RegExp(
  [
    '(?:на )?(?:сегодня|завтра|послезавтра)',
    '(?:в|во) (?:понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье)',
    'на (?:следующей|этой|той) неделе',
    'на выходных',
    'через (?:пару |полтора |\\d{1,2} |один |одну |два |две |три |четыре |пять |десять |пятнадцать |двадцать |тридцать )?(?:минут[уы]?|час(?:а|ов|ик)?|полчаса|день|дня|дней|недел[юиь])',
    'через полчаса',
    '(?:ближе к|к) (?:вечеру|обеду|утру|ночи)',
    '(?:после|до) (?:обеда|работы|праздников|выходных|\\d{1,2}(?::\\d{2})?|шести|семи|пяти|двух|трех|десяти|двенадцати)',
    'в обед',
    '(?:с )?(?:утром|днем|вечером)',
    'с утра',
    'в (?:\\d{1,2}(?::\\d{2}| \\d{2})?|час|два|три|четыре|пять|шесть|семь|восемь|девять|десять|одиннадцать|двенадцать)(?: час(?:а|ов))?(?: дня| вечера| утра)?',
  ]
    .map((part) => `(?:${part})`)
    .join('|'),
  'u',
);

const EN = new RegExp(
  [
    'the day after tomorrow',
    'today|tomorrow|tonight',
    '(?:on )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)',
    'next week|this week|at the weekend|on the weekend',
    'in (?:an?|half an|\\d{1,2}|one|two|three|five|ten|twenty|thirty|a couple of|a few) (?:hours?|minutes?|days?|weeks?)',
    '(?:in the )?(?:morning|afternoon|evening)',
    '(?:after|before) (?:lunch|work|dinner|\\d{1,2}(?::\\d{2})?(?: ?[ap]\\.?m\\.?)?|noon)',
    'at (?:noon|\\d{1,2}(?::\\d{2})?(?: ?[ap]\\.?m\\.?)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)',
  ]
    .map((part) => `(?:${part})`)
    .join('|'),
  'u',
);

const MAX_PARTS = 3;

/**
 * The time a caller names, in his own words put together: «завтра после обеда», "tomorrow afternoon". Undefined when
 * he names none.
 */
export function whenOf(text: string): string | undefined {
  const said = plain(text).replace(/до (?:завтра|послезавтра|понедельника)/gu, (bye) => bye.slice(3));
  return parts(said, RU) ?? parts(said, EN);
}

function parts(said: string, pattern: RegExp): string | undefined {
  const whole = new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern.source})(?![\\p{L}\\p{N}])`, 'gu');
  const found = [...new Set([...said.matchAll(whole)].map((match) => match[0]))].slice(0, MAX_PARTS);
  return found.length > 0 ? found.join(' ') : undefined;
}

const RUSSIAN_OF: Readonly<Record<string, string>> = {
  'the day after tomorrow': 'послезавтра',
  today: 'сегодня',
  tomorrow: 'завтра',
  tonight: 'сегодня вечером',
  monday: 'в понедельник',
  tuesday: 'во вторник',
  wednesday: 'в среду',
  thursday: 'в четверг',
  friday: 'в пятницу',
  saturday: 'в субботу',
  sunday: 'в воскресенье',
  'next week': 'на следующей неделе',
  morning: 'утром',
  afternoon: 'после обеда',
  'after lunch': 'после обеда',
  evening: 'вечером',
  'in an hour': 'через час',
};

/** The same time for a Russian reader; an English one that is not known word by word stays, in quotes. */
export function whenInRussian(when: string): string {
  if (!/[a-z]/.test(when)) return when;
  const russian = [...when.matchAll(new RegExp(EN.source, 'gu'))].map(
    ([part]) => RUSSIAN_OF[part.replace(/^(?:on|in the) /, '')],
  );
  return russian.length === 0 || russian.includes(undefined) ? `«${when}»` : russian.join(' ');
}
