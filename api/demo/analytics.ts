import type { RealTotals } from '../persistence/store.ts';
import type { DemoAnalytics } from '../schemas/demo.ts';
import type { DemoCall, DemoData } from './demo-data.ts';

/**
 * D4.3 over demo and real data together:
 *
 *     called      every call                            = totals.calls
 *     talked      the person answered and said a word
 *     interested  … and the disposition is `interested`
 *     lead        … and the card is in the CRM and the link to go on was sent
 *     lead_rate   lead / called, two decimals; 0 without calls
 *     avg_call_duration_sec   seconds of all held calls / held calls, whole seconds; 0 without any
 */
export function analytics(demo: DemoData, real: RealTotals): DemoAnalytics {
  const demoTalked = demo.calls.filter(hasTalked);
  const demoInterested = demoTalked.filter((call) => call.disposition === 'interested');
  const called = demo.calls.length + real.calls;
  const lead = demoInterested.filter((call) => call.telegramLinkSent).length + real.leads;
  const heldCalls = demo.calls.length + real.heldCalls;
  const durationSecSum = demo.calls.reduce((sum, call) => sum + call.durationSec, real.durationSecSum);
  return {
    totals: {
      calls: called,
      chats: demo.chats.length + real.chats,
      lead_rate: called === 0 ? 0 : Math.round((lead / called) * 100) / 100,
      avg_call_duration_sec: heldCalls === 0 ? 0 : Math.round(durationSecSum / heldCalls),
    },
    funnel: {
      called,
      talked: demoTalked.length + real.talked,
      interested: demoInterested.length + real.interested,
      lead,
    },
  };
}

function hasTalked(call: DemoCall): boolean {
  return call.transcript.some((line) => line.speaker === 'user');
}
