/** Moscow keeps UTC+3 all year. */
const MOSCOW_OFFSET_MS = 3 * 3_600_000;
const DAY_MS = 86_400_000;
/** How many calls a day of the week sees, Sunday first: nobody calls clients on Sundays, and few on Saturdays. */
const RHYTHM = [0, 1, 1, 1, 1, 1, 0.35] as const;
/** Sum of RHYTHM over a week. */
const WEEK = RHYTHM.reduce<number>((sum, share) => sum + share, 0);

/**
 * The moment about `daysAgo` days (≥ 1) before `today` at Moscow `time` (`HH:MM:SS`). Days are counted by how busy they
 * are, so that evenly spread `daysAgo` make full working days, thin Saturdays and empty Sundays whatever day today is.
 * Equal `daysAgo` are one day, and a greater one is never a later day. It is never in the future, and never further
 * back than `daysAgo` and two days more.
 */
export function workingMoment(today: Date, daysAgo: number, time: string): Date {
  const midnight = Math.floor((today.getTime() + MOSCOW_OFFSET_MS) / DAY_MS) * DAY_MS;
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  const timeMs = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return new Date(midnight - calendarDays(midnight, daysAgo) * DAY_MS + timeMs - MOSCOW_OFFSET_MS);
}

/** The day, counted back from `midnight`, by which so many seventh parts of a week's calls were made. */
function calendarDays(midnight: number, daysAgo: number): number {
  const wanted = (daysAgo - 0.5) * (WEEK / RHYTHM.length);
  let made = 0;
  for (let back = 1; ; back += 1) {
    made += RHYTHM[new Date(midnight - back * DAY_MS).getUTCDay()] ?? 0;
    if (made > wanted) return back;
  }
}
