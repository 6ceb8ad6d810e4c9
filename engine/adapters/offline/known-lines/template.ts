import type { SpokenLanguage } from '../../../contract/languages.ts';
import { fingerprint, popcount, type Fingerprint } from './fingerprint.ts';
import { HOP_MS } from './spectrum.ts';

/** A line whose sound is known: what a bundled caller can say. */
export interface KnownLine {
  readonly id: string;
  readonly language: SpokenLanguage;
  readonly phrases: readonly { readonly text: string; readonly startMs: number; readonly endMs: number }[];
  /** 8 kHz, mono. */
  readonly pcm: Int16Array;
}

export interface Template {
  readonly line: KnownLine;
  readonly print: Fingerprint;
  /** Trusted bits before each frame: the difference of two entries counts a stretch. */
  readonly trustedBefore: Uint32Array;
  readonly words: readonly TimedWord[];
}

export interface TimedWord {
  readonly text: string;
  readonly phrase: number;
  readonly startFrame: number;
  readonly endFrame: number;
}

export function makeTemplate(line: KnownLine): Template {
  const print = fingerprint(line.pcm);
  const trustedBefore = new Uint32Array(print.trusted.length + 1);
  print.trusted.forEach((trust, frame) => {
    trustedBefore[frame + 1] = trustedBefore[frame]! + popcount(trust);
  });
  return { line, print, trustedBefore, words: line.phrases.flatMap(timeWords) };
}

/** Words share their phrase's time by their lengths: only its beginning and end are known. */
function timeWords(phrase: KnownLine['phrases'][number], at: number): TimedWord[] {
  const words = phrase.text.split(/\s+/).filter((word) => word !== '');
  const weight = (word: string) => word.length + 1;
  const whole = words.reduce((sum, word) => sum + weight(word), 0);
  let before = 0;
  return words.map((text) => {
    const from = before / whole;
    before += weight(text);
    const frame = (share: number) =>
      Math.round((phrase.startMs + (phrase.endMs - phrase.startMs) * share) / HOP_MS);
    return { text, phrase: at, startFrame: frame(from), endFrame: frame(before / whole) };
  });
}
