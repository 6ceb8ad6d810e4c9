const STEP_MS = 5_000;
const PAGE_MS = 15_000;

/**
 * What a key means on the recording's slider (WAI-ARIA's slider pattern): where to go, ms within the recording, or to
 * play and pause. Undefined: the key is not ours.
 */
export function seekKey(key: string, atMs: number, durationMs: number): number | 'toggle' | undefined {
  const to = (ms: number): number => Math.min(durationMs, Math.max(0, ms));
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return to(atMs + STEP_MS);
    case 'ArrowLeft':
    case 'ArrowDown':
      return to(atMs - STEP_MS);
    case 'PageUp':
      return to(atMs + PAGE_MS);
    case 'PageDown':
      return to(atMs - PAGE_MS);
    case 'Home':
      return 0;
    case 'End':
      return durationMs;
    case ' ':
    case 'Enter':
      return 'toggle';
    default:
      return undefined;
  }
}
