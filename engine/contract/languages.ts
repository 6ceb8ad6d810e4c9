import Type, { type Static } from 'typebox';

/** Languages a call can be held in, by the customer's codes (D8). */
export const SPOKEN_LANGUAGES = ['ru', 'uz', 'tj', 'kk', 'ky', 'tm', 'az', 'fa-af', 'en', 'tr'] as const;
export const SpokenLanguage = Type.Enum([...SPOKEN_LANGUAGES]);
export type SpokenLanguage = (typeof SPOKEN_LANGUAGES)[number];

/** What may be asked for: a language, or `auto` (start in Russian, follow the caller). */
export const CALL_LANGUAGES = ['auto', ...SPOKEN_LANGUAGES] as const;
export const CallLanguage = Type.Enum([...CALL_LANGUAGES]);
export type CallLanguage = (typeof CALL_LANGUAGES)[number];

export const VOICES = ['male', 'female', 'neutral'] as const;
export const Voice = Type.Enum([...VOICES]);
export type Voice = Static<typeof Voice>;

interface LanguageFacts {
  /** ISO 639-1, what speech APIs want. */
  readonly iso: string;
  /** The language's name in Russian and in itself. */
  readonly russianName: string;
  readonly ownName: string;
  /** May be passed to Whisper as a hint (Whisper knows no Kyrgyz: let the model decide). */
  readonly whisperHint: boolean;
}

export const LANGUAGE_FACTS: Readonly<Record<SpokenLanguage, LanguageFacts>> = {
  ru: { iso: 'ru', russianName: 'Русский', ownName: 'Русский', whisperHint: true },
  uz: { iso: 'uz', russianName: 'Узбекский', ownName: 'Oʻzbekcha', whisperHint: true },
  tj: { iso: 'tg', russianName: 'Таджикский', ownName: 'Тоҷикӣ', whisperHint: true },
  kk: { iso: 'kk', russianName: 'Казахский', ownName: 'Қазақша', whisperHint: true },
  ky: { iso: 'ky', russianName: 'Киргизский', ownName: 'Кыргызча', whisperHint: false },
  tm: { iso: 'tk', russianName: 'Туркменский', ownName: 'Türkmençe', whisperHint: true },
  az: { iso: 'az', russianName: 'Азербайджанский', ownName: 'Azərbaycanca', whisperHint: true },
  'fa-af': { iso: 'fa', russianName: 'Дари / Афганский', ownName: 'دری', whisperHint: true },
  en: { iso: 'en', russianName: 'Английский', ownName: 'English', whisperHint: true },
  tr: { iso: 'tr', russianName: 'Турецкий', ownName: 'Türkçe', whisperHint: true },
};

/** The customer's code for an ISO 639-1 code, or undefined where HALO does not speak that language. */
export function languageFromIso(iso: string): SpokenLanguage | undefined {
  return SPOKEN_LANGUAGES.find((code) => LANGUAGE_FACTS[code].iso === iso.toLowerCase());
}

/** The language a call starts in: Russian for `auto` (D8). */
export function startingLanguage(language: CallLanguage): SpokenLanguage {
  return language === 'auto' ? 'ru' : language;
}
