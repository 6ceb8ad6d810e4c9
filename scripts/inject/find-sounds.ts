/** Where a sound stands on one side of a recording. */
export interface FoundSound {
  /** Of the sound's first sample; below 0 where the recording begins later. */
  readonly atMs: number;
  /** How much of it there is: less than all where the recording ends before it. */
  readonly heardMs: number;
}

const WINDOW_MS = 10;
/** Silence around a sound, so that a steady tone has edges too. */
const EDGE_WINDOWS = 20;
/** Of a sound that the recording's end cuts off there must be so much to tell it from another. */
const LEAST_WINDOWS = 50;
/** Of the shapes: white noise at 5 dB or a fifth of the packets lost leave more; so do some other words. */
const LEAST_LIKENESS = 0.5;
/** The loudest part of it is compared sample by sample, so near the place that its shape was found at. */
const PROOF_MS = 200;
const PROOF_NEAR_MS = 20;
const LEAST_PROOF = 0.6;
const AS_GOOD = 0.1;
/** −54 dBFS RMS: softer at both ends of a file is silence. */
const AUDIBLE_RMS = 65;

/**
 * Finds each sound on a side of a recording, in their order and each behind the one before; undefined where it is not.
 * By the shape of its loudness, which codecs, lost packets and a telephone's clock leave as it was; then a part of it by
 * its samples, which short words of the same shape do not share.
 */
export function findSounds(
  side: Int16Array,
  sounds: readonly Int16Array[],
  rateHz: number,
): readonly (FoundSound | undefined)[] {
  const recorded = loudness(side, rateHz);
  let from = 0;
  return sounds.map((sound) => {
    const whole = loudness(sound, rateHz);
    const first = whole.findIndex(isAudible);
    if (first === -1) return undefined;
    const shape = whole.slice(first, whole.findLastIndex(isAudible) + 1);
    const at = bestPlace(recorded, shape, from);
    if (at === undefined) return undefined;
    if (!isSame(side, sound, { shiftMs: (at - first) * WINDOW_MS, loudest: loudestOf(whole), rateHz }))
      return undefined;
    from = at + shape.length;
    const atMs = (at - first) * WINDOW_MS;
    const msOf = (samples: number): number => (samples * 1000) / rateHz;
    return { atMs, heardMs: Math.round(Math.min(msOf(sound.length), msOf(side.length) - atMs)) };
  });
}

/** The loudest that a sound is for a fifth of a second, dBFS; -Infinity for silence. */
export function loudestDbfs(sound: Int16Array, rateHz: number): number {
  const all = loudness(sound, rateHz);
  const at = loudestOf(all);
  const power = mean(all.slice(at, at + PROOF_MS / WINDOW_MS).map((root) => root ** 4));
  return 10 * Math.log10(power / 32_768 ** 2);
}

/** The window at which the loudest part begins. */
function loudestOf(roots: readonly number[]): number {
  const length = PROOF_MS / WINDOW_MS;
  let [most, best] = [-1, 0];
  for (let at = 0; at + Math.min(length, roots.length) <= roots.length; at += 1) {
    const power = mean(roots.slice(at, at + length).map((root) => root ** 4));
    if (power > most) [most, best] = [power, at];
  }
  return best;
}

/** Cut off before its loudest part there is nothing to prove. */
function isSame(
  side: Int16Array,
  sound: Int16Array,
  { shiftMs, loudest, rateHz }: { shiftMs: number; loudest: number; rateHz: number },
): boolean {
  const samples = (ms: number): number => Math.round((ms * rateHz) / 1000);
  const part = sound.subarray(samples(loudest * WINDOW_MS), samples(loudest * WINDOW_MS + PROOF_MS));
  const middle = samples(loudest * WINDOW_MS + shiftMs);
  if (middle + part.length + samples(PROOF_NEAR_MS) > side.length) return true;
  let most = 0;
  for (let near = -samples(PROOF_NEAR_MS); near <= samples(PROOF_NEAR_MS); near += 1) {
    if (middle + near < 0) continue;
    most = Math.max(most, correlation(side, middle + near, part, part.length));
  }
  return most >= LEAST_PROOF;
}

function bestPlace(recorded: readonly number[], shape: readonly number[], from: number): number | undefined {
  const edge = new Array<number>(EDGE_WINDOWS).fill(0);
  const wanted = [...edge, ...shape, ...edge];
  const padded = [...edge, ...recorded, ...edge];
  const least = Math.min(shape.length, LEAST_WINDOWS);
  const likeness: number[] = [];
  for (let at = from; at + least <= recorded.length; at += 1) {
    const length = Math.min(wanted.length, padded.length - at);
    likeness.push(correlation(padded, at, wanted, length));
  }
  const best = likeness.reduce((most, one) => Math.max(most, one), 0);
  if (best < LEAST_LIKENESS) return undefined;
  // The same file may sound again later, and be a little more like itself there.
  let at = likeness.findIndex((one) => one >= Math.max(LEAST_LIKENESS, best - AS_GOOD));
  while ((likeness[at + 1] ?? 0) > likeness[at]!) at += 1;
  return from + at;
}

/** Pearson's, of `length` values of both. */
function correlation(a: ArrayLike<number>, from: number, b: ArrayLike<number>, length: number): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let i = 0; i < length; i += 1) {
    const [x, y] = [a[from + i]!, b[i]!];
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const spread = (length * squaresA - sumA ** 2) * (length * squaresB - sumB ** 2);
  return spread <= 0 ? 0 : (length * products - sumA * sumB) / Math.sqrt(spread);
}

/** The root of each window's RMS: soft syllables count too. */
function loudness(samples: Int16Array, rateHz: number): number[] {
  const window = Math.round((rateHz * WINDOW_MS) / 1000);
  return Array.from({ length: Math.floor(samples.length / window) }, (_, at) => {
    let sum = 0;
    for (let i = at * window; i < (at + 1) * window; i += 1) sum += samples[i]! ** 2;
    return (sum / window) ** 0.25;
  });
}

function isAudible(root: number): boolean {
  return root ** 2 > AUDIBLE_RMS;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
