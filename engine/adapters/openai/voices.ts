import type { Voice } from '../../contract/languages.ts';

type VoiceNames = Readonly<Record<Voice, string>>;

/** Every speech model of OpenAI's has these, and so has every server that imitates it. */
export const CLASSIC_VOICES: VoiceNames = { male: 'onyx', female: 'nova', neutral: 'alloy' };

/** https://platform.openai.com/docs/guides/text-to-speech: marin and cedar are its best, and tts-1 has not got them. */
const BY_MODEL: readonly (readonly [RegExp, VoiceNames])[] = [
  [/^gpt-4o-mini-tts/, { male: 'cedar', female: 'marin', neutral: 'alloy' }],
  [/^tts-1(?:-hd)?(?:-\d+)?$/, CLASSIC_VOICES],
];

/** The voices of D8 by the names that the model knows. */
export function voicesOf(model: string): VoiceNames {
  return BY_MODEL.find(([pattern]) => pattern.test(model))?.[1] ?? CLASSIC_VOICES;
}
