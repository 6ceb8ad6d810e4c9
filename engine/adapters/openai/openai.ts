import { SPOKEN_LANGUAGES, VOICES } from '../../contract/languages.ts';
import type { Operator } from '../../ports/operator.ts';
import type { SpeechAbilities, SpeechToText, TextToSpeech } from '../../ports/speech.ts';
import { OpenAiClient } from './client.ts';
import { OPENAI_DEFAULTS, type OpenAiConfig } from './config.ts';
import { createOpenAiOperator } from './operator.ts';
import { createOpenAiStt } from './stt.ts';
import { createOpenAiTts } from './tts.ts';

export type { OpenAiConfig } from './config.ts';

export interface OpenAiSet {
  readonly stt: SpeechToText;
  readonly tts: TextToSpeech;
  readonly operator: Operator;
  readonly abilities: SpeechAbilities;
}

/** The OpenAI set of adapters over one client (V7). Throws RangeError without a key; connects to nothing by itself. */
export function createOpenAi(config: OpenAiConfig): OpenAiSet {
  if (config.apiKey.trim() === '') throw new RangeError('the OpenAI adapters need a key: set OPENAI_API_KEY');
  const client = new OpenAiClient(config);
  const chat = config.chatModel ?? OPENAI_DEFAULTS.chatModel;
  return {
    stt: createOpenAiStt(client, config.sttModel ?? OPENAI_DEFAULTS.sttModel),
    tts: createOpenAiTts(client, config.ttsModel ?? OPENAI_DEFAULTS.ttsModel, {
      ...OPENAI_DEFAULTS.voices,
      ...config.voices,
    }),
    operator: createOpenAiOperator(client, { chat, analysis: config.analysisModel ?? chat }),
    abilities: { languages: [...SPOKEN_LANGUAGES], voices: [...VOICES] },
  };
}
