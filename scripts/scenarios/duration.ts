/** `1.5s`, `300ms`, `2m` as milliseconds; undefined where it is none of these. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)$/.exec(text.trim()) ?? [];
  if (amount === undefined) return undefined;
  return Number(amount) * (unit === 'ms' ? 1 : unit === 's' ? 1_000 : 60_000);
}

/** Of a text that the schema has let through. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new RangeError(`«${text}» is no duration: 300ms, 1.5s, 2m`);
  return ms;
}
