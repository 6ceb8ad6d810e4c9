import { BANDS } from './band-levels.ts';
import type { Candidate } from './coarse-search.ts';
import type { Heard } from './heard.ts';
import { FINE, type KnownSound } from './library.ts';

/** Around a candidate's lag the finer search looks so far to each side, in steps of 5 ms: ±120 ms. */
const REACH = 24;
const LANES = 2 * REACH + 1;
/** Two sounds whose levels differ by this much on average speak neither for nor against each other. */
const NEUTRAL_DB = 5;
/** Clipping adds sound of its own between the formants. */
const NEUTRAL_CLIPPED_DB = 7;
/** In noise a band says something only where it stands this far above it. */
const CLEAR_DB = 3;
/** The noise itself goes up and down: what is heard under it counts as this much under its mean. */
const LEAST_DB = -2;
const SUM_REACH_DB = 16;
const SUM_STEPS = 4;
const SUMS = Float32Array.from(
  { length: 2 * SUM_REACH_DB * SUM_STEPS + 1 },
  (_, n) => 10 * Math.log10(1 + 10 ** ((n / SUM_STEPS - SUM_REACH_DB) / 10)),
);
/** Clipping, half-lost windows and gain control move a frame's level by as much without making it another sound. */
const MOST_SWING_DB = 2;
const DIFFERENCES = new Float32Array(BANDS);
const FULL_WEIGHT_BANDS = 5;
/** What one frame can say at most, for and against. */
const MOST_FOR = 1;
const MOST_AGAINST = -1;
/** The level is compared over so many frames more to each side of the block. */
const GAIN_FRAMES = 20;
/** What it costs to begin a walk through a line, and to slip by n × 5 ms within it. */
const BEGIN_COST = 8;
const SLIP_COST = 1.2;
const SLIP_COST_A_LANE = 0.08;

/** Where a frame of the heard sound was found. */
export interface FrameMatch {
  readonly sound: KnownSound;
  /** Frame of the line, in steps of 5 ms. */
  readonly place: number;
  /** How well it fits there, −1…1; 0 where both are silent. */
  readonly evidence: number;
}

/**
 * The likeliest walk (Viterbi) through the candidates: at each frame the heard sound is at one place of one line, or
 * nowhere (undefined). Time runs evenly but for slips of the jitter buffer. Yields after every few frames.
 */
export function* align(
  heard: Heard,
  candidates: readonly Candidate[],
): Generator<undefined, readonly (FrameMatch | undefined)[]> {
  const gains = candidates.map((candidate) => gainDb(heard, candidate));
  const states = candidates.length * LANES;
  const cameFrom = Array.from({ length: heard.frames }, () => new Int16Array(states + 1));
  const nowhere = states;
  let scores = new Float64Array(states + 1);
  let next = new Float64Array(states + 1);
  scores.fill(-BEGIN_COST, 0, states);

  for (let frame = 0; frame < heard.frames; frame += 1) {
    const from = cameFrom[frame]!;
    const best = bestState(scores);
    next[nowhere] = Math.max(scores[nowhere]!, scores[best]!);
    from[nowhere] = scores[nowhere]! >= scores[best]! ? nowhere : best;
    const entry = next[nowhere] - BEGIN_COST;
    candidates.forEach((candidate, n) => {
      const first = n * LANES;
      const firstPlace = FINE * (frame + candidate.lag) - REACH;
      slip(scores, first, next, from);
      for (let lane = 0; lane < LANES; lane += 1) {
        const state = first + lane;
        if (entry > next[state]!) {
          next[state] = entry;
          from[state] = from[nowhere]!;
        }
        next[state]! += compare(heard, frame, candidate.sound, firstPlace + lane, gains[n]!);
      }
    });
    [scores, next] = [next, scores];
    if (frame % 16 === 15) yield undefined;
  }
  return walkBack(heard, candidates, gains, cameFrom, bestState(scores));
}

/** For each lane the best lane to come from: its own, or one beside it at the cost of a slip. */
function slip(scores: Float64Array, first: number, next: Float64Array, from: Int16Array): void {
  let carried = Number.NEGATIVE_INFINITY;
  let source = first;
  for (let state = first; state < first + LANES; state += 1) {
    next[state] = scores[state]!;
    from[state] = state;
    if (carried > next[state]!) {
      next[state] = carried;
      from[state] = source;
    }
    if (scores[state]! - SLIP_COST > carried) {
      carried = scores[state]! - SLIP_COST;
      source = state;
    }
    carried -= SLIP_COST_A_LANE;
  }
  carried = Number.NEGATIVE_INFINITY;
  for (let state = first + LANES - 1; state >= first; state -= 1) {
    if (carried > next[state]!) {
      next[state] = carried;
      from[state] = source;
    }
    if (scores[state]! - SLIP_COST > carried) {
      carried = scores[state]! - SLIP_COST;
      source = state;
    }
    carried -= SLIP_COST_A_LANE;
  }
}

