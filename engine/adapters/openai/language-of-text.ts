import type { SpokenLanguage } from '../../contract/languages.ts';

/** Letters that only one of D8's languages has, or the first of those that share them. */
const BY_LETTERS: readonly (readonly [RegExp, SpokenLanguage])[] = [
  [/[ӣӯҳҷ]/u, 'tj'],
  [/[әғқұһі]/u, 'kk'],
  [/[ңөү]/u, 'ky'],
  [/ə/u, 'az'],
  [/[og][ʻ‘’'`]/u, 'uz'],
  [/[ýňž]/u, 'tm'],
  [/[ğış]/u, 'tr'],
];

const ENGLISH =
  /\b(?:the|and|you|your|yes|is|are|it|i|i'm|what|how|not|please|thanks|thank|hello|hi|okay|can|do|this|that|for)\b/;

/**
 * Which of D8's languages a transcription is in, by its script and letters: for the models that do not say. Undefined
 * where they do not tell: Latin letters without anything of their own are English only with an English word among them.
 */
export function languageOfText(text: string): SpokenLanguage | undefined {
  const words = text.normalize('NFC').toLowerCase();
  if (/\p{Script=Arabic}/u.test(words)) return 'fa-af';
  const known = BY_LETTERS.find(([letters]) => letters.test(words))?.[1];
  if (known !== undefined) return known;
  if (/\p{Script=Cyrillic}/u.test(words)) return 'ru';
  return ENGLISH.test(words) ? 'en' : undefined;
}
