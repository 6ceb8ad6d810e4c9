/** One frame of a sound's shape. */
export const SHAPE_FRAME_MS = 10;
/** As engine/observe/gaps.ts: what is softer is no voice on a quiet line. */
const LEAST_VOICE_RMS = 120;
/** Shorter sounds are clicks, shorter silences belong to the word. */
const LEAST_VOICE_MS = 30;

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** RMS of every whole frame. */
export function envelope(samples: Int16Array, rateHz: number, frameMs = SHAPE_FRAME_MS): Float64Array {
  const size = Math.round((rateHz * frameMs) / 1000);
  const frames = new Float64Array(Math.floor(samples.length / size));
  for (let frame = 0; frame < frames.length; frame += 1) {
    let sum = 0;
    for (let i = frame * size; i < (frame + 1) * size; i += 1) sum += samples[i]! ** 2;
    frames[frame] = Math.sqrt(sum / size);
  }
  return frames;
}

/** The stretches of voice in a clean recording, by energy. */
export function voicedSpans(samples: Int16Array, rateHz: number): readonly Span[] {
  const spans: { startMs: number; endMs: number }[] = [];
  for (const [frame, rms] of envelope(samples, rateHz).entries()) {
    if (rms <= LEAST_VOICE_RMS) continue;
    const startMs = frame * SHAPE_FRAME_MS;
    const last = spans.at(-1);
    if (last !== undefined && startMs - last.endMs <= LEAST_VOICE_MS) last.endMs = startMs + SHAPE_FRAME_MS;
    else spans.push({ startMs, endMs: startMs + SHAPE_FRAME_MS });
  }
  return spans.filter(({ startMs, endMs }) => endMs - startMs >= LEAST_VOICE_MS);
}

/** The silences of at least `leastMs` between the first voice and the last. */
export function pausesIn(spans: readonly Span[], leastMs: number): readonly Span[] {
  return spans
    .slice(1)
    .map((span, at) => ({ startMs: spans[at]!.endMs, endMs: span.startMs }))
    .filter(({ startMs, endMs }) => endMs - startMs >= leastMs);
}

/** Where a sound lies in a longer one: frames from the beginning (may be negative), and how alike they are, −1…1. */
export interface Match {
  readonly at: number;
  readonly score: number;
}

/**
 * Finds `needle` in `haystack` (silence on both sides of it) by Pearson's correlation of their envelopes, which noise
 * and level do not move. `from`: first position tried.
 */
export function findShape(
  needle: Float64Array,
  haystack: Float64Array,
  from = -needle.length,
  to = haystack.length,
): Match {
  const n = needle.length;
  const mean = needle.reduce((sum, value) => sum + value, 0) / Math.max(1, n);
  const centred = needle.map((value) => value - mean);
  const norm = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  let best: Match = { at: 0, score: -1 };
  for (let at = from; at < to; at += 1) {
    let dot = 0;
    let sum = 0;
    let squares = 0;
    const end = Math.min(n, haystack.length - at);
    for (let i = Math.max(0, -at); i < end; i += 1) {
      const value = haystack[at + i]!;
      dot += centred[i]! * value;
      sum += value;
      squares += value * value;
    }
    const spread = squares - (sum * sum) / n;
    const score = spread > 0 && norm > 0 ? dot / (norm * Math.sqrt(spread)) : -1;
    if (score > best.score) best = { at, score };
  }
  return best;
}

/** Moves a position in samples to where the waves agree best, at most `within` samples away. */
export function refine(needle: Int16Array, haystack: Int16Array, at: number, within: number): number {
  let best = { at, dot: -Infinity };
  for (let shift = at - within; shift <= at + within; shift += 1) {
    let dot = 0;
    const end = Math.min(needle.length, haystack.length - shift);
    for (let i = Math.max(0, -shift); i < end; i += 1) dot += needle[i]! * haystack[shift + i]!;
    if (dot > best.dot) best = { at: shift, dot };
  }
  return best.at;
}
