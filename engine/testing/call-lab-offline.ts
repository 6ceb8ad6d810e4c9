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

/** Made once for all files of a worker: the lines, who knows them by heart, and what was ever said. */
let callers: Promise<Pick<OfflineParts, 'lines' | 'stt'>> | undefined;
let speaking: TextToSpeech | undefined;
const remembered = new SpeechCache(
  {
    name: 'espeak-ng',
    speak: (request, signal) => {
      if (speaking === undefined) throw new Error('the offline parts were closed');
      return speaking.speak(request, signal);
    },
  },
  systemClock,
);

async function openCallers(): Promise<Pick<OfflineParts, 'lines' | 'stt'>> {
  const lines = await loadCallerVoices(VOICES_DIR);
  return { lines, stt: createOfflineRecogniser(lines) };
}

/**
 * The product's own speech without a key, but never RHVoice: the same sound on every machine, and, as it is remembered,
 * the same whenever a sentence is said again (espeak-ng's own varies by some samples).
 */
export async function openOfflineParts(): Promise<OfflineParts> {
  const { lines, stt } = await (callers ??= openCallers());
  const synthesiser = new OfflineSynthesiser({ espeak: new EspeakSynthesiser() });
  await synthesiser.warmUp();
  speaking = synthesiser;
  return {
    lines,
    stt,
    operator: createOfflineOperator(),
    tts: remembered,
    close: async () => {
      if (speaking === synthesiser) speaking = undefined;
      await synthesiser.close();
    },
  };
}
