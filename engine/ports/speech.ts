import type { CallLanguage, SpokenLanguage, Voice } from '../contract/languages.ts';

/** Mono 16-bit linear PCM. */
export interface Pcm {
  readonly samples: Int16Array;
  readonly rateHz: number;
}

export type Recognition =
  | {
      readonly kind: 'recognised';
      readonly text: string;
      /** The language that was heard, where the recogniser can tell. */
      readonly language?: SpokenLanguage;
      /** 0…1. */
      readonly confidence?: number;
    }
  /** There was sound, and no words could be made of it. Never a guess. */
  | { readonly kind: 'not_recognised' };

/** Turns one turn of the caller into words, from the sound alone. */
export interface SpeechToText {
  readonly name: string;
  /**
   * `audio`: 8 kHz, 0.1 … 60 s, with up to 300 ms of line sound before and after the words.
   * Rejects with ProviderError (`STT_…`); with the signal's reason when aborted.
   */
  recognise(audio: Pcm, hint: { readonly language: CallLanguage }, signal: AbortSignal): Promise<Recognition>;
}

export interface SpeechRequest {
  readonly text: string;
  readonly language: SpokenLanguage;
  readonly voice: Voice;
}

/** Turns a sentence into sound. */
export interface TextToSpeech {
  readonly name: string;
  /**
   * Which engine, model and voice would say this now, where `name` does not tell: the same for the same sound. It may
   * change when one of them gives way to another.
   */
  variant?(request: Pick<SpeechRequest, 'language' | 'voice'>): string;
  /**
   * Yields PCM as it is made; every chunk of one request has the same rate (8, 16, 22.05, 24 or 48 kHz).
   * Yields at least one non-empty chunk, or rejects with ProviderError (`TTS_…`, `LANGUAGE_UNSUPPORTED`).
   * Leaving the loop or aborting the signal stops the work behind it.
   */
  speak(request: SpeechRequest, signal: AbortSignal): AsyncIterable<Pcm>;
}

/** What a set of speech adapters can say and hear. */
export interface SpeechAbilities {
  readonly languages: readonly SpokenLanguage[];
  readonly voices: readonly Voice[];
}
