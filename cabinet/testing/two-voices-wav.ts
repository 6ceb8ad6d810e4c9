import { writeWav } from '../../engine/media/wav.ts';
import type { CallTimeline } from '../api/types.ts';

const RATE_HZ = 8000;
const LOUDEST = 9_000;
/** Syllables a second, about as people speak. */
const SYLLABLES_HZ = 3.7;

/** A recording (16-bit stereo, 8 kHz) with sound where the timeline has words: left the caller, right the assistant. */
export function twoVoicesWav({ lines, duration_ms: durationMs }: CallTimeline): Uint8Array {
  const length = Math.round(((durationMs ?? 0) / 1000) * RATE_HZ);
  const sides = { user: new Int16Array(length), assistant: new Int16Array(length) };
  for (const { speaker, start_ms: startMs, end_ms: endMs } of lines) {
    const pitchHz = speaker === 'user' ? 130 : 210;
    const to = Math.min(length, ((endMs ?? startMs) * RATE_HZ) / 1000);
    for (let at = Math.round((startMs * RATE_HZ) / 1000); at < to; at += 1) {
      const sec = at / RATE_HZ;
      const syllable = Math.abs(Math.sin(Math.PI * SYLLABLES_HZ * sec)) ** 1.5;
      const phrase = 0.55 + 0.45 * Math.sin(1.3 * sec) * Math.sin(0.37 * sec);
      sides[speaker][at] = LOUDEST * syllable * phrase * Math.sin(2 * Math.PI * pitchHz * sec);
    }
  }
  return writeWav(RATE_HZ, [sides.user, sides.assistant]);
}