/** What a heard frame says for (up to 1) or against (down to −1) being the line's frame `place`. */
function compare(
  heard: Heard,
  frame: number,
  { bands, voiced }: KnownSound,
  place: number,
  gain: number,
): number {
  if (heard.missing[frame] === 1) return 0;
  const inside = place >= 0 && place < bands.frames;
  if (heard.voiced[frame] !== 1 && !(inside && voiced[place] === 1)) return 0;
  if (!inside) return MOST_AGAINST;
  const neutral = heard.clipped ? NEUTRAL_CLIPPED_DB : NEUTRAL_DB;
  let sum = 0;
  let clear = 0;
  const { levels, floor } = heard;
  const known = bands.levels;
  const heardAt = frame * BANDS;
  const knownAt = place * BANDS;
  for (let band = 0; band < floor.length; band += 1) {
    const noise = floor[band]!;
    const a = levels[heardAt + band]! - noise;
    const b = known[knownAt + band]! + gain - noise;
    if (a < CLEAR_DB && b < CLEAR_DB) continue;
    const difference = (a > LEAST_DB ? a : LEAST_DB) - inNoise(b);
    DIFFERENCES[clear] = difference;
    clear += 1;
    sum += difference;
  }
  if (clear === 0) return 0;
  const mean = sum / clear;
  const swing = mean > MOST_SWING_DB ? MOST_SWING_DB : mean < -MOST_SWING_DB ? -MOST_SWING_DB : mean;
  let distance = 0;
  for (let n = 0; n < clear; n += 1) distance += Math.abs(DIFFERENCES[n]! - swing);
  const said = MOST_FOR - distance / clear / neutral;
  return (
    (said < MOST_AGAINST ? MOST_AGAINST : said) * (clear < FULL_WEIGHT_BANDS ? clear / FULL_WEIGHT_BANDS : 1)
  );
}

/** Level of the sum of a sound `db` above the noise and that noise, dB above the noise. */
function inNoise(db: number): number {
  if (db >= SUM_REACH_DB) return db;
  return db <= -SUM_REACH_DB ? 0 : SUMS[Math.round((db + SUM_REACH_DB) * SUM_STEPS)]!;
}

/** How much louder the heard sound is than the known one about where the candidate was found, by its loudest part. */
function gainDb(heard: Heard, { sound, lag, fromFrame, toFrame }: Candidate): number {
  const pairs: { known: number; difference: number }[] = [];
  for (
    let frame = Math.max(0, fromFrame - GAIN_FRAMES);
    frame < Math.min(heard.frames, toFrame + GAIN_FRAMES);
    frame += 1
  ) {
    const place = FINE * (frame + lag);
    if (heard.voiced[frame] !== 1 || heard.missing[frame] === 1 || sound.voiced[place] !== 1) continue;
    const known = sound.bands.loudness[place]!;
    pairs.push({ known, difference: heard.loudness[frame]! - known });
  }
  const loudest = pairs.sort((a, b) => b.known - a.known).slice(0, Math.max(GAIN_FRAMES, pairs.length / 3));
  return loudest.sort((a, b) => a.difference - b.difference)[Math.floor(loudest.length / 2)]?.difference ?? 0;
}

function bestState(scores: Float64Array): number {
  let best = 0;
  for (let state = 1; state < scores.length; state += 1) if (scores[state]! > scores[best]!) best = state;
  return best;
}

function walkBack(
  heard: Heard,
  candidates: readonly Candidate[],
  gains: readonly number[],
  cameFrom: readonly Int16Array[],
  last: number,
): readonly (FrameMatch | undefined)[] {
  const match = Array.from<FrameMatch | undefined>({ length: heard.frames });
  let state = last;
  for (let frame = heard.frames - 1; frame >= 0; frame -= 1) {
    const n = Math.floor(state / LANES);
    const candidate = candidates[n];
    if (candidate !== undefined) {
      const { sound, lag } = candidate;
      const place = FINE * (frame + lag) + (state % LANES) - REACH;
      match[frame] = { sound, place, evidence: compare(heard, frame, sound, place, gains[n]!) };
    }
    state = cameFrom[frame]![state]!;
  }
  return match;
}
