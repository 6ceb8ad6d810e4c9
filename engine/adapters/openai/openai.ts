import { SPOKEN_LANGUAGES, VOICES } from '../../contract/languages.ts';
import type { Operator } from '../../ports/operator.ts';
import type { SpeechAbilities, SpeechToText, TextToSpeech } from '../../ports/speech.ts';
import { OpenAiClient } from './client.ts';
import { OPENAI_DEFAULTS, type OpenAiConfig } from './config.ts';
import { createOpenAiOperator } from './operator.ts';
import { createOpenAiStt } from './stt.ts';
import { createOpenAiTts } from './tts.ts';
import { voicesOf } from './voices.ts';

export type { OpenAiConfig } from './config.ts';

export interface OpenAiSet {
  readonly stt: SpeechToText;
  readonly tts: TextToSpeech;
  readonly operator: Operator;
  readonly abilities: SpeechAbilities;
  /**
   * Opens the connections that a call needs (one for the chat, one for the speech beside it), where they are not open
   * and free already. At start-up, and while a phone rings: cheap. Never rejects; the number opened.
   */
  warmUp(signal?: AbortSignal): Promise<number>;
  /** Closes every connection. */
  close(): void;
}

const CONNECTIONS_OF_A_CALL = 2;

/** The OpenAI set of adapters over one client (V7). Throws RangeError without a key; connects to nothing by itself. */
export function createOpenAi(config: OpenAiConfig): OpenAiSet {
  if (config.apiKey.trim() === '') throw new RangeError('the OpenAI adapters need a key: set OPENAI_API_KEY');
  const client = new OpenAiClient(config);
  const ttsModel = config.ttsModel ?? OPENAI_DEFAULTS.ttsModel;
  const chat = config.chatModel ?? OPENAI_DEFAULTS.chatModel;
  return {
    stt: createOpenAiStt(client, config.sttModel ?? OPENAI_DEFAULTS.sttModel),
    tts: createOpenAiTts(client, ttsModel, {
      ...voicesOf(ttsModel),
      ...config.voices,
    }),
    operator: createOpenAiOperator(client, {
      chat,
      fallback: config.fallbackChatModel,
      analysis: config.analysisModel ?? chat,
    }),
    abilities: { languages: [...SPOKEN_LANGUAGES], voices: [...VOICES] },
    warmUp: (signal) => client.warmUp(CONNECTIONS_OF_A_CALL, signal),
    close: () => client.close(),
  };
}
