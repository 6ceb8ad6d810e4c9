const DAY_MS = 86_400_000;

/** Whether `timeZone` is an IANA name that this program knows, such as Europe/Moscow. */
export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
    return true;
  } catch {
    return false;
  }
}

export interface LocalDay {
  /** `YYYY-MM-DD` where the zone is. */
  readonly day: string;
  /** Its first moment; the day ends where the next one begins. */
  readonly begins: Date;
}

/** The `count` days that end with the day of `now` in `timeZone`, and the one after it, whose beginning ends the last. */
export function localDays(now: Date, timeZone: string, count: number): readonly LocalDay[] {
  const zone = new Zone(timeZone);
  const today = Math.floor((now.getTime() + zone.offsetMs(now.getTime())) / DAY_MS);
  return Array.from({ length: count + 1 }, (_, index) => {
    const number = today - count + 1 + index;
    return {
      day: new Date(number * DAY_MS).toISOString().slice(0, 10),
      begins: new Date(zone.beginningOf(number)),
    };
  });
}

class Zone {
  readonly #clock: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.#clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** What the zone's clock is ahead of UTC at this moment. */
  offsetMs(atMs: number): number {
    const parts = Object.fromEntries(
      this.#clock.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
  }

  /**
   * The first moment of the zone's day with this number (days since 1970). Where the clock is put forward at midnight
   * the day begins at one; where it is put back at midnight, the first of the two midnights is taken.
   */
  beginningOf(dayNumber: number): number {
    const midnight = dayNumber * DAY_MS;
    const before = this.offsetMs(midnight - DAY_MS);
    const after = this.offsetMs(midnight + DAY_MS);
    const early = midnight - Math.max(before, after);
    const late = midnight - Math.min(before, after);
    if (early + this.offsetMs(early) === midnight) return early;
    return late;
  }
}
