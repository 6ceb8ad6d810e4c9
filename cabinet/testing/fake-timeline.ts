import type { CallInteraction, CallTimeline } from '../api/types.ts';

const FIRST_MS = 400;
const GAPS_MS = [620, 480, 1340] as const;

/** Times for a call's lines: its length shared out by the lines' own, a reply after a gap. */
export function fakeTimeline(call: CallInteraction): CallTimeline {
  const letters = call.transcript.reduce((sum, { text }) => sum + text.length, 0);
  const pausesMs = FIRST_MS + call.transcript.length * 1_500;
  const letterMs = (call.duration_sec * 1000 - pausesMs) / letters;
  let at = FIRST_MS;
  let replies = 0;
  const lines = call.transcript.map(({ speaker, text }, index): CallTimeline['lines'][number] => {
    const endedMs = at;
    const isReply = speaker === 'assistant' && index > 0;
    const gapMs = isReply ? (GAPS_MS[replies++ % GAPS_MS.length] ?? 0) : index === 0 ? 0 : 900;
    const startMs = endedMs + gapMs;
    at = Math.round(startMs + text.length * letterMs);
    return {
      speaker,
      text,
      start_ms: startMs,
      end_ms: at,
      kind: speaker === 'user' ? null : index === 0 ? 'greeting' : 'reply',
      gap: isReply
        ? {
            from_ms: endedMs,
            gap_ms: gapMs,
            parts: [
              { stage: 'endpointing', ms: Math.round(gapMs * 0.7) },
              { stage: 'recognition', ms: Math.round(gapMs * 0.1) },
              { stage: 'answer', ms: gapMs - Math.round(gapMs * 0.7) - Math.round(gapMs * 0.1) },
            ],
          }
        : null,
      cut: null,
    };
  });
  return {
    id: call.id,
    is_demo: false,
    recording: 'saved',
    duration_ms: call.duration_sec * 1000,
    budget_ms: 2000,
    lines,
  };
}
