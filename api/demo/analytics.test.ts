import { describe, expect, it } from 'vitest';
import { SMALL_DEMO } from '../testing/test-app.ts';
import { analytics } from './analytics.ts';

const real = { calls: 5, chats: 3, talked: 3, interested: 2, leads: 1, durationSecSum: 181, heldCalls: 3 };

describe('the analytics (D4)', () => {
  it('adds the real calls to the demo ones', () => {
    expect(analytics(SMALL_DEMO, real)).toEqual({
      totals: { calls: 6, chats: 4, lead_rate: 0.33, avg_call_duration_sec: 60 },
      funnel: { called: 6, talked: 4, interested: 3, lead: 2 },
    });
  });

  it('divides by nothing when there is nothing', () => {
    const none = { calls: 0, chats: 0, talked: 0, interested: 0, leads: 0, durationSecSum: 0, heldCalls: 0 };
    expect(analytics({ calls: [], chats: [] }, none)).toEqual({
      totals: { calls: 0, chats: 0, lead_rate: 0, avg_call_duration_sec: 0 },
      funnel: { called: 0, talked: 0, interested: 0, lead: 0 },
    });
  });

  it('counts a demo client as a lead only when the link was sent, and as talked only when he spoke', () => {
    const [call] = SMALL_DEMO.calls;
    if (call === undefined) throw new Error('no demo call');
    const silent = { ...call, transcript: call.transcript.filter((line) => line.speaker === 'assistant') };
    const unlinked = { ...call, telegramLinkSent: false };
    const none = { calls: 0, chats: 0, talked: 0, interested: 0, leads: 0, durationSecSum: 0, heldCalls: 0 };
    expect(analytics({ calls: [call, silent, unlinked], chats: [] }, none).funnel).toEqual({
      called: 3,
      talked: 2,
      interested: 2,
      lead: 1,
    });
  });
});
