import type { EngineDescription } from '../../engine/contract/engine.ts';
import { LANGUAGE_FACTS, SPOKEN_LANGUAGES, VOICES, type Voice } from '../../engine/contract/languages.ts';
import { DEFAULT_LANGUAGE, DEFAULT_VOICE, PROMPT_MAX_CHARS } from '../schemas/call.ts';
import type { DemoAbout } from '../schemas/demo.ts';

const VOICE_NAMES: Readonly<Record<Voice, string>> = {
  male: 'Мужской',
  female: 'Женский',
  neutral: 'Нейтральный',
};

/**
 * What is at work. `notices` repeats the engine's and the channels' own words, and nothing is said of what is real.
 * `channelNotices`: what the SMS gateway, the sheet and the like say about themselves. `browserPhone`: whether a page
 * can take its call itself.
 */
export function about(
  engine: EngineDescription,
  channelNotices: readonly string[],
  browserPhone: boolean,
): DemoAbout {
  const { telephony, speech } = engine;
  return {
    telephony: { name: telephony.name, simulated: telephony.simulated, notice: telephony.notice },
    speech: { ...speech, languages: [...speech.languages] },
    browser_phone: browserPhone,
    notices: [telephony.notice, speech.notice, ...channelNotices].filter((notice) => notice !== ''),
    languages: [
      { code: 'auto', name: 'Авто (определить язык)', own_name: 'Auto', available: true },
      ...SPOKEN_LANGUAGES.map((code) => ({
        code,
        name: LANGUAGE_FACTS[code].russianName,
        own_name: LANGUAGE_FACTS[code].ownName,
        available: speech.languages.includes(code),
      })),
    ],
    voices: VOICES.map((code) => ({ code, name: VOICE_NAMES[code] })),
    defaults: { language: DEFAULT_LANGUAGE, voice: DEFAULT_VOICE, prompt_max_chars: PROMPT_MAX_CHARS },
  };
}
