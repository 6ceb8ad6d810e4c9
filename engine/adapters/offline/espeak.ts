import { ProviderError } from '../../contract/errors.ts';
import { SPOKEN_LANGUAGES, VOICES, type SpokenLanguage } from '../../contract/languages.ts';
import type { Pcm, SpeechAbilities, SpeechRequest, TextToSpeech } from '../../ports/speech.ts';
import { EspeakProcess, type EspeakProcessOptions } from './espeak-process.ts';
import { ESPEAK_LANGUAGES, ESPEAK_RATE_WPM, ESPEAK_VOICES, ESPEAK_VOLUME } from './espeak-voices.ts';
import { SpeechShaper } from './synthesiser-sound.ts';
import { ChunkQueue } from './synthesiser-stream.ts';
import { speakable } from './synthesiser-text.ts';

export interface EspeakOptions extends EspeakProcessOptions {
  /** Limits of one request; the first includes the loading of a cold child. */
  readonly firstChunkMs?: number;
  readonly totalMs?: number;
}

/** espeak-ng: understandable, plainly a machine, always there. 22,050 Hz. */
export class EspeakSynthesiser implements TextToSpeech {
  readonly name = 'espeak-ng';
  readonly abilities: SpeechAbilities = { languages: SPOKEN_LANGUAGES, voices: VOICES };
  readonly #process: EspeakProcess;
  readonly #firstChunkMs: number;
  readonly #totalMs: number;

  constructor(options: EspeakOptions = {}) {
    this.#process = new EspeakProcess(options);
    this.#firstChunkMs = options.firstChunkMs ?? 5000;
    this.#totalMs = options.totalMs ?? 15_000;
  }

  /** The child's process id, while there is one. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Requests that the child has in work. */
  get working(): number {
    return this.#process.working;
  }

  warmUp(): Promise<void> {
    return this.#process.warmUp();
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  async *speak(request: SpeechRequest, signal: AbortSignal): AsyncGenerator<Pcm, void, undefined> {
    const language = languageOf(request.language);
    const voice = ESPEAK_VOICES[request.voice];
    const text = speakable(request.text, request.language);
    signal.throwIfAborted();
    const queue = new ChunkQueue<Int16Array>();
    const cancel = this.#process.speak(
      {
        text: language.rewrite?.(text) ?? text,
        voice: language.code + voice.variant,
        rateWpm: ESPEAK_RATE_WPM,
        pitch: voice.pitch,
        range: voice.range,
        volume: ESPEAK_VOLUME,
      },
      queue,
    );
    const limits = { firstChunkMs: this.#firstChunkMs, totalMs: this.#totalMs, engine: this.name };
    let shaper: SpeechShaper | undefined;
    let given = 0;
    try {
      for await (const raw of queue.drain(signal, limits, cancel)) {
        shaper ??= new SpeechShaper(this.#process.rateHz, voice.gainDb);
        const samples = shaper.push(raw);
        given += samples.length;
        if (samples.length > 0) yield { samples, rateHz: this.#process.rateHz };
      }
    } catch (error) {
      // A child that is late is stuck in a synthesis, and nothing but a new one helps the requests behind it.
      if (error instanceof ProviderError && error.code === 'TTS_TIMEOUT') this.#process.restart('is stuck');
      throw error;
    }
    const rest = shaper?.end() ?? new Int16Array(0);
    if (rest.length > 0) yield { samples: rest, rateHz: this.#process.rateHz };
    if (given + rest.length > 0) return;
    const message = `espeak-ng makes no sound of this text in ${request.language}`;
    throw new ProviderError('TTS_EMPTY', message, { retryable: false });
  }
}

function languageOf(language: SpokenLanguage): (typeof ESPEAK_LANGUAGES)[SpokenLanguage] {
  // The table is whole by its type; what comes from outside may still be anything.
  if (Object.hasOwn(ESPEAK_LANGUAGES, language)) return ESPEAK_LANGUAGES[language];
  throw new ProviderError('LANGUAGE_UNSUPPORTED', `espeak-ng: no voice for ${language}`, {
    retryable: false,
  });
}
