/** Moscow keeps UTC+3 all year. */
const OFFSET_MS = 3 * 3_600_000;
const DAY_MS = 86_400_000;

/** A calendar day by Moscow time: the guards' daily caps are the customer's days, wherever the server stands. */
export interface MoscowDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly startsAt: Date;
  /** The midnight that ends it, and already belongs to the next. */
  readonly endsAt: Date;
}

export function moscowDay(now: Date): MoscowDay {
  const midnight = Math.floor((now.getTime() + OFFSET_MS) / DAY_MS) * DAY_MS;
  return {
    day: new Date(midnight).toISOString().slice(0, 10),
    startsAt: new Date(midnight - OFFSET_MS),
    endsAt: new Date(midnight + DAY_MS - OFFSET_MS),
  };
}
