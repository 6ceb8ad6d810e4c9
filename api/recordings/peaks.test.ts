import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import { writeWav } from '../../engine/media/wav.ts';
import { RecordingPeaks } from '../schemas/timeline.ts';
import { recordingPeaks, type Chunks } from './peaks.ts';

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): Chunks {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

const peaksOf = (bytes: Uint8Array, sizes: readonly number[] = []) =>
  recordingPeaks(pieces(bytes, sizes), bytes.length);

describe('a recording’s peaks', () => {
  it('are the loudest sample of each step, the caller left and the assistant right', async () => {
    const [caller, assistant] = [new Int16Array(480), new Int16Array(480)];
    caller[10] = -32_768;
    assistant[200] = 16_384;
    assistant[479] = -3_277;
    expect(await peaksOf(writeWav(8000, [caller, assistant]))).toEqual({
      duration_ms: 60,
      step_ms: 20,
      caller: [1000, 0, 0],
      assistant: [0, 500, 100],
    });
  });

  it('do not depend on how the bytes come', async () => {
    const side = (seed: number) =>
      Int16Array.from({ length: 500 }, (_, at) => ((at * seed) % 65_536) - 32_768);
    const bytes = writeWav(8000, [side(7919), side(104_729)]);
    const whole = await peaksOf(bytes);
    expect(Value.Check(RecordingPeaks, whole)).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 97 }), { maxLength: 60 }), async (sizes) => {
        expect(await peaksOf(bytes, sizes)).toEqual(whole);
      }),
    );
  });

  it('are no more than a screen has room for, however long the call was', async () => {
    const silence = new Int16Array(8000 * 600);
    const { step_ms: stepMs, caller } = await peaksOf(writeWav(8000, [silence, silence]));
    expect(stepMs).toBe(500);
    expect(caller).toHaveLength(1200);
  });

  it.each([0, 10, 44, 47])('are none where %i bytes are all there is', async (bytes) => {
    const { duration_ms: durationMs, caller } = await peaksOf(new Uint8Array(bytes));
    expect(durationMs).toBe(0);
    expect(caller.every((peak) => peak === 0)).toBe(true);
  });
});
