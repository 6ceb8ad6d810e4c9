/**
 * How much may be called over a real trunk. The cabinet has no login and a trunk costs money, so these hold for
 * everybody who can reach the API.
 */
export interface GuardLimits {
  /** E.164 prefixes that may be called, each with its `+`. */
  readonly prefixes: readonly string[];
  /** Calls that wait in the queue or are in progress. */
  readonly callsAtOnce: number;
  /** The same, of one number. */
  readonly perNumberAtOnce: number;
  /** Calls to one number ordered within any 60 minutes. */
  readonly perNumberHourly: number;
  /** Calls that one client address ordered within any 60 minutes. Only requests without the API key count. */
  readonly perClientHourly: number;
  /** Calls ordered in one Moscow day. */
  readonly dailyCalls: number;
  /** Minutes talked in one Moscow day, every call that has not ended counted as its longest. */
  readonly dailyMinutes: number;
}
