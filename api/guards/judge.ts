import type { GuardLimits } from './limits.ts';
import { moscowDay } from './moscow-day.ts';
import type { Refusal } from './refusal.ts';
import { WORDS } from './words.ts';

/** V5.2: no call talks longer. A call that has not ended counts as this long, so that the cap in minutes holds. */
export const LONGEST_CALL_SEC = 120;
const HOUR_MS = 3_600_000;

/** How soon a line may be free again: nobody knows, and most calls are over by then. */
const ANY_LINE_RETRY_SEC = 60;
const THIS_NUMBER_RETRY_SEC = 60;

/** What the guards have admitted so far. Calls made without guards are not in it. */
export interface Usage {
  /** Calls that have not ended. */
  readonly atOnce: number;
  readonly numberAtOnce: number;
  /** When calls to this number were ordered within the last hour, newest first; as many as the limit at most. */
  readonly numberHour: readonly Date[];
  /** The same of this client; empty where the client does not count. */
  readonly clientHour: readonly Date[];
  readonly callsToday: number;
  /** Seconds talked in calls that ended today. */
  readonly talkedTodaySec: number;
}

export interface OrderToJudge {
  /** E.164. */
  readonly phone: string;
  readonly at: Date;
  /** True where the order counts against its client's address. */
  readonly countsClient: boolean;
}

/**
 * Decides on one order: undefined admits it. Of several broken limits the one with the longest wait is told, so that
 * who waits as long as he is told does not meet the next.
 */
export function judge(limits: GuardLimits, usage: Usage, order: OrderToJudge): Refusal | undefined {
  const refused = judgeNumber(limits, order.phone);
  if (refused !== undefined) return refused;
  const broken = [
    dailyCalls(limits, usage, order.at),
    dailyMinutes(limits, usage, order.at),
    order.countsClient ? clientHour(limits, usage, order.at) : undefined,
    numberHour(limits, usage, order.at),
    usage.numberAtOnce >= limits.perNumberAtOnce
      ? refusal('NUMBER_BUSY', WORDS.numberBusy(), THIS_NUMBER_RETRY_SEC)
      : undefined,
    usage.atOnce >= limits.callsAtOnce
      ? refusal('TOO_MANY_CALLS', WORDS.tooManyCalls(), ANY_LINE_RETRY_SEC)
      : undefined,
  ].filter((one) => one !== undefined);
  return broken.reduce<(typeof broken)[number] | undefined>(
    (longest, one) => (longest === undefined || one.retryAfterSec > longest.retryAfterSec ? one : longest),
    undefined,
  );
}

/** The part of the judgement that needs no usage. */
export function judgeNumber(limits: GuardLimits, phone: string): Refusal | undefined {
  if (limits.prefixes.some((prefix) => phone.startsWith(prefix))) return undefined;
  return { reason: 'NUMBER_NOT_ALLOWED', message: WORDS.numberNotAllowed(limits.prefixes) };
}

/** The oldest moment that still belongs to the sliding hour is just after this one. */
export function hourBefore(at: Date): Date {
  return new Date(at.getTime() - HOUR_MS);
}

function dailyCalls(limits: GuardLimits, usage: Usage, at: Date) {
  if (usage.callsToday < limits.dailyCalls) return undefined;
  return refusal('DAILY_CALLS_SPENT', WORDS.dailyCallsSpent(), untilMidnightSec(at));
}

function dailyMinutes(limits: GuardLimits, usage: Usage, at: Date) {
  const leftSec = limits.dailyMinutes * 60 - usage.talkedTodaySec - LONGEST_CALL_SEC;
  if (leftSec - usage.atOnce * LONGEST_CALL_SEC >= 0) return undefined;
  // Calls that end sooner than they might give back what was held for them.
  if (leftSec >= 0) {
    const words = WORDS.dailyMinutesReserved(ANY_LINE_RETRY_SEC);
    return refusal('DAILY_MINUTES_SPENT', words, ANY_LINE_RETRY_SEC);
  }
  return refusal('DAILY_MINUTES_SPENT', WORDS.dailyMinutesSpent(), untilMidnightSec(at));
}

function clientHour({ perClientHourly }: GuardLimits, usage: Usage, at: Date) {
  if (usage.clientHour.length < perClientHourly) return undefined;
  const waitSec = untilRoomSec(usage.clientHour, perClientHourly, at);
  return refusal('CLIENT_TOO_OFTEN', WORDS.clientTooOften(perClientHourly, waitSec), waitSec);
}

function numberHour({ perNumberHourly }: GuardLimits, usage: Usage, at: Date) {
  if (usage.numberHour.length < perNumberHourly) return undefined;
  const waitSec = untilRoomSec(usage.numberHour, perNumberHourly, at);
  return refusal('NUMBER_TOO_OFTEN', WORDS.numberTooOften(perNumberHourly, waitSec), waitSec);
}

/** Until the call leaves the hour whose leaving makes room for one. */
function untilRoomSec(newestFirst: readonly Date[], limit: number, at: Date): number {
  const leaving = newestFirst[limit - 1] ?? at;
  return seconds(leaving.getTime() + HOUR_MS - at.getTime());
}

function untilMidnightSec(at: Date): number {
  return seconds(moscowDay(at).endsAt.getTime() - at.getTime());
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

function refusal(reason: Refusal['reason'], message: string, retryAfterSec: number) {
  return { reason, message, retryAfterSec };
}
