import type { SpokenLanguage } from '../contract/languages.ts';
import { isDictating } from './dictated-number.ts';
import { plain, saysGoodbye } from './farewell.ts';
import { DRAWL, turnWords, type TurnWords } from './turn-end-words.ts';

/** How one caller pauses inside his turns. Plain data; begin with `NO_RHYTHM`. */
export interface Rhythm {
  readonly pauses: number;
  /** A running mean of them, ms … */
  readonly meanMs: number;
  /** … and of how far they lie from it. */
  readonly spreadMs: number;
}

export const NO_RHYTHM: Rhythm = { pauses: 0, meanMs: 0, spreadMs: 0 };

/** How much silence ends a turn of which nothing is known, ms. */
export const DEFAULT_END_SILENCE_MS = 600;
const LEAST_MS = 400;
const MOST_MS = 1300;

/** What was said so far moves the caller's own measure by so much, ms. */
const BREAKS_OFF_MS = 600;
const DICTATING_MS = 500;
const HALF_SAID_MS = 400;
const ASKED_MS = -150;
const GOODBYE_MS = -150;
const WHOLE_MS = -200;

/** Rhythm alone moves it within these, ms. */
const BRISK_MS = 480;
const SLOW_MS = 900;
/** Left over a caller's usual longest pause, ms. */
const RHYTHM_MARGIN_MS = 150;
/** The running mean follows the last so many pauses; below it, rhythm is weighed by how many there were. */
const REMEMBERED_PAUSES = 8;
const TRUST_AFTER = 3;
/** Longer ones are no rhythm: he was thinking, or looked something up. */
const LONGEST_PAUSE_MS = 2000;

/** The rhythm after one more pause inside a turn: from his last voiced sample to the next, ms. */
export function notePause(rhythm: Rhythm, pauseMs: number): Rhythm {
  if (!(pauseMs > 0 && pauseMs <= LONGEST_PAUSE_MS)) return rhythm;
  const pauses = rhythm.pauses + 1;
  const weight = 1 / Math.min(pauses, REMEMBERED_PAUSES);
  const off = Math.abs(pauseMs - rhythm.meanMs);
  return {
    pauses,
    meanMs: rhythm.meanMs + weight * (pauseMs - rhythm.meanMs),
    spreadMs: pauses === 1 ? 0 : rhythm.spreadMs + weight * (off - rhythm.spreadMs),
  };
}

/**
 * How much silence ends this turn, ms (400…1300): more where what was said breaks off, less where it is whole, around
 * what this caller's own pauses ask for. `text`: what was recognised of the turn so far, if anything; a recogniser's
 * full stop means nothing.
 */
export function silenceBeforeEnd(turn: {
  readonly text?: string | undefined;
  readonly language: SpokenLanguage;
  readonly rhythm: Rhythm;
}): number {
  const { text = '', language, rhythm } = turn;
  const wanted = rhythmMs(rhythm) + textMs(text.trim(), language);
  return Math.round(Math.max(LEAST_MS, Math.min(MOST_MS, wanted)));
}

/**
 * Words that, spoken over the assistant, want no answer: «угу», «да-да», "right", "mm-hmm". What asks, stops or refuses
 * («да?», «стоп», «нет», «алло») is none, nor is anything with more to it.
 */
export function isBackchannel(text: string, language: SpokenLanguage): boolean {
  if (/[?؟]/.test(text)) return false;
  const words = wordsOf(text);
  if (words.length === 0 || words.length > 5) return false;
  const { backchannel } = turnWords(language);
  return consistsOf(words, (word) => backchannel.has(word) || DRAWL.test(word));
}

function rhythmMs({ pauses, meanMs, spreadMs }: Rhythm): number {
  if (pauses === 0) return DEFAULT_END_SILENCE_MS;
  const own = Math.max(BRISK_MS, Math.min(SLOW_MS, meanMs + 2 * spreadMs + RHYTHM_MARGIN_MS));
  const trust = pauses / (pauses + TRUST_AFTER);
  return DEFAULT_END_SILENCE_MS + trust * (own - DEFAULT_END_SILENCE_MS);
}

function textMs(text: string, language: SpokenLanguage): number {
  const words = wordsOf(text);
  const last = words.at(-1);
  if (last === undefined) return 0;
  const known = turnWords(language);
  const whole = words.length <= 4 && consistsOf(words, (word) => known.whole.has(word));
  if (isDictating(text, language)) return DICTATING_MS;
  if (/(?:…|\.\.)$/.test(text) || (!whole && breaksOff(words, known))) return BREAKS_OFF_MS;
  if (/[,،;:–—-]$/.test(text)) return HALF_SAID_MS;
  if (/[?؟]["»”]?$/.test(text)) return ASKED_MS;
  if (saysGoodbye(text, language)) return GOODBYE_MS;
  if (whole) return WHOLE_MS;
  return isOpenCondition(text, words, known) ? HALF_SAID_MS : 0;
}

function breaksOff(words: readonly string[], { hanging, hesitation }: TurnWords): boolean {
  const last = words.at(-1)!;
  const lastTwo = words.slice(-2).join(' ');
  return [last, lastTwo].some((end) => hanging.has(end) || hesitation.has(end)) || DRAWL.test(last);
}

/** «Если вам удобно»: the last sentence opens with «if» and has no second half. */
function isOpenCondition(text: string, words: readonly string[], known: TurnWords): boolean {
  const sentence = text
    .split(/[.!?؟]\s+/u)
    .at(-1)!
    .replace(/[.!\s]+$/u, '');
  if (/[,،]/.test(sentence)) return false;
  const [first = ''] = wordsOf(sentence);
  return known.condition.has(first) || (known.conditionalEnding?.test(words.at(-1)!) ?? false);
}

/** As `plain` writes them. */
function wordsOf(text: string): readonly string[] {
  return plain(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/** All of it, in words and pairs of words that `isOne` holds for. */
function consistsOf(words: readonly string[], isOne: (word: string) => boolean): boolean {
  for (let at = 0; at < words.length;) {
    if (at + 1 < words.length && isOne(`${words[at]!} ${words[at + 1]!}`)) at += 2;
    else if (isOne(words[at]!)) at += 1;
    else return false;
  }
  return true;
}
