import type { SpokenLanguage } from '../../../contract/languages.ts';
import type { FrameMatch } from './alignment.ts';
import { HOP_MS } from './band-levels.ts';
import type { Heard } from './heard.ts';
import { FINE, type KnownSound } from './library.ts';

/** What was found in the heard sound, and how far it explains it. */
export interface Reading {
  readonly text: string;
  /** The language of most of it. */
  readonly language: SpokenLanguage | undefined;
  /** Share of the voiced frames that were found in a line, 0…1. */
  readonly explained: number;
  /** The most voice between two places that were found, or before the first or after the last. */
  readonly longestUnexplainedMs: number;
  /** How well they fit there on average, −1…1. */
  readonly fit: number;
  /** How much there was to compare: the sum of what fitted, in frames of 10 ms. */
  readonly evidence: number;
  readonly stretches: number;
}

/** A walk through one line without a turning back. */
interface Stretch {
  readonly sound: KnownSound;
  /** Places in steps of 5 ms. */
  from: number;
  to: number;
  /** Heard frames with something to compare, and the sum of what they say. */
  frames: number;
  evidence: number;
  lastFrame: number;
}

/** Less than this is chance: a fifth of a second that fits well. */
const LEAST_EVIDENCE = 14;
const LEAST_FIT = 0.4;
/** A hole in a stretch that a burst of lost packets may leave. */
const LONGEST_HOLE_FRAMES = 40;
/** Evidence is smoothed over so many frames to each side before it is called for or against. */
const SMOOTH_FRAMES = 5;
const LEAST_LOCAL_FIT = 0.15;
const WORD_SHARE = 0.5;
/** Onsets and endings are the quietest part of a word: they are there though they could not be compared. */
const EDGE_MS = 15;

/** Reads the words off the places where the heard sound was found. */
export function read(heard: Heard, match: readonly (FrameMatch | undefined)[]): Reading {
  const fits = smoothed(heard, match);
  const stretches = stretchesOf(match, fits).filter(
    ({ frames, evidence }) => evidence >= LEAST_EVIDENCE && evidence / frames >= LEAST_FIT,
  );
  const known = new Set(stretches.map(({ sound }) => sound));
  let voiced = 0;
  let explained = 0;
  let unexplained = 0;
  let longestUnexplained = 0;
  heard.voiced.forEach((loud, frame) => {
    if (loud !== 1) return;
    voiced += 1;
    const found = match[frame];
    if (found !== undefined && known.has(found.sound) && fits[frame]! > LEAST_LOCAL_FIT) {
      explained += 1;
      unexplained = 0;
    } else if (heard.missing[frame] === 0) {
      unexplained += 1;
      longestUnexplained = Math.max(longestUnexplained, unexplained);
    }
  });
  const frames = stretches.reduce((sum, stretch) => sum + stretch.frames, 0);
  const evidence = stretches.reduce((sum, stretch) => sum + stretch.evidence, 0);
  const longest = stretches.toSorted((a, b) => b.frames - a.frames)[0];
  return {
    text: stretches
      .map(wordsOf)
      .filter((words) => words !== '')
      .join(' '),
    language: longest?.sound.line.language,
    explained: voiced === 0 ? 0 : explained / voiced,
    longestUnexplainedMs: longestUnexplained * HOP_MS,
    fit: evidence / Math.max(1, frames),
    evidence,
    stretches: stretches.length,
  };
}

/** Mean evidence around each frame, of the frames that say anything. */
function smoothed(heard: Heard, match: readonly (FrameMatch | undefined)[]): Float32Array {
  return Float32Array.from(match, (_, frame) => {
    let sum = 0;
    let count = 0;
    for (
      let n = Math.max(0, frame - SMOOTH_FRAMES);
      n <= Math.min(heard.frames - 1, frame + SMOOTH_FRAMES);
      n += 1
    ) {
      const evidence = match[n]?.evidence ?? (heard.voiced[n] === 1 ? -1 : 0);
      if (evidence === 0) continue;
      sum += evidence;
      count += 1;
    }
    return count === 0 ? 0 : sum / count;
  });
}

function stretchesOf(match: readonly (FrameMatch | undefined)[], fits: Float32Array): Stretch[] {
  const stretches: Stretch[] = [];
  match.forEach((found, frame) => {
    if (found === undefined || found.evidence === 0 || fits[frame]! <= 0) return;
    const { sound, place, evidence } = found;
    const last = stretches.at(-1);
    const continues =
      last !== undefined &&
      last.sound === sound &&
      place >= last.to - 2 * FINE * SMOOTH_FRAMES &&
      Math.abs(place - last.to - FINE * (frame - last.lastFrame)) < FINE * LONGEST_HOLE_FRAMES;
    if (continues) {
      last.to = Math.max(last.to, place);
      last.frames += 1;
      last.evidence += evidence;
      last.lastFrame = frame;
    } else {
      stretches.push({ sound, from: place, to: place, frames: 1, evidence, lastFrame: frame });
    }
  });
  return stretches;
}

/** The words of which the stretch covers the greater part, pauses not counted. */
function wordsOf({ sound, from, to }: Stretch): string {
  const edge = (EDGE_MS * FINE) / HOP_MS;
  return sound.words
    .flat()
    .filter(({ startMs, endMs }) => {
      const first = Math.round((startMs * FINE) / HOP_MS);
      const end = Math.round((endMs * FINE) / HOP_MS);
      const whole = voicedBetween(sound, first, end);
      return (
        whole > 0 &&
        voicedBetween(sound, Math.max(first, from - edge), Math.min(end, to + edge)) >= whole * WORD_SHARE
      );
    })
    .map(({ text }) => text)
    .join(' ');
}

function voicedBetween({ voiced }: KnownSound, first: number, end: number): number {
  let count = 0;
  for (let place = first; place < end; place += 1) count += voiced[place] ?? 0;
  return count;
}
