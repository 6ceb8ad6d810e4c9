import { popcount } from './fingerprint.ts';
import type { Heard } from './heard.ts';
import type { KnownSound, Library } from './library.ts';

/** Where the heard sound may be in a known line: heard frame t is near the line's frame t + lag (10 ms each). */
export interface Candidate {
  readonly sound: KnownSound;
  readonly lag: number;
  /** Heard frames by which it was found. */
  readonly fromFrame: number;
  readonly toFrame: number;
  readonly score: number;
}

/** The heard sound is looked up in blocks of so many frames, and in pairs of neighbouring blocks. */
const BLOCK_FRAMES = 32;
/** Every second frame is enough: neighbours say nearly the same. */
const STEP_FRAMES = 2;
const LEAST_CLEAR_BITS = 60;
/** Agreement, 1 for the same sound and around 0 for any other. */
const LEAST_SCORE = 0.22;
const PLACES_A_BLOCK = 4;
/** A place that agrees much less than the block's best one is not worth a finer look. */
const LEAST_OF_BEST = 0.6;
/** Places nearer to each other than this are one: the finer search looks around it anyway. */
const NEAR_FRAMES = 8;
const MOST_CANDIDATES = 10;

interface Block {
  readonly fromFrame: number;
  readonly toFrame: number;
  readonly clearBits: number;
  /** For each lag: bits that agree less those that do not. */
  readonly agreement: Int32Array;
}

/**
 * Looks the heard sound up in the library by its fingerprint: for each stretch of it the places that agree best.
 * Yields after every block.
 */
export function* coarseSearch(heard: Heard, library: Library): Generator<undefined, readonly Candidate[]> {
  const places: Candidate[][] = [];
  let before: Block | undefined;
  for (let from = 0; from < heard.frames; from += BLOCK_FRAMES) {
    const block = matchBlock(heard, library, from, Math.min(heard.frames, from + BLOCK_FRAMES));
    yield undefined;
    places.push(bestPlaces(block, library));
    if (before !== undefined) places.push(bestPlaces(joined(before, block), library));
    before = block;
    yield undefined;
  }
  return mostPromising(places);
}

/** Agreement of one block with every place of the library; lag L is at index L + heard.frames. */
function matchBlock(heard: Heard, library: Library, fromFrame: number, toFrame: number): Block {
  const known = library.bits;
  const agreement = new Int32Array(known.length + heard.frames);
  let clearBits = 0;
  for (let frame = fromFrame; frame < toFrame; frame += STEP_FRAMES) {
    if (heard.voiced[frame] !== 1 || heard.missing[frame] === 1) continue;
    const word = heard.print.bits[frame]!;
    const clear = heard.print.clear[frame]!;
    const count = popcount(clear);
    if (count === 0) continue;
    clearBits += count;
    const shift = heard.frames - frame;
    for (let at = 0; at < known.length; at += 1) {
      const wrong = (word ^ known[at]!) & clear;
      let n = wrong - ((wrong >>> 1) & 0x55555555);
      n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
      n = Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      agreement[at + shift]! += count - 2 * n;
    }
  }
  return { fromFrame, toFrame, clearBits, agreement };
}

function joined(a: Block, b: Block): Block {
  return {
    fromFrame: a.fromFrame,
    toFrame: b.toFrame,
    clearBits: a.clearBits + b.clearBits,
    agreement: b.agreement.map((value, n) => value + a.agreement[n]!),
  };
}

function bestPlaces({ agreement, clearBits, fromFrame, toFrame }: Block, library: Library): Candidate[] {
  if (clearBits < LEAST_CLEAR_BITS) return [];
  const offset = agreement.length - library.bits.length;
  const least = LEAST_SCORE * clearBits;
  const best: { index: number; value: number }[] = [];
  for (let index = 0; index < agreement.length; index += 1) {
    const value = agreement[index]!;
    if (value < least || (best.length === PLACES_A_BLOCK && value <= best.at(-1)!.value)) continue;
    const near = best.findIndex((place) => Math.abs(place.index - index) < NEAR_FRAMES);
    if (near >= 0 && best[near]!.value >= value) continue;
    if (near >= 0) best.splice(near, 1);
    best.push({ index, value });
    best.sort((a, b) => b.value - a.value);
    best.length = Math.min(best.length, PLACES_A_BLOCK);
  }
  const worthwhile = best.filter(({ value }) => value >= best[0]!.value * LEAST_OF_BEST);
  return worthwhile.map(({ index, value }) => {
    const lag = index - offset;
    const overlap = ({ start, length }: KnownSound): number =>
      Math.min(lag + toFrame, start + length) - Math.max(lag + fromFrame, start);
    const sound = library.sounds.reduce((most, one) => (overlap(one) > overlap(most) ? one : most));
    return { sound, lag: lag - sound.start, fromFrame, toFrame, score: value / clearBits };
  });
}

/** First each block's best place, then the second ones and so on, without repeating a place. */
function mostPromising(places: readonly (readonly Candidate[])[]): Candidate[] {
  const chosen: Candidate[] = [];
  for (let rank = 0; rank < PLACES_A_BLOCK; rank += 1) {
    const ranked = places.flatMap((block) => block.slice(rank, rank + 1)).sort((a, b) => b.score - a.score);
    for (const place of ranked) {
      if (chosen.length === MOST_CANDIDATES) return chosen;
      if (!chosen.some(({ sound, lag }) => sound === place.sound && Math.abs(lag - place.lag) < NEAR_FRAMES))
        chosen.push(place);
    }
  }
  return chosen;
}
