import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { CallMetrics } from './call-metrics.ts';
import { ReplyTimes } from './reply-times.ts';
import { ANSWERED_MS, SECRETS, WHOLE_CALL } from './testing/whole-call.ts';

async function after(events: readonly CallEvent[]): Promise<string> {
  const metrics = new CallMetrics();
  for (const event of events) metrics.note(event);
  return await metrics.registry.metrics();
}

/** The samples that are not 0, without the buckets of histograms. */
function samples(text: string): string[] {
  return text.split('\n').filter((line) => !/^#|_bucket\{|^$| 0$/.test(line));
}

describe("a call's metrics", () => {
  it('say of a whole call what was in it, and nothing of whose it was', async () => {
    const text = await after(WHOLE_CALL);
    expect(samples(text).sort()).toEqual(
      [
        'halo_calls_dialled_total 1',
        'halo_calls_ended_total{status="completed"} 1',
        'halo_calls_judged_total{disposition="interested"} 1',
        'halo_line_ended_total{outcome="hangup_near"} 1',
        'halo_call_duration_seconds_sum 25',
        'halo_call_duration_seconds_count 1',
        'halo_reply_gap_seconds_sum{by="reply"} 1.5',
        'halo_reply_gap_seconds_count{by="reply"} 1',
        'halo_reply_gap_seconds_sum{by="filler"} 2.4',
        'halo_reply_gap_seconds_count{by="filler"} 1',
        'halo_reply_stage_seconds_sum{stage="endpointing"} 1',
        'halo_reply_stage_seconds_count{stage="endpointing"} 2',
        'halo_reply_stage_seconds_sum{stage="recognition"} 0.8',
        'halo_reply_stage_seconds_count{stage="recognition"} 2',
        'halo_reply_stage_seconds_sum{stage="answer"} 2.1',
        'halo_reply_stage_seconds_count{stage="answer"} 2',
        'halo_recognition_seconds_sum 1.3',
        'halo_recognition_seconds_count 2',
        'halo_turns_total{outcome="dropped"} 1',
        'halo_turns_total{outcome="recognised"} 1',
        'halo_turns_total{outcome="unrecognised"} 1',
        'halo_barge_ins_total{outcome="floor_taken"} 1',
        'halo_barge_ins_total{outcome="resumed"} 1',
        'halo_fillers_total 1',
        'halo_limits_reached_total{limit="time"} 1',
        'halo_provider_errors_total{stage="stt",code="STT_TIMEOUT"} 1',
        'halo_provider_errors_total{stage="operator",code="PROVIDER_LIMIT"} 1',
        'halo_provider_errors_total{stage="tts",code="OTHER"} 1',
        'halo_rtp_packets_total 1250',
        'halo_rtp_lost_packets_total 12',
        'halo_rtp_late_packets_total 3',
        'halo_rtp_stranger_packets_total 1',
        'halo_rtp_concealed_frames_total 15',
        'halo_rtp_jitter_seconds_sum 0.004',
        'halo_rtp_jitter_seconds_count 1',
        ...['analysis', 'followup', 'sms', 'chat', 'row'].map(
          (step) => `halo_after_call_steps_total{step="${step}",outcome="done"} 1`,
        ),
        'halo_after_call_steps_total{step="crm",outcome="failed"} 1',
        'halo_delivery_changes_total{channel="sms",state="pending"} 1',
      ].sort(),
    );
    expect(text).not.toMatch(SECRETS);
  });

  it('count a reply of exactly 2 s as in time', async () => {
    const late = WHOLE_CALL.map((event) =>
      event.type === 'utterance.started' && event.gapMs !== undefined ? { ...event, gapMs: 2_000 } : event,
    );
    const text = await after(late);
    expect(text).toContain('halo_reply_gap_seconds_bucket{le="2",by="reply"} 1');
    expect(text).toContain('halo_reply_gap_seconds_bucket{le="1.75",by="reply"} 0');
  });

  it('do not take a line that went away in the middle of a sound for an interruption', async () => {
    const at = WHOLE_CALL.findIndex((event) => event.type === 'utterance.held');
    const gone = WHOLE_CALL.find((event) => event.type === 'line.ended')!;
    const end: CallEvent = {
      ...gone,
      type: 'utterance.finished',
      utterance: 1,
      endMs: 1,
      text: '',
      complete: false,
    };
    const text = await after([...WHOLE_CALL.slice(0, at + 1), gone, end]);
    expect(text).toContain('halo_barge_ins_total{outcome="floor_taken"} 0');
  });
});

describe('the times of replies', () => {
  it('make up the whole pause and are never negative, whatever order and clock the events have', () => {
    const events = fc.array(
      fc.record({
        event: fc.constantFrom(...WHOLE_CALL.filter(({ type }) => /^(turn|utterance|filler)\./.test(type))),
        at: fc.integer({ min: -5_000, max: 60_000 }),
        call: fc.constantFrom('0d9a2a4c-6f0e-4b35-9c57-3f1d2b8e7a60', '1d9a2a4c-6f0e-4b35-9c57-3f1d2b8e7a61'),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(events, (list) => {
        const times = new ReplyTimes();
        for (const { event, at, call } of list) {
          const noted = { ...event, callId: toCallId(call), at: new Date(ANSWERED_MS + at).toISOString() };
          const reply = times.note(noted);
          if (reply === undefined) continue;
          expect(reply.gapMs).toBeGreaterThanOrEqual(0);
          for (const { ms } of reply.parts) expect(ms).toBeGreaterThanOrEqual(0);
          if (reply.parts.length > 0)
            expect(reply.parts.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(reply.gapMs, 6);
        }
      }),
    );
  });
});
