import type { SpokenLanguage, Voice } from '../contract/languages.ts';
import { fillers } from '../dialogue/phrases.ts';
import type { Filler } from './assistant-voice.ts';
import type { SpeechCache } from './speech-cache.ts';

/** Sees to it that the fillers of that language and voice are ready in a moment; costs nothing where they are. */
export function prepareFillers(cache: SpeechCache, language: SpokenLanguage, voice: Voice): void {
  cache.warm(fillers(language).map((text) => ({ text, language, voice })));
}

/** The `nth` filler (from 0) or, while that is not ready, the next one that is, going round; undefined: none is. */
export function readyFiller(
  cache: SpeechCache,
  language: SpokenLanguage,
  voice: Voice,
  nth: number,
): Filler | undefined {
  const texts = fillers(language);
  for (let at = 0; at < texts.length; at += 1) {
    const text = texts[(nth + at) % texts.length]!;
    const sound = cache.ready({ text, language, voice });
    if (sound !== undefined) return { text, sound };
  }
  return undefined;
}
