import type { ProviderError } from '../../contract/errors.ts';
import type { Voice } from '../../contract/languages.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OpenAiStage } from './errors.ts';

/** Milliseconds. All of them count from the request and hold whatever the retries. */
export interface OpenAiTimeouts {
  /** The whole transcription; V7 allows 10 s. */
  readonly sttMs: number;
  /** Until the first words of a reply, and between two pieces of it. */
  readonly replyFirstMs: number;
  readonly replyIdleMs: number;
  /** Until the first sound of a sentence, and between two pieces of it. */
  readonly speechFirstMs: number;
  readonly speechIdleMs: number;
  /** The analysis and the follow-up, after the call. */
  readonly afterCallMs: number;
}

/** A request did not go straight: the log's business, never the caller's. */
export type OpenAiDetour =
  /** No answer after so long: asked again beside it. */
  | { readonly kind: 'late'; readonly stage: OpenAiStage; readonly afterMs: number }
  /** Failed: the fallback model was asked at once. */
  | { readonly kind: 'fallback'; readonly stage: OpenAiStage; readonly error: ProviderError }
  /** Failed: asked again after a pause. */
  | {
      readonly kind: 'retry';
      readonly stage: OpenAiStage;
      readonly error: ProviderError;
      readonly afterMs: number;
    };

/** The one place for the key, the addresses and the models (V7). */
export interface OpenAiConfig {
  readonly apiKey: string;
  /** Any OpenAI-compatible server, with its `/v1`. */
  readonly baseUrl?: string;
  readonly sttModel?: string;
  readonly chatModel?: string;
  /** Asked too when the chat model is late, is not there (404), has no room (429) or fails (5xx). */
  readonly fallbackChatModel?: string | undefined;
  readonly analysisModel?: string;
  readonly ttsModel?: string;
  /** The server's own names; the model's usual ones (voices.ts) where left out. */
  readonly voices?: Partial<Record<Voice, string>>;
  readonly timeouts?: Partial<OpenAiTimeouts>;
  /** Further attempts after the first, where a stage may be tried again; 2 by default. */
  readonly retries?: number;
  /** A transcription or speech without an answer for so long is asked for once more; 0: never. 1,500 by default. */
  readonly hedgeMs?: number;
  readonly onDetour?: (detour: OpenAiDetour) => void;
  readonly clock?: Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>;
}

export const OPENAI_DEFAULTS = {
  baseUrl: 'https://api.openai.com/v1',
  sttModel: 'whisper-1',
  chatModel: 'gpt-4o-mini',
  ttsModel: 'gpt-4o-mini-tts',
  timeouts: {
    sttMs: 10_000,
    replyFirstMs: 8_000,
    replyIdleMs: 5_000,
    speechFirstMs: 8_000,
    speechIdleMs: 5_000,
    afterCallMs: 45_000,
  },
  retries: 2,
  hedgeMs: 1_500,
} as const satisfies Omit<OpenAiConfig, 'apiKey'>;

/** V7: STT ≤ 10 s, whatever is configured. */
export const MAX_STT_MS = 10_000;
