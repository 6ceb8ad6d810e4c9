/** Why a guard refuses a call; the API's error codes have the same names. */
export const REFUSAL_REASONS = [
  'NUMBER_NOT_ALLOWED',
  'DAILY_CALLS_SPENT',
  'DAILY_MINUTES_SPENT',
  'CLIENT_TOO_OFTEN',
  'NUMBER_TOO_OFTEN',
  'NUMBER_BUSY',
  'TOO_MANY_CALLS',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export interface Refusal {
  readonly reason: RefusalReason;
  /** Russian, for the visitor: what is wrong and what to do. */
  readonly message: string;
  /** When it is worth trying again; absent where waiting does not help. */
  readonly retryAfterSec?: number;
}

/** A guard refused the call: nothing of it is stored, and the refusal is counted. */
export class GuardRefusal extends Error implements Refusal {
  readonly reason: RefusalReason;
  readonly retryAfterSec?: number;
  constructor({ reason, message, retryAfterSec }: Refusal) {
    super(message);
    this.name = 'GuardRefusal';
    this.reason = reason;
    if (retryAfterSec !== undefined) this.retryAfterSec = retryAfterSec;
  }
}
