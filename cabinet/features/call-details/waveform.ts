import type { RecordingPeaks } from '../../api/types.ts';

const BAR_PX = 3;
const STEP_PX = 5;
/** Around the middle line, between the caller's bars and the assistant's. */
const MIDDLE_PX = 2;
const LEAST_BAR_PX = 1;
/** A call that is quiet all through is drawn taller, but its noise not as a voice. */
const QUIETEST_LOUDEST = 60;

export interface Waveform {
  /** SVG path data: a vertical stroke a bar; the caller's stand on the middle line, the assistant's hang from it. */
  readonly caller: string;
  readonly assistant: string;
}

/** Both sides of a recording in a box of so many px. Bars are `BAR_PX` wide; each is its stretch's loudest moment. */
export function waveform(peaks: RecordingPeaks, widthPx: number, heightPx: number): Waveform {
  const bars = Math.max(1, Math.floor((widthPx + STEP_PX - BAR_PX) / STEP_PX));
  const loudest = Math.max(QUIETEST_LOUDEST, ...peaks.caller, ...peaks.assistant);
  const middle = heightPx / 2;
  const tallest = middle - MIDDLE_PX - BAR_PX / 2;
  const side = (values: readonly number[], up: boolean): string =>
    stretched(values, bars)
      .map((peak, at) => {
        // Loudness is heard by its logarithm: the root keeps soft words visible.
        const tall = Math.max(LEAST_BAR_PX, tallest * Math.sqrt(peak / loudest));
        const from = up ? middle - MIDDLE_PX : middle + MIDDLE_PX;
        return `M${at * STEP_PX + BAR_PX / 2} ${round(from)}V${round(up ? from - tall : from + tall)}`;
      })
      .join('');
  return { caller: side(peaks.caller, true), assistant: side(peaks.assistant, false) };
}

/** As many values as there are bars: the largest of each bar's own, or the same one again where there are too few. */
export function stretched(values: readonly number[], bars: number): number[] {
  return Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * values.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * values.length) / bars));
    return values.slice(from, to).reduce((most, value) => Math.max(most, value), 0);
  });
}

function round(px: number): number {
  return Math.round(px * 10) / 10;
}
