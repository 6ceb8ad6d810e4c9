/** Demos take minutes: a longer time is a clock that is wrong, or a session of another day. */
const LONGEST_MS = 60 * 60_000;
/** So much may two clocks differ without anybody being wrong. */
const SLACK_MS = 5_000;

/** How long it has been since `from` (ISO 8601), ms; undefined where that is unknown or cannot be. */
export function elapsedMs(from: string | null, nowMs: number): number | undefined {
  const ms = from === null ? Number.NaN : nowMs - Date.parse(from);
  return ms >= -SLACK_MS && ms <= LONGEST_MS ? Math.max(0, ms) : undefined;
}
