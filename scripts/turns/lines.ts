import { FaultyLine, voiceRms } from '../../engine/far-end/line-faults.ts';
import { seededRandom } from '../../engine/far-end/random.ts';
import { Concealer } from '../../engine/media/concealer.ts';
import { muLawDecode, muLawEncode } from '../../engine/media/g711.ts';

/** What a detector is given: a frame of 20 ms, and whether it was made up in place of a lost one. */
export interface LineFrame {
  readonly samples: Int16Array;
  readonly concealed: boolean;
}

/** A sound as it comes out of a telephone line. */
export type Line = (sound: Int16Array) => readonly LineFrame[];

const FRAME = 160;

/** Nothing but μ-law. */
export const quietLine: Line = (sound) => line(sound, { loss: 0 });

/** White noise 15 dB under the voice; of 100 packets 5 are lost and concealed. */
export const badLine: Line = (sound) => line(sound, { noiseSnrDb: 15, loss: 0.05, seed: 7 });

function line(sound: Int16Array, faults: { noiseSnrDb?: number; loss: number; seed?: number }): LineFrame[] {
  const faulty = new FaultyLine(faults, voiceRms([sound]));
  const concealer = new Concealer();
  return Array.from({ length: Math.floor(sound.length / FRAME) }, (_, n) => {
    const payload = muLawEncode(faulty.colour(sound.slice(n * FRAME, (n + 1) * FRAME)));
    const [arrived] = faulty.carry(payload);
    const samples = arrived === undefined ? new Int16Array(FRAME) : muLawDecode(arrived.bytes);
    if (arrived !== undefined) concealer.voice(samples);
    return { samples, concealed: arrived === undefined && concealer.conceal(samples) > 0 };
  });
}

/** `sound` with line sound before and after it; faint noise all the way, as no line is digital silence. */
export function onLine(sound: Int16Array, beforeMs: number, afterMs: number, seed: number): Int16Array {
  const random = seededRandom(seed);
  // Windows of the detector fall differently into every sound.
  const before = beforeMs * 8 + Math.floor(random() * 256);
  const whole = new Int16Array(before + sound.length + afterMs * 8);
  whole.set(sound, before);
  return whole.map((sample) => clip(sample + (random() - 0.5) * 16));
}

/** Where `onLine` put the sound's first sample. */
export function soundStart(beforeMs: number, seed: number): number {
  return beforeMs * 8 + Math.floor(seededRandom(seed)() * 256);
}

export function clip(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)));
}
