import type { Voice } from '../../contract/languages.ts';
import type { Clock } from '../../ports/clock.ts';

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

/** The one place for the key, the addresses and the models (V7). */
export interface OpenAiConfig {
  readonly apiKey: string;
  /** Any OpenAI-compatible server, with its `/v1`. */
  readonly baseUrl?: string;
  readonly sttModel?: string;
  readonly chatModel?: string;
  readonly analysisModel?: string;
  readonly ttsModel?: string;
  readonly voices?: Partial<Record<Voice, string>>;
  readonly timeouts?: Partial<OpenAiTimeouts>;
  /** Further attempts after the first, where a stage may be tried again; 2 by default. */
  readonly retries?: number;
  readonly clock?: Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>;
}

export const OPENAI_DEFAULTS = {
  baseUrl: 'https://api.openai.com/v1',
  sttModel: 'whisper-1',
  chatModel: 'gpt-4o-mini',
  ttsModel: 'gpt-4o-mini-tts',
  voices: { male: 'onyx', female: 'nova', neutral: 'alloy' },
  timeouts: {
    sttMs: 10_000,
    replyFirstMs: 8_000,
    replyIdleMs: 5_000,
    speechFirstMs: 8_000,
    speechIdleMs: 5_000,
    afterCallMs: 45_000,
  },
  retries: 2,
} as const satisfies Omit<OpenAiConfig, 'apiKey'>;

/** V7: STT ≤ 10 s, whatever is configured. */
export const MAX_STT_MS = 10_000;
