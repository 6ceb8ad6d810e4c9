import type { KnownPhrase } from './known-line.ts';

/** A word and where in its line it is, as far as can be told without knowing the language's sounds. */
export interface TimedWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Speech seldom stops for as long as this inside a word. */
const LEAST_PAUSE_MS = 70;
/** A pause is believed to be a comma's when it is at most this share of the phrase away from where it should be. */
const FARTHEST_SHARE = 0.2;
const CLAUSE_END = /[,.?!…;:]$/u;
const VOWELS = /[aeiouyаеёиоуыэюя]/iu;
const LETTERS = /\p{L}/gu;

/**
 * Shares a phrase's time among its words by their letters. Where a comma or full stop inside it should be, by that
 * reckoning, near a pause in the sound, it is laid on that pause. `voiced(ms)` tells sound from pause.
 */
export function timeWords(
  { text, startMs, endMs }: KnownPhrase,
  voiced: (ms: number) => boolean,
): TimedWord[] {
  const words = shareByLetters(
    text.split(/\s+/u).filter((word) => word !== ''),
    startMs,
    endMs,
  );
  const pauses = pausesIn(startMs, endMs, voiced);
  const timed: TimedWord[] = [];
  let clause: TimedWord[] = [];
  let clauseStartMs = startMs;
  words.forEach((word, n) => {
    clause.push(word);
    if (n === words.length - 1 || !CLAUSE_END.test(word.text)) return;
    const near = pauses
      .filter(
        (pause) =>
          pause.startMs > clauseStartMs && distance(pause, word.endMs) < (endMs - startMs) * FARTHEST_SHARE,
      )
      .toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))[0];
    if (near === undefined) return;
    timed.push(
      ...shareByLetters(
        clause.map((one) => one.text),
        clauseStartMs,
        near.startMs,
      ),
    );
    clause = [];
    clauseStartMs = near.endMs;
  });
  return [
    ...timed,
    ...shareByLetters(
      clause.map((one) => one.text),
      clauseStartMs,
      endMs,
    ),
  ];
}

function distance(pause: { startMs: number; endMs: number }, ms: number): number {
  return Math.max(0, pause.startMs - ms, ms - pause.endMs);
}

function pausesIn(
  startMs: number,
  endMs: number,
  voiced: (ms: number) => boolean,
): { startMs: number; endMs: number }[] {
  const pauses: { startMs: number; endMs: number }[] = [];
  let since = startMs;
  for (let ms = startMs; ms < endMs; ms += 10) {
    if (!voiced(ms)) continue;
    if (ms - since >= LEAST_PAUSE_MS && since > startMs) pauses.push({ startMs: since, endMs: ms });
    since = ms + 10;
  }
  return pauses;
}

function shareByLetters(words: readonly string[], startMs: number, endMs: number): TimedWord[] {
  const weights = words.map((word) =>
    (word.match(LETTERS) ?? []).reduce((sum, letter) => sum + (VOWELS.test(letter) ? 1.5 : 1), 0.5),
  );
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let at = startMs;
  return words.map((word, n) => {
    const from = at;
    at += ((endMs - startMs) * weights[n]!) / whole;
    return { text: word, startMs: from, endMs: at };
  });
}
