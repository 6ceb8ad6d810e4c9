import { DISPOSITIONS, type Disposition } from '../../engine/contract/call-session.ts';
import type { PeriodSums, Store } from '../persistence/store.ts';
import type { AnalyticsDetails, AnalyticsPeriod } from '../schemas/demo.ts';
import type { DemoData } from './demo-data.ts';
import { localDays } from './local-days.ts';

export const DAYS_MAX = 90;
export const DAYS_DEFAULT = 30;

/**
 * What the charts show: the days that end today in `timeZone`, the sums over them, and over as many days before, to
 * compare with. Demo and real together, as everywhere; reply gaps are real calls' alone: demo calls were never held.
 */
export async function analyticsDetails(
  demo: DemoData,
  store: Pick<Store, 'realSums'>,
  asked: { readonly now: Date; readonly timeZone: string; readonly days: number },
): Promise<AnalyticsDetails> {
  const { now, timeZone, days } = asked;
  const calendar = localDays(now, timeZone, days * 2);
  const bounds = calendar.map(({ begins }) => begins);
  const real = await store.realSums(bounds);
  const sums = addDemo(demo, bounds, real);
  const shown = calendar.slice(days, -1);
  return {
    time_zone: timeZone,
    days: shown.map(({ day }, index) => {
      const { calls = 0, chats = 0, talked = 0, interested = 0, leads = 0 } = sums[days + index] ?? {};
      return { day, calls, chats, talked, interested, leads };
    }),
    current: periodOf(sums.slice(days)),
    previous: periodOf(sums.slice(0, days)),
  };
}

function addDemo(
  demo: DemoData,
  bounds: readonly Date[],
  real: readonly PeriodSums[],
): readonly PeriodSums[] {
  const sums = real.map((one) => ({ ...one }));
  const sumsAt = (createdAt: string) => {
    const at = Date.parse(createdAt);
    const next = bounds.findIndex((bound) => bound.getTime() > at);
    return next > 0 ? sums[next - 1] : undefined;
  };
  for (const call of demo.calls) {
    const of = sumsAt(call.createdAt);
    if (of === undefined) continue;
    const talked = call.transcript.some((line) => line.speaker === 'user');
    of.calls += 1;
    of.held += 1;
    of.heldSec += call.durationSec;
    of[call.disposition] += 1;
    if (talked) of.talked += 1;
    if (talked && call.disposition === 'interested' && call.telegramLinkSent) of.leads += 1;
  }
  for (const chat of demo.chats) {
    const of = sumsAt(chat.createdAt);
    if (of !== undefined) of.chats += 1;
  }
  return sums;
}

function periodOf(sums: readonly PeriodSums[]): AnalyticsPeriod {
  const total = (name: keyof PeriodSums): number => sums.reduce((sum, one) => sum + one[name], 0);
  const calls = total('calls');
  const held = total('held');
  const replies = total('replies');
  return {
    calls,
    chats: total('chats'),
    talked: total('talked'),
    leads: total('leads'),
    lead_rate: calls === 0 ? 0 : Math.round((total('leads') / calls) * 100) / 100,
    avg_call_duration_sec: held === 0 ? 0 : Math.round(total('heldSec') / held),
    dispositions: Object.fromEntries(DISPOSITIONS.map((name) => [name, total(name)])) as Record<
      Disposition,
      number
    >,
    replies: {
      count: replies,
      avg_gap_ms: replies === 0 ? null : Math.round(total('replyGapMs') / replies),
      within_budget: replies - total('lateReplies'),
    },
  };
}
