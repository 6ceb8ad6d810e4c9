import { writeWav } from '../../engine/media/wav.ts';

const RATE_HZ = 8000;

/** A WAV file of silence (16-bit mono, 8 kHz) for a player to load. */
export function silentWav(seconds: number): Uint8Array {
  return writeWav(RATE_HZ, [new Int16Array(Math.round(seconds * RATE_HZ))]);
}
