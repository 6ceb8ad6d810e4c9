import { popcount, type Fingerprint } from './fingerprint.ts';
import type { Template } from './template.ts';

/** A stretch of the heard sound that is looked up as a whole. */
export const BLOCK_FRAMES = 40;
const BLOCK_HOP_FRAMES = 20;
/** A block of a template with fewer trusted bits than this is mostly silence: nothing can be told by it. */
const LEAST_TRUSTED = 130;
/** Share of wrong bits beyond which two sounds have nothing to do with each other (chance gives a half). */
const WORST_ERROR = 0.3;
const CANDIDATES = 10;
/** What a block costs that is explained by nothing. */
const UNEXPLAINED = 0.3;
/** The jitter buffer may slip by a few frames between blocks … */
const SLIP_FRAMES = 7;
const SLIP_COST = 0.004;
/** … anything else is another line, another place in this one, or the first place at all. */
const JUMP_COST = 0.12;
/** Voice stands this far above the line's noise and at most this far below the loudest frame, dB. */
const ABOVE_NOISE_DB = 5;
const BELOW_PEAK_DB = 32;
/** A block counts as voiced when this share of its frames is. */
const VOICED_SHARE = 0.5;

/** The heard sound, block by block, and which of its frames are voice. */
export interface Alignment {
  readonly blocks: readonly PlacedBlock[];
  readonly voiced: Uint8Array;
}

/** A block of the heard sound, and where it was found. */
export interface PlacedBlock {
  /** Its first frame in the heard sound. */
  readonly heardFrame: number;
  readonly place: Place | undefined;
}

export interface Place {
  readonly template: Template;
  readonly frame: number;
  /** Share of wrong bits among the trusted ones, 0…1. */
  readonly error: number;
}

/**
 * Finds the heard sound's voiced blocks in the templates and picks the likeliest walk through them: forward in one
 * line, with slips, sometimes on to another line. Yields now and then so that other work gets its turn.
 */
export function* align(heard: Fingerprint, templates: readonly Template[]): Generator<undefined, Alignment> {
  const voiced = voicedFrames(heard);
  const blocks = voicedBlocks(voiced);
  const found: Place[][] = [];
  for (const block of blocks) {
    const places: Place[] = [];
    for (const template of templates) {
      places.push(...lookUp(heard.bits, block, template));
    }
    found.push(places.sort((a, b) => a.error - b.error).slice(0, CANDIDATES));
    yield undefined;
  }
  return { blocks: likeliestWalk(blocks, found), voiced };
}

function voicedFrames({ level }: Fingerprint): Uint8Array {
  const sorted = level.toSorted();
  const floor = sorted[Math.floor(sorted.length * 0.1)] ?? 0;
  const peak = sorted.at(-1) ?? 0;
  const least = Math.max(floor + ABOVE_NOISE_DB, peak - BELOW_PEAK_DB);
  return Uint8Array.from(level, (db) => (db > least ? 1 : 0));
}

function voicedBlocks(voiced: Uint8Array): number[] {
  const blocks: number[] = [];
  for (let start = 0; start + BLOCK_FRAMES <= voiced.length; start += BLOCK_HOP_FRAMES) {
    const count = voiced.subarray(start, start + BLOCK_FRAMES).reduce((sum, one) => sum + one, 0);
    if (count >= BLOCK_FRAMES * VOICED_SHARE) blocks.push(start);
  }
  return blocks;
}

/** The best places of one block in one template, none of them a neighbour of a better one. */
function lookUp(bits: Uint32Array, block: number, template: Template): Place[] {
  const { print, trustedBefore } = template;
  const places: Place[] = [];
  for (let frame = 0; frame + BLOCK_FRAMES <= print.bits.length; frame += 1) {
    const trusted = trustedBefore[frame + BLOCK_FRAMES]! - trustedBefore[frame]!;
    if (trusted < LEAST_TRUSTED) continue;
    const most = WORST_ERROR * trusted;
    let wrong = 0;
    for (let i = 0; i < BLOCK_FRAMES && wrong <= most; i += 1) {
      wrong += popcount((print.bits[frame + i]! ^ bits[block + i]!) & print.trusted[frame + i]!);
    }
    if (wrong > most) continue;
    const place = { template, frame, error: wrong / trusted };
    const last = places.at(-1);
    if (last === undefined || frame - last.frame > SLIP_FRAMES) places.push(place);
    else if (place.error < last.error) places[places.length - 1] = place;
  }
  return places;
}

interface Step {
  readonly place: Place | undefined;
  readonly cost: number;
  readonly from: Step | undefined;
}

/** Viterbi over the blocks: each is at one of its places, or explained by nothing. */
function likeliestWalk(blocks: readonly number[], found: readonly (readonly Place[])[]): PlacedBlock[] {
  let steps: Step[] = [{ place: undefined, cost: 0, from: undefined }];
  blocks.forEach((block, at) => {
    const walked = block - (blocks[at - 1] ?? block);
    const options = [...found[at]!, undefined];
    steps = options.map((place): Step => {
      let best: Step | undefined;
      let least = Number.POSITIVE_INFINITY;
      for (const from of steps) {
        const cost = from.cost + moveCost(from.place, place, walked);
        if (cost < least) {
          least = cost;
          best = from;
        }
      }
      return { place, cost: least + (place?.error ?? UNEXPLAINED), from: best };
    });
  });
  const placed: PlacedBlock[] = [];
  let step = steps.reduce<Step | undefined>(
    (best, one) => (best === undefined || one.cost < best.cost ? one : best),
    undefined,
  );
  for (let at = blocks.length - 1; at >= 0 && step !== undefined; at -= 1) {
    placed.unshift({ heardFrame: blocks[at]!, place: step.place });
    step = step.from;
  }
  return placed;
}

function moveCost(from: Place | undefined, to: Place | undefined, walkedFrames: number): number {
  if (to === undefined) return 0;
  if (from === undefined) return JUMP_COST;
  const slip = Math.abs(to.frame - from.frame - walkedFrames);
  return from.template === to.template && slip <= SLIP_FRAMES ? slip * SLIP_COST : JUMP_COST;
}
