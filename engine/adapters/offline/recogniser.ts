import { setImmediate as othersTurn } from 'node:timers/promises';
import { ProviderError } from '../../contract/errors.ts';
import type { Recognition, SpeechToText } from '../../ports/speech.ts';
import { align } from './known-lines/alignment.ts';
import { coarseSearch } from './known-lines/coarse-search.ts';
import { hear } from './known-lines/heard.ts';
import type { KnownLine } from './known-lines/known-line.ts';
import { makeLibrary, type Library } from './known-lines/library.ts';
import { read, type Reading } from './known-lines/reading.ts';

export type { KnownLine } from './known-lines/known-line.ts';

const RATE_HZ = 8000;
const LEAST_MS = 100;
const LONGEST_SEC = 60;
const SLICE_FRAMES = 64;
/** How well the sound must have been found in the lines to be believed. */
interface Bar {
  /** Share of the voice that is explained: the rest is a syllable that noise or loss has eaten. */
  readonly explained: number;
  /** The same sound fits by 0.85 on a clean line and by 0.6 in 15 dB of noise; the same voice's other words by 0.4. */
  readonly fit: number;
  /** Frames of 10 ms that fit fully: a quarter of a second at the least. */
  readonly evidence: number;
}
const ONE_STRETCH: Bar = { explained: 0.85, fit: 0.48, evidence: 16 };
const ONE_THAT_FITS_WELL: Bar = { explained: 0.75, fit: 0.6, evidence: 16 };
/** Other words can be put together from many small bits of known ones: several stretches must be good ones. */
const severalStretches = (count: number): Bar => ({ explained: 0.85, fit: 0.53, evidence: 20 * count });
/** A word of its own that was not understood must not be passed over. */
const MOST_UNEXPLAINED_MS = 250;
const USUAL_FIT = 0.7;

/**
 * Recognises what it knows by heart, from the sound alone: it compares the heard sound with recordings of the bundled
 * callers' lines and reads the words off the place where it found it. Anything else, also the same words in another
 * voice, is `not_recognised`: it does not guess. It is what HALO hears with when it has no key, and no recogniser of
 * speech in general.
 */
export function createOfflineRecogniser(lines: readonly KnownLine[]): SpeechToText {
  const library = makeLibrary(lines);
  return {
    name: 'offline-known-lines',
    recognise: async (audio, _hint, signal): Promise<Recognition> => {
      signal.throwIfAborted();
      if (audio.rateHz !== RATE_HZ) {
        throw new ProviderError(
          'STT_FAILED',
          `the offline recogniser takes 8 kHz sound, not ${audio.rateHz} Hz: resample it first`,
          {
            retryable: false,
          },
        );
      }
      if (audio.samples.length < (RATE_HZ * LEAST_MS) / 1000) return { kind: 'not_recognised' };
      return decide(
        await inSlices(recognise(audio.samples.subarray(0, RATE_HZ * LONGEST_SEC), library), signal),
      );
    },
  };
}

function* recognise(samples: Int16Array, library: Library): Generator<undefined, Reading> {
  const heard = yield* hear(samples, SLICE_FRAMES);
  const candidates = yield* coarseSearch(heard, library);
  return read(heard, yield* align(heard, candidates));
}

function decide(reading: Reading): Recognition {
  const { text, language, explained, fit } = reading;
  if (text === '' || language === undefined || !believable(reading)) return { kind: 'not_recognised' };
  return { kind: 'recognised', text, language, confidence: explained * Math.min(1, fit / USUAL_FIT) };
}

function believable(reading: Reading): boolean {
  const { stretches, longestUnexplainedMs } = reading;
  const bars = stretches === 1 ? [ONE_STRETCH, ONE_THAT_FITS_WELL] : [severalStretches(stretches)];
  const passes = ({ explained, fit, evidence }: Bar) =>
    reading.explained >= explained && reading.fit >= fit && reading.evidence >= evidence;
  return longestUnexplainedMs <= MOST_UNEXPLAINED_MS && bars.some(passes);
}

/** Runs stepwise work to its end; after each step (a millisecond or two) RTP and everybody else get the thread. */
async function inSlices<T>(steps: Generator<undefined, T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await othersTurn();
    signal.throwIfAborted();
  }
}
