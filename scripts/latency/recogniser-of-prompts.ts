import { envelope, findShape, type Span } from './sound-shape.ts';
import { wordsBetween } from './provider-words.ts';

export interface KnownPrompt {
  readonly key: string;
  readonly text: string;
  readonly shape: Float64Array;
  readonly voiced: readonly Span[];
}

export interface HeardPrompt {
  readonly key: string;
  readonly text: string;
  /** −1…1. */
  readonly likeness: number;
}

const FRAME_MS = 20;
const ALIKE = 0.5;
/** So much voice outside the upload is a word's beginning or end, not a word. */
const OVERLOOKED_MS = 150;

export function shapeOf(samples: Int16Array, rateHz: number): Float64Array {
  return envelope(samples, rateHz, FRAME_MS);
}

/** Which of the known prompts an upload is, or a part of, and the words of that part. Undefined: none of them. */
export function hearPrompt(
  upload: { readonly samples: Int16Array; readonly rateHz: number },
  known: readonly KnownPrompt[],
): HeardPrompt | undefined {
  const shape = shapeOf(upload.samples, upload.rateHz);
  let best: { prompt: KnownPrompt; at: number; score: number } | undefined;
  for (const prompt of known) {
    const match = findShape(shape, prompt.shape);
    if (best === undefined || match.score > best.score) best = { prompt, ...match };
  }
  if (best === undefined || best.score < ALIKE) return undefined;
  const { prompt, at, score } = best;
  const voicedBefore = (ms: number) =>
    prompt.voiced.reduce((sum, { startMs, endMs }) => sum + Math.max(0, Math.min(ms, endMs) - startMs), 0);
  const whole = voicedBefore(Infinity);
  const before = voicedBefore(at * FRAME_MS);
  const until = voicedBefore((at + shape.length) * FRAME_MS);
  const text = wordsBetween(
    prompt.text,
    before < OVERLOOKED_MS ? 0 : before / whole,
    whole - until < OVERLOOKED_MS ? 1 : until / whole,
  );
  return { key: prompt.key, text, likeness: score };
}
