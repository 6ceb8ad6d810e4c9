import { readFile } from 'node:fs/promises';
import type { CallView, TranscriptLine } from '../../engine/contract/fold-call.ts';
import { measureGaps, parseWav, type MeasuredGap } from '../../engine/index.ts';

/** The last line of `--json`. */
export interface CallResult {
  readonly call_id: string;
  readonly status: string;
  readonly final_disposition: string;
  readonly duration_sec: number | null;
  readonly short_summary: string | null;
  readonly turns: readonly {
    readonly speaker: string;
    readonly text: string;
    readonly gap_ms: number | null;
  }[];
  readonly recording: string | null;
}

/** A reply's beginning on the journal's clock and on the recording differ by a few frames at the most. */
const SAME_REPLY_MS = 200;

/** The result as the issue of `npm run call` gives it; gaps are those measured on the recording. */
export function callResult(
  view: CallView,
  recording: string | null,
  gaps: readonly MeasuredGap[],
): CallResult {
  return {
    call_id: view.callId,
    status: view.status,
    final_disposition: view.finalDisposition,
    duration_sec: view.durationSec,
    short_summary: view.shortSummary,
    turns: view.transcript.map((line) => ({
      speaker: line.speaker,
      text: line.text,
      gap_ms: gapOf(line, gaps),
    })),
    recording,
  };
}

/** The gaps heard on a stereo recording of ours. */
export async function gapsOnRecording(path: string): Promise<readonly MeasuredGap[]> {
  const { rateHz, samples } = parseWav(await readFile(path));
  const [caller, assistant] = samples;
  if (caller === undefined || assistant === undefined) throw new Error(`${path} is not a stereo recording`);
  return measureGaps({ caller, assistant, rateHz });
}

function gapOf(line: TranscriptLine, gaps: readonly MeasuredGap[]): number | null {
  if (line.gapMs === null) return null;
  const measured = gaps.find((gap) => Math.abs(gap.replyStartMs - line.startMs) < SAME_REPLY_MS);
  return Math.round(measured?.gapMs ?? line.gapMs);
}
