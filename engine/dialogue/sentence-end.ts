/**
 * Abbreviations that stand before a name or a number and so never end a sentence: «г. Москва», "Mr. Brown".
 * Lower case, without the dot.
 */
const BEFORE_NAMES = new Set('г гр ул пер д корп стр кв проф акад mr mrs ms dr prof st vs'.split(' '));

/** Abbreviations that end a sentence only when a capital letter follows: «990 руб. Это…». */
const BEFORE_ANYTHING = new Set(
  'т е д п др пр руб коп тыс млн млрд мин сек ч р шт чел н э гг вв etc e.g i.e approx inc ltd jr sr'.split(
    ' ',
  ),
);

const TERMINATORS = '.!?…؟;؛';
const CLOSERS = '»"”’\')]}›';

/** `length`: the sentence is that many characters long. `unknown`: the text behind must be seen first. */
export type SentenceEnd = 'no' | 'unknown' | { readonly length: number };

/**
 * Does the mark at `at` end a sentence? Looks at the run of marks it begins («?!», «…»), the closing quotes behind
 * them and the first character of the next word. `ended`: no more text will come.
 */
export function isSentenceEnd(text: string, at: number, ended: boolean): SentenceEnd {
  const mark = text[at];
  if (mark === undefined || !TERMINATORS.includes(mark)) return 'no';
  if (at > 0 && TERMINATORS.includes(text[at - 1] ?? ' ')) return 'no';

  let end = at;
  let dotsOnly = true;
  while (end < text.length && TERMINATORS.includes(text.charAt(end))) {
    if (text.charAt(end) !== '.' && text.charAt(end) !== '…') dotsOnly = false;
    end += 1;
  }
  while (end < text.length && CLOSERS.includes(text.charAt(end))) end += 1;

  if (end >= text.length) return ended ? { length: end } : 'unknown';
  if (!/\s/.test(text.charAt(end))) return 'no';
  if (!dotsOnly || text.charAt(end) === '\n') return { length: end };

  const next = text.codePointAt(end + 1);
  if (next === undefined) return ended ? { length: end } : 'unknown';
  if (isHighSurrogate(next)) return ended ? { length: end } : 'unknown';
  return stopEnds(text, at, end, String.fromCodePoint(next)) ? { length: end } : 'no';
}

/** A full stop or dots at `at`, `next` begins the next word. */
function stopEnds(text: string, at: number, end: number, next: string): boolean {
  const lower = /\p{Ll}/u.test(next);
  const before = /([\p{L}\p{N}][\p{L}\p{N}.]*)$/u.exec(text.slice(0, at))?.[1] ?? '';
  if (end - at > 1) return !lower;
  if (before === '') return !lower;
  if (/^\p{N}+$/u.test(before) && at === before.length) return false;
  const word = before.toLowerCase();
  if (word === 'д' && /т\.?\s*$/iu.test(text.slice(0, at - 1))) return !lower;
  if (BEFORE_NAMES.has(word)) return false;
  if (/^\p{Lu}$/u.test(before)) return false;
  if (BEFORE_ANYTHING.has(word) || word.includes('.')) return /[\p{Lu}\p{Lo}«"“—–-]/u.test(next);
  return !lower;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
