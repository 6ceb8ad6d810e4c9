import { ProviderError } from '../contract/errors.ts';
import type { SpokenLanguage, Voice } from '../contract/languages.ts';
import { fillers } from '../dialogue/phrases.ts';
import type { Clock } from '../ports/clock.ts';
import type { Pcm, SpeechRequest, TextToSpeech } from '../ports/speech.ts';
import { waitForEach, type Patience } from './patience.ts';
import type { Filler } from './assistant-voice.ts';

/** How long each bit of a filler's sound may take. */
const MAKING_STEP_MS = 8_000;

/** Short words with their sound, made once for a process and a voice, for replies that are late. */
export class Fillers {
  readonly #tts: TextToSpeech;
  readonly #clock: Clock;
  /** Undefined: being made. */
  readonly #made = new Map<string, Filler | undefined>();

  constructor(tts: TextToSpeech, clock: Clock) {
    this.#tts = tts;
    this.#clock = clock;
  }

  /** Sees to it that they are there in a moment; costs nothing when they are. Never rejects: there is life without. */
  prepare(language: SpokenLanguage, voice: Voice): void {
    for (const text of fillers(language)) void this.#make({ text, language, voice });
  }

  /** The `nth` (from 0), going round; undefined: not ready. */
  get(language: SpokenLanguage, voice: Voice, nth: number): Filler | undefined {
    const texts = fillers(language);
    const text = texts[nth % texts.length];
    return text === undefined ? undefined : this.#made.get(keyOf({ text, language, voice }));
  }

  async #make(request: SpeechRequest): Promise<void> {
    const key = keyOf(request);
    if (this.#made.has(key)) return;
    this.#made.set(key, undefined);
    const sound: Pcm[] = [];
    try {
      for await (const pcm of waitForEach(this.#patience(), (signal) => this.#tts.speak(request, signal)))
        sound.push(pcm);
    } catch {
      // The next call tries again.
      this.#made.delete(key);
      return;
    }
    if (sound.length > 0) this.#made.set(key, { text: request.text, sound });
    else this.#made.delete(key);
  }

  #patience(): Patience {
    return {
      clock: this.#clock,
      ms: MAKING_STEP_MS,
      // They outlive the call that asked for them first.
      signal: new AbortController().signal,
      late: () => new ProviderError('TTS_TIMEOUT', 'a filler was not made in time', { retryable: true }),
    };
  }
}

function keyOf({ text, language, voice }: SpeechRequest): string {
  return `${language} ${voice} ${text}`;
}
