import { BANDS, bandLevels, HOP_MS, HOP_SAMPLES, type BandLevels } from './band-levels.ts';
import { fingerprint, type Fingerprint } from './fingerprint.ts';
import type { KnownLine, KnownPhrase } from './known-line.ts';
import { timeWords, type TimedWord } from './word-times.ts';

/** The known sound is looked at every 5 ms, the heard one every 10: wherever it was cut, some frame is near. */
export const FINE = 2;
/** Quieter than this under the line's loudest frame is a pause. */
const PAUSE_DB = 32;

/** A known line, ready to be compared with. */
export interface KnownSound {
  readonly line: KnownLine;
  /** Every 5 ms. */
  readonly bands: BandLevels;
  readonly voiced: Uint8Array;
  /** Word times by phrase. */
  readonly words: readonly (readonly TimedWord[])[];
  /** Where its fingerprint begins in the library's. */
  readonly start: number;
  /** In frames of 10 ms. */
  readonly length: number;
}

/** All known lines, and their fingerprints one after another. */
export interface Library {
  readonly sounds: readonly KnownSound[];
  readonly bits: Int32Array;
}

export function makeLibrary(lines: readonly KnownLine[]): Library {
  const floor = new Float32Array(BANDS);
  const prints: Fingerprint[] = [];
  let start = 0;
  const sounds = lines.map((line): KnownSound => {
    const bands = runThrough(bandLevels(line.pcm, HOP_SAMPLES / FINE, Number.POSITIVE_INFINITY));
    const peak = bands.loudness.reduce((most, db) => Math.max(most, db), 0);
    const voiced = Uint8Array.from(bands.loudness, (db) => (db > peak - PAUSE_DB ? 1 : 0));
    const print = fingerprint(bands.levels, bands.frames, FINE, floor);
    prints.push(print);
    const sound = {
      line,
      bands,
      voiced,
      words: line.phrases.map((phrase) =>
        timeWords(audiblePart(phrase, voiced), (ms) => voiced[toPlace(ms)] === 1),
      ),
      start,
      length: print.bits.length,
    };
    start += print.bits.length;
    return sound;
  });
  const bits = new Int32Array(start);
  sounds.forEach((sound, n) => {
    bits.set(prints[n]!.bits, sound.start);
  });
  return { sounds, bits };
}

/** A phrase's first and last sounds may be too faint for the telephone: its words share what can be heard. */
function audiblePart(phrase: KnownPhrase, voiced: Uint8Array): KnownPhrase {
  const first = voiced.indexOf(1, toPlace(phrase.startMs));
  const last = voiced.lastIndexOf(1, toPlace(phrase.endMs));
  return first < 0 || last <= first ? phrase : { ...phrase, startMs: toMs(first), endMs: toMs(last + 1) };
}

function toPlace(ms: number): number {
  return Math.round((ms * FINE) / HOP_MS);
}

function toMs(place: number): number {
  return (place * HOP_MS) / FINE;
}

function runThrough<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
