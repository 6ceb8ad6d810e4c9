const FIRST_MS = 200;
const MAX_MS = 2_000;
/** Clients that failed together must not come back together. */
const JITTER = 0.25;

/** How long to wait after failure `attempt` (from 0), ms: twice as long each time, ±25 %. `random`: 0…1. */
export function backoffMs(attempt: number, random: number): number {
  return Math.min(FIRST_MS * 2 ** attempt, MAX_MS) * (1 - JITTER + 2 * JITTER * random);
}
