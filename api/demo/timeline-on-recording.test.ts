import { describe, expect, it } from 'vitest';
import { parseWav } from '../../engine/media/wav.ts';
import { measureGaps } from '../../engine/observe/gaps.ts';
import { openOfflineParts } from '../../engine/testing/call-lab-offline.ts';
import { CallLab } from '../../engine/testing/call-lab.ts';
import { REPLY_STAGES } from '../../engine/contract/reply-waits.ts';
import type { TimelineLine } from '../schemas/timeline.ts';
import { callTimeline } from './timeline.ts';

/** The issue's own figure: a line that is lit this much too early or too late is not noticed. */
const SAME_MS = 100;
const WINDOW_MS = 5;
/** An edge is sought so far around where the timeline puts it. */
const AROUND_MS = 500;
/** −46 dBFS is a voice. A caller's word may begin softly, down to −58 dBFS: in that his line begins somewhere. */
const VOICE_RMS = 164;
const SOFT_RMS = 40;

/** Where a side is first and last heard between two moments, ms; by energy alone. */
function heard(side: Int16Array, { start_ms, end_ms }: TimelineLine, least: number) {
  const [fromMs, toMs] = [start_ms - AROUND_MS, (end_ms ?? start_ms) + AROUND_MS];
  const windows: number[] = [];
  for (let ms = Math.max(0, fromMs); ms < toMs; ms += WINDOW_MS) {
    const part = side.subarray(ms * 8, (ms + WINDOW_MS) * 8);
    const rms = Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length);
    if (rms > least) windows.push(ms);
  }
  return { startMs: windows[0] ?? Infinity, endMs: (windows.at(-1) ?? -Infinity) + WINDOW_MS };
}

describe('the timeline of a whole call', () => {
  it('lies on its recording, within 100 ms', { timeout: 60_000 }, async () => {
    const parts = await openOfflineParts();
    const lab = await CallLab.open(parts);
    const view = await lab.call({ phone: '+79990000001' });
    await parts.close();
    const timeline = callTimeline(lab.journal.events(view.callId))!;
    const { samples, rateHz } = parseWav(lab.recordings.file(view.recording!)!);
    const [caller, assistant] = [samples[0]!, samples[1]!];
    expect(timeline.duration_ms).toBe(Math.round((caller.length / rateHz) * 1000));
    expect(timeline.lines.length).toBeGreaterThan(6);

    for (const line of timeline.lines) {
      const side = line.speaker === 'user' ? caller : assistant;
      const voice = heard(side, line, VOICE_RMS);
      const soft = line.speaker === 'user' ? heard(side, line, SOFT_RMS) : voice;
      expect(line.start_ms, line.text).toBeGreaterThan(soft.startMs - SAME_MS);
      expect(line.start_ms, line.text).toBeLessThan(voice.startMs + SAME_MS);
      expect(Math.abs(line.end_ms! - voice.endMs), line.text).toBeLessThan(SAME_MS);
    }

    const gaps = timeline.lines.flatMap(({ gap }) => gap ?? []);
    const measured = measureGaps({ caller, assistant, rateHz });
    expect(measured).toHaveLength(gaps.length);
    for (const [at, gap] of gaps.entries()) {
      const { callerEndMs, replyStartMs } = measured[at]!;
      expect(Math.abs(gap.from_ms - callerEndMs)).toBeLessThan(SAME_MS);
      expect(Math.abs(gap.from_ms + gap.gap_ms - replyStartMs)).toBeLessThan(SAME_MS);
      expect(gap.parts.map(({ stage }) => stage)).toEqual([...REPLY_STAGES]);
    }
  });
});
