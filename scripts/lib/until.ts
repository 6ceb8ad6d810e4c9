import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;

/**
 * Looks again and again until `look` gives something; undefined and a thrown error mean «not yet».
 * Rejects after `timeoutMs`, naming what was waited for and why it was not so.
 */
export async function until<T>(
  what: string,
  timeoutMs: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  let why: unknown;
  while (performance.now() < deadlineMs) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      why = error;
    }
    await delay(LOOK_EVERY_MS);
  }
  throw new Error(`not so within ${timeoutMs / 1000} s: ${what}`, { cause: why });
}
