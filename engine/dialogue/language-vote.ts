import type { SpokenLanguage } from '../contract/languages.ts';

/** One turn of the caller's, as the recogniser heard it. */
export interface HeardTurn {
  /** Undefined where the recogniser could not tell, or HALO has no such language. */
  readonly language: SpokenLanguage | undefined;
  /** 0…1; undefined where the recogniser does not say. */
  readonly confidence?: number | undefined;
  /** Words in the turn: countWords(text). */
  readonly words: number;
}

/** What the votes so far come to. */
export interface LanguageVote {
  /** The language to speak now. */
  readonly spoken: SpokenLanguage;
  /** Another one that the caller's last turns were heard in. */
  readonly rival?: { readonly language: SpokenLanguage; readonly turns: number; readonly words: number };
}

/** One sentence this long and this clear is enough. */
const CLEAR_WORDS = 4;
const CLEAR_CONFIDENCE = 0.8;
/** A recogniser less sure than this has guessed: such a turn counts for nothing. */
const MIN_CONFIDENCE = 0.4;
const TURNS = 2;
/** Languages that recognisers take for one another: more must be heard before a change between them. */
const TURNS_OF_TWINS = 3;

/** Callers mix these two, or Whisper takes one for the other: one sentence is no proof. */
const NEIGHBOURS: readonly (readonly SpokenLanguage[])[] = [
  ['ru', 'kk', 'ky'],
  ['az', 'tr', 'tm'],
  ['tj', 'fa-af'],
  ['uz', 'kk', 'ky'],
];
/** Whisper knows no Kyrgyz and writes it down as Kazakh; Azerbaijani and Turkish change places in short turns. */
const TWINS: readonly (readonly SpokenLanguage[])[] = [
  ['kk', 'ky'],
  ['az', 'tr'],
];

/** The vote before the caller's first turn. */
export function openVote(spoken: SpokenLanguage): LanguageVote {
  return { spoken };
}

/**
 * The vote after one more turn of the caller's (D8, `auto`). The language changes after one long clear sentence, or
 * after two turns in a row, and later between languages that are taken for one another; a lone odd word changes
 * nothing. Never leaves `speakable`. Changed: the result's `spoken` differs from the vote's.
 */
export function voteOnLanguage(
  vote: LanguageVote,
  heard: HeardTurn,
  speakable: readonly SpokenLanguage[],
): LanguageVote {
  const { language, confidence, words } = heard;
  if (language === undefined || words <= 0 || !speakable.includes(language)) return vote;
  if (confidence !== undefined && !(confidence >= MIN_CONFIDENCE)) return vote;
  if (language === vote.spoken) return openVote(vote.spoken);

  const before = vote.rival?.language === language ? vote.rival : { turns: 0, words: 0 };
  const rival = { language, turns: before.turns + 1, words: before.words + words };
  return isProven(vote.spoken, rival, heard) ? openVote(language) : { spoken: vote.spoken, rival };
}

/** Words as people count them: runs of letters, digits or marks within a word. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’ʻʼ-]*/gu)?.length ?? 0;
}

function isProven(
  spoken: SpokenLanguage,
  rival: NonNullable<LanguageVote['rival']>,
  { confidence, words }: HeardTurn,
): boolean {
  if (areBoth(TWINS, spoken, rival.language))
    return rival.turns >= TURNS_OF_TWINS && rival.words >= CLEAR_WORDS;
  if (areBoth(NEIGHBOURS, spoken, rival.language)) return rival.turns >= TURNS && rival.words >= CLEAR_WORDS;
  const clear = words >= CLEAR_WORDS && (confidence === undefined || confidence >= CLEAR_CONFIDENCE);
  return clear || rival.turns >= TURNS;
}

function areBoth(
  groups: readonly (readonly SpokenLanguage[])[],
  a: SpokenLanguage,
  b: SpokenLanguage,
): boolean {
  return groups.some((group) => group.includes(a) && group.includes(b));
}
