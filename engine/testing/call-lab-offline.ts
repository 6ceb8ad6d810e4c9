import { fileURLToPath } from 'node:url';
import { EspeakSynthesiser } from '../adapters/offline/espeak.ts';
import { createOfflineOperator } from '../adapters/offline/operator.ts';
import { createOfflineRecogniser } from '../adapters/offline/recogniser.ts';
import { OfflineSynthesiser } from '../adapters/offline/synthesiser.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import { SpeechCache } from '../call/speech-cache.ts';
import { loadCallerVoices, type CallerLine } from '../far-end/caller-voices.ts';
import type { Operator } from '../ports/operator.ts';
import type { SpeechToText, TextToSpeech } from '../ports/speech.ts';

/** Seeds of the project: the bundled callers' recordings. */
export const VOICES_DIR = fileURLToPath(new URL('../../seeds/voices/', import.meta.url));

export interface OfflineParts {
  readonly lines: readonly CallerLine[];
  readonly stt: SpeechToText;
  readonly operator: Operator;
  readonly tts: TextToSpeech;
  close(): Promise<void>;
}

/**
 * The product's own speech without a key, but never RHVoice: the same sound on every machine, and, as it is remembered,
 * the same whenever a sentence is said again (espeak-ng's own varies by some samples).
 */
export async function openOfflineParts(): Promise<OfflineParts> {
  const lines = await loadCallerVoices(VOICES_DIR);
  const synthesiser = new OfflineSynthesiser({ espeak: new EspeakSynthesiser() });
  await synthesiser.warmUp();
  return {
    lines,
    stt: createOfflineRecogniser(lines),
    operator: createOfflineOperator(),
    tts: new SpeechCache(synthesiser, systemClock),
    close: () => synthesiser.close(),
  };
}
