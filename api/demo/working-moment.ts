/** Moscow keeps UTC+3 all year. */
const MOSCOW_OFFSET_MS = 3 * 3_600_000;
const DAY_MS = 86_400_000;

/**
 * The moment `daysAgo` days before `today` at Moscow `time` (`HH:MM:SS`); a Sunday becomes the Saturday before it,
 * because nobody calls clients on Sundays. With `daysAgo` ≥ 1 it is never in the future.
 */
export function workingMoment(today: Date, daysAgo: number, time: string): Date {
  const moscowMidnight =
    Math.floor((today.getTime() + MOSCOW_OFFSET_MS) / DAY_MS) * DAY_MS - daysAgo * DAY_MS;
  const sunday = new Date(moscowMidnight).getUTCDay() === 0;
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  const timeMs = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return new Date(moscowMidnight - (sunday ? DAY_MS : 0) + timeMs - MOSCOW_OFFSET_MS);
}
