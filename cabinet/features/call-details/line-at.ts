import type { TimelineLine } from '../../api/types.ts';

/** A line is lit so much before its first sound, so that the eye is there in time. */
const EARLY_MS = 80;

/**
 * Which line is being said: the one that began last; between two lines, the one before. −1 before the first. Where
 * both speak at once, whoever came later has the light.
 */
export function lineAt(lines: readonly Pick<TimelineLine, 'start_ms'>[], ms: number): number {
  let found = -1;
  let foundMs = -Infinity;
  for (const [at, { start_ms: startMs }] of lines.entries()) {
    if (startMs > ms + EARLY_MS || startMs < foundMs) continue;
    found = at;
    foundMs = startMs;
  }
  return found;
}
