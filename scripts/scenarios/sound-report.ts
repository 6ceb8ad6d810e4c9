import { muLawEncode } from '../../engine/media/g711.ts';
import type { StereoRecording } from '../../engine/observe/gaps.ts';

/** How many columns a waveform is drawn with. */
export const WAVE_COLUMNS = 900;
const HALF_HEIGHT = 30;

/** A stereo recording as a WAV of μ-law (format 7: half the size, and every browser plays it). */
export function muLawWav({ caller, assistant, rateHz }: StereoRecording): Uint8Array {
  const [left, right] = [muLawEncode(caller), muLawEncode(assistant)];
  const dataBytes = caller.length * 2;
  const bytes = Buffer.alloc(58 + dataBytes);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(50 + dataBytes, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(18, 16);
  bytes.writeUInt16LE(7, 20);
  bytes.writeUInt16LE(2, 22);
  bytes.writeUInt32LE(rateHz, 24);
  bytes.writeUInt32LE(rateHz * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write('fact', 38, 'latin1');
  bytes.writeUInt32LE(4, 42);
  bytes.writeUInt32LE(caller.length, 46);
  bytes.write('data', 50, 'latin1');
  bytes.writeUInt32LE(dataBytes, 54);
  for (let i = 0; i < caller.length; i += 1) {
    bytes[58 + i * 2] = left[i] ?? 0xff;
    bytes[59 + i * 2] = right[i] ?? 0xff;
  }
  return bytes;
}

/** A side of it as an SVG path around `middle`: the loudest sample of each column, up and down. */
export function wavePath(samples: Int16Array, middle: number): string {
  const columns = Math.min(WAVE_COLUMNS, samples.length);
  const parts: string[] = [];
  for (let x = 0; x < columns; x += 1) {
    const from = Math.floor((x * samples.length) / columns);
    const to = Math.floor(((x + 1) * samples.length) / columns);
    let peak = 0;
    for (let i = from; i < to; i += 1) peak = Math.max(peak, Math.abs(samples[i] ?? 0));
    const height = Math.round(HALF_HEIGHT * Math.sqrt(peak / 32_768) * 10) / 10;
    if (height >= 0.5) parts.push(`M${x} ${middle - height}V${middle + height}`);
  }
  return parts.join('');
}
