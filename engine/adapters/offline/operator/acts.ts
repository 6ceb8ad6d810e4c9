import { type Act, ACT_PATTERNS, ACTS } from './act-patterns.ts';
import { plain } from './words.ts';

/** Bare words that mean something only as the whole turn. */
const WHOLE: readonly (readonly [RegExp, Act])[] = [
  [/^(?:что|чего|как|простите|а|hm+|what|sorry|excuse me)\s*[?!.]*$/u, 'repeat'],
  [/^(?:а |и |and )?(?:сколько|how much)\s*[?!.]*$/u, 'price'],
  [/^(?:пожалуйста|please)[\s.!]*$/u, 'yes'],
  [/^(?:пока|пока пока|bye)[\s.!,-]*$/u, 'bye'],
];

/** More than anybody says in a minute. */
const MAX_CHARS = 2_000;

/** Recognises the acts of one turn of the caller, in Russian and English. Pure. */
export function actsOf(text: string): ReadonlySet<Act> {
  const said = plain(text.slice(0, MAX_CHARS));
  const acts = new Set<Act>(ACTS.filter((act) => ACT_PATTERNS[act].test(said)));
  for (const [pattern, act] of WHOLE) if (pattern.test(said)) acts.add(act);
  return withoutShadows(acts, said);
}

/** Some words are part of others: «не звоните» holds «звоните», «нет, не знаю» is a doubt and no refusal. */
function withoutShadows(acts: Set<Act>, said: string): ReadonlySet<Act> {
  if (/не (?:присыла|отправля|надо (?:присыл|отправ|слать))|(?:do not|don't) send/u.test(said)) {
    acts.delete('send');
    acts.add('refusal');
  }
  if (acts.has('stop')) acts.delete('later');
  if (acts.has('selfCall') && !/перезвоните|call me/u.test(said)) acts.delete('later');
  if (acts.has('refusal') && acts.has('no')) acts.delete('no');
  if (acts.has('doubt') && acts.has('no')) acts.delete('no');
  if (acts.has('no') && /да,? нет/u.test(said)) acts.delete('yes');
  if (acts.has('later')) acts.delete('wait');
  if (acts.has('number')) acts.delete('who');
  if (acts.has('expensive')) acts.delete('price');
  if (acts.has('busy')) acts.delete('repeat');
  if (/you know,|вы знаете,/u.test(said) && !/(?:don't|do not|не) (?:know|знаю)/u.test(said))
    acts.delete('doubt');
  return acts;
}

/** True when the words stop in the middle: the recogniser got a piece, and the rest is still coming. */
export function isUnfinished(text: string): boolean {
  return /(?:[,—–-]|(?<!\p{L})(?:и|но|а|что|потому что|and|but|because|that))\s*$/iu.test(text);
}
