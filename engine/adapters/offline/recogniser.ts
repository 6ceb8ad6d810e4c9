import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProviderError } from '../../contract/errors.ts';
import type { Recognition, SpeechToText } from '../../ports/speech.ts';
import { align } from './known-lines/alignment.ts';
import { fingerprintSlices } from './known-lines/fingerprint.ts';
import { makeTemplate, type KnownLine } from './known-lines/template.ts';
import { readWords, type Reading } from './known-lines/words.ts';

export type { KnownLine } from './known-lines/template.ts';

const RATE_HZ = 8000;
const LONGEST_SEC = 60;
const FRAMES_A_SLICE = 100;
/** RTP is paced on the same thread: no slice of work may hold it for longer. */
const SLICE_MS = 3;
/** Nearly all of the voice must be explained: the rest is a syllable that noise or loss has eaten. */
const LEAST_EXPLAINED = 0.7;

/**
 * Recognises what it knows by heart, from the sound alone: it compares the heard sound with recordings of the bundled
 * callers' lines and reads the words off the place where it found it. Anything else, also the same words in another
 * voice, is `not_recognised`: it does not guess. It is what HALO hears with when it has no key, and no recogniser of
 * speech in general.
 */
export function createOfflineRecogniser(lines: readonly KnownLine[]): SpeechToText {
  const templates = lines.map(makeTemplate);
  return {
    name: 'offline-known-lines',
    recognise: async (audio, _hint, signal): Promise<Recognition> => {
      signal.throwIfAborted();
      if (audio.rateHz !== RATE_HZ) {
        throw new ProviderError('STT_FAILED', `the offline recogniser wants 8 kHz, not ${audio.rateHz} Hz`, {
          retryable: false,
        });
      }
      const samples = audio.samples.subarray(0, RATE_HZ * LONGEST_SEC);
      const heard = await inSlices(fingerprintSlices(samples, FRAMES_A_SLICE), signal);
      return decide(readWords(await inSlices(align(heard, templates), signal)));
    },
  };
}

function decide({ text, language, explained, error }: Reading): Recognition {
  const known = explained >= LEAST_EXPLAINED && text !== '' && language !== undefined;
  return known
    ? { kind: 'recognised', text, language, confidence: Math.max(0, explained * (1 - 2 * error)) }
    : { kind: 'not_recognised' };
}

/** Runs stepwise work to its end, letting others have the thread after every few milliseconds of it. */
async function inSlices<T>(steps: Generator<undefined, T>, signal: AbortSignal): Promise<T> {
  for (let sliceEndMs = performance.now() + SLICE_MS; ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < sliceEndMs) continue;
    await nextTurn();
    signal.throwIfAborted();
    sliceEndMs = performance.now() + SLICE_MS;
  }
}
