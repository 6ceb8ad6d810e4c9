import type { RecordingPeaks } from '../schemas/timeline.ts';

/** Our own recordings (engine/ports/recordings.ts): 44 bytes of header, then 16-bit stereo at 8 kHz. */
const HEADER_BYTES = 44;
const SAMPLES_PER_MS = 8;
const BYTES_PER_MS = SAMPLES_PER_MS * 4;
/** As many as a wide screen has room for; a longer call gets longer steps. */
const MOST_STEPS = 1_200;
const LEAST_STEP_MS = 20;
const FULL_SCALE = 32_768;

/** What a stream of bytes is read from, whole or as it comes. */
export type Chunks = AsyncIterable<Uint8Array>;

/**
 * The loudest sample of each step on both sides. Reads the sound in pieces, so that a long call takes neither memory
 * nor the loop that other calls' sound goes through. `fileBytes`: the file's size when it was opened; what was written
 * to it since is left out.
 */
export async function recordingPeaks(chunks: Chunks, fileBytes: number): Promise<RecordingPeaks> {
  const durationMs = Math.max(0, fileBytes - HEADER_BYTES) / BYTES_PER_MS;
  const stepMs = Math.max(LEAST_STEP_MS, 10 * Math.ceil(durationMs / MOST_STEPS / 10));
  const steps = Math.ceil(durationMs / stepMs);
  const sides = [new Uint16Array(steps), new Uint16Array(steps)] as const;
  const stepSamples = stepMs * SAMPLES_PER_MS * 2;

  let skip = HEADER_BYTES;
  let at = 0;
  /** The first byte of a sample that a piece ended in the middle of. */
  let half: number | undefined;
  const take = (low: number, high: number): void => {
    const sample = (((high << 8) | low) << 16) >> 16;
    const step = Math.floor(at / stepSamples);
    const side = at % 2 === 0 ? sides[0] : sides[1];
    at += 1;
    if (step < steps && Math.abs(sample) > side[step]!) side[step] = Math.abs(sample);
  };
  for await (const chunk of chunks) {
    let from = Math.min(skip, chunk.length);
    skip -= from;
    if (half !== undefined && from < chunk.length) {
      take(half, chunk[from]!);
      from += 1;
      half = undefined;
    }
    for (; from + 1 < chunk.length; from += 2) take(chunk[from]!, chunk[from + 1]!);
    if (from < chunk.length) half = chunk[from];
  }
  return {
    duration_ms: Math.floor(durationMs),
    step_ms: stepMs,
    caller: perMille(sides[0]),
    assistant: perMille(sides[1]),
  };
}

function perMille(side: Uint16Array): number[] {
  return Array.from(side, (peak) => Math.round((peak / FULL_SCALE) * 1000));
}
