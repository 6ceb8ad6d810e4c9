import type { SpokenLanguage, Voice } from '../../contract/languages.ts';

/** How espeak-ng speaks one of D8's languages. */
interface EspeakLanguage {
  /** espeak-ng's own code. */
  readonly code: string;
  /** Set where the voice is not really this language's; in Russian, for the screen. */
  readonly approximate?: string;
  /** Brings the text into the script that the voice reads. */
  readonly rewrite?: (text: string) => string;
}

export const ESPEAK_LANGUAGES: Readonly<Record<SpokenLanguage, EspeakLanguage>> = {
  ru: { code: 'ru' },
  uz: { code: 'uz' },
  // Persian with Latin letters: the nearest language there is a voice for. The Russian voice would swallow the
  // unstressed vowels and spell out ҳ, қ, ӣ; the numbers come out Persian, as they should.
  tj: {
    code: 'fa-Latn',
    approximate: 'таджикский — персидским голосом, приблизительно',
    rewrite: tajikToLatin,
  },
  kk: { code: 'kk' },
  ky: { code: 'ky' },
  tm: { code: 'tk' },
  az: { code: 'az' },
  'fa-af': { code: 'fa', approximate: 'дари — иранским персидским голосом, приблизительно' },
  en: { code: 'en-us' },
  tr: { code: 'tr' },
};

interface EspeakVoice {
  /** espeak-ng's voice variant: `+f3`, or nothing. */
  readonly variant: string;
  readonly pitch: number;
  readonly range: number;
  /** Brings its speech to −20 dBFS RMS; measured at ESPEAK_VOLUME over Russian and English (scripts/bench-tts.ts). */
  readonly gainDb: number;
}

export const ESPEAK_VOICES: Readonly<Record<Voice, EspeakVoice>> = {
  male: { variant: '+m3', pitch: 45, range: 50, gainDb: 4.9 },
  female: { variant: '+f3', pitch: 50, range: 50, gainDb: 4.2 },
  neutral: { variant: '', pitch: 72, range: 45, gainDb: 4.2 },
};

/** espeak-ng's words a minute. Slower than its 175: a telephone takes the upper half of the spectrum away. */
export const ESPEAK_RATE_WPM = 155;
/** Below espeak-ng's 100, at which some voices clip inside. */
export const ESPEAK_VOLUME = 60;

// oxfmt-ignore
const TAJIK: Readonly<Record<string, string>> = {
  а: 'a', б: 'b', в: 'v', г: 'g', ғ: 'gh', д: 'd', е: 'e', ё: 'yo', ж: 'zh', з: 'z', и: 'i', ӣ: 'i', й: 'y', к: 'k',
  қ: 'q', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ӯ: 'u', ф: 'f', х: 'kh', ҳ: 'h',
  ч: 'ch', ҷ: 'j', ш: 'sh', щ: 'sh', ъ: '', ы: 'i', ь: '', э: 'e', ю: 'yu', я: 'ya', ц: 'ts',
};

/** Tajik Cyrillic in Latin letters as espeak-ng's Persian expects them. Other characters stay. */
export function tajikToLatin(text: string): string {
  return text.replace(/\p{Script=Cyrillic}/gu, (letter) => {
    const latin = TAJIK[letter.toLowerCase()] ?? letter;
    return letter === letter.toLowerCase() ? latin : latin.charAt(0).toUpperCase() + latin.slice(1);
  });
}
