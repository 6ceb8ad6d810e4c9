import { LANGUAGE_FACTS, SPOKEN_LANGUAGES, VOICES, type SpokenLanguage } from '../../contract/languages.ts';
import type { Pcm, SpeechAbilities, SpeechRequest, TextToSpeech } from '../../ports/speech.ts';
import { ESPEAK_LANGUAGES } from './espeak-voices.ts';
import { EspeakSynthesiser } from './espeak.ts';
import { findRhvoice } from './rhvoice-install.ts';
import { RhvoiceSynthesiser } from './rhvoice.ts';
import { speakable } from './synthesiser-text.ts';

export type OfflineEngine = 'rhvoice' | 'espeak-ng';

/** Which engine speaks a language, for the description shown to users. */
export interface VoiceInUse {
  readonly language: SpokenLanguage;
  readonly engine: OfflineEngine;
  /** False where the voice is really another language's. */
  readonly exact: boolean;
  /** In Russian: «Русский — RHVoice». */
  readonly notice: string;
}

export interface OfflineSynthesiserOptions {
  /** HALO_DATA_DIR: `npm run voices` puts RHVoice there. */
  readonly dataDir: string;
  /** Hears, in English, of failures that were got over. */
  readonly onFailure?: (message: string) => void;
}

/** What the composition is made of; the product's own are made by createOfflineSynthesiser. */
export interface OfflineEngines {
  readonly espeak: TextToSpeech & { warmUp(): Promise<void>; close(): Promise<void> };
  readonly rhvoice?: TextToSpeech & {
    has(request: Pick<SpeechRequest, 'language' | 'voice'>): boolean;
    warmUp(): Promise<void>;
    close(): Promise<void>;
  };
  readonly onFailure?: (message: string) => void;
}

/** After this many failures in a row RHVoice is not asked again until the next start. */
const MAX_RHVOICE_FAILURES = 3;

/** RHVoice where it has the voice, espeak-ng for the rest and when RHVoice fails; finds on the spot what there is. */
export function createOfflineSynthesiser(options: OfflineSynthesiserOptions): OfflineSynthesiser {
  const onFailure = options.onFailure ?? (() => {});
  const install = findRhvoice(options.dataDir);
  const rhvoice = install === undefined ? undefined : new RhvoiceSynthesiser({ install });
  return new OfflineSynthesiser({
    espeak: new EspeakSynthesiser({ onFailure }),
    ...(rhvoice !== undefined && rhvoice.abilities.languages.length > 0 ? { rhvoice } : {}),
    onFailure,
  });
}

/** Speech without a key or a network, in every language of D8. */
export class OfflineSynthesiser implements TextToSpeech {
  readonly #engines: OfflineEngines;
  #rhvoiceFailures = 0;
  #steppedIn = 0;

  constructor(engines: OfflineEngines) {
    this.#engines = engines;
  }

  /** `rhvoice+espeak-ng`, or `espeak-ng` where RHVoice is not there (or was given up). */
  get name(): string {
    return this.#rhvoice === undefined ? 'espeak-ng' : 'rhvoice+espeak-ng';
  }

  /** All of D8; `approximate` names those spoken with a related language's voice. */
  get abilities(): SpeechAbilities & { readonly approximate: readonly SpokenLanguage[] } {
    const approximate = this.voicesInUse.filter((voice) => !voice.exact).map((voice) => voice.language);
    return { languages: SPOKEN_LANGUAGES, voices: VOICES, approximate };
  }

  get voicesInUse(): readonly VoiceInUse[] {
    return SPOKEN_LANGUAGES.map((language) => {
      const name = LANGUAGE_FACTS[language].russianName;
      if (VOICES.some((voice) => this.#rhvoice?.has({ language, voice }) === true)) {
        return { language, engine: 'rhvoice', exact: true, notice: `${name} — RHVoice` };
      }
      const { approximate } = ESPEAK_LANGUAGES[language];
      const notice = `${name} — espeak-ng${approximate === undefined ? '' : ` (${approximate})`}`;
      return { language, engine: 'espeak-ng', exact: approximate === undefined, notice };
    });
  }

  /** Loads the engines, so that the first call is as quick as the others. Rejects when espeak-ng cannot be started. */
  async warmUp(): Promise<void> {
    await this.#engines.espeak.warmUp();
    await this.#rhvoice?.warmUp().catch((error: unknown) => this.#onRhvoiceFailure(error));
  }

  async close(): Promise<void> {
    await Promise.all([this.#engines.espeak.close(), this.#engines.rhvoice?.close()]);
  }

  /** The count of times that espeak-ng stepped in is part of it: what was said meanwhile may be either's sound. */
  variant(request: Pick<SpeechRequest, 'language' | 'voice'>): string {
    return this.#rhvoice?.has(request) === true ? `rhvoice, ${this.#steppedIn}` : 'espeak-ng';
  }

  async *speak(request: SpeechRequest, signal: AbortSignal): AsyncGenerator<Pcm, void, undefined> {
    signal.throwIfAborted();
    // A text that nobody could say is no failure of an engine.
    speakable(request.text, request.language);
    const rhvoice = this.#rhvoice;
    if (rhvoice?.has(request) === true) {
      let begun = false;
      try {
        for await (const pcm of rhvoice.speak(request, signal)) {
          begun = true;
          yield pcm;
        }
        this.#rhvoiceFailures = 0;
        return;
      } catch (error) {
        // A voice cannot change in mid-sentence.
        if (begun || signal.aborted) throw error;
        this.#onRhvoiceFailure(error);
      }
    }
    yield* this.#engines.espeak.speak(request, signal);
  }

  get #rhvoice(): OfflineEngines['rhvoice'] {
    return this.#rhvoiceFailures >= MAX_RHVOICE_FAILURES ? undefined : this.#engines.rhvoice;
  }

  #onRhvoiceFailure(error: unknown): void {
    this.#rhvoiceFailures += 1;
    this.#steppedIn += 1;
    const what = this.#rhvoice === undefined ? 'given up until the next start' : 'espeak-ng speaks instead';
    this.#engines.onFailure?.(`${error instanceof Error ? error.message : String(error)}; ${what}`);
  }
}
