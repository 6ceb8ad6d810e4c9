const MOST_MINUTES = 2;
const SHARE = 0.2;

/** How long after the first order the process still finds its size: code is compiled, caches fill. */
export function warmUpMinutesOf(minutes: number): number {
  return Math.min(MOST_MINUTES, minutes * SHARE);
}
