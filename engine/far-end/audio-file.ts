import { readFile, stat } from 'node:fs/promises';
import { loadResampler, Resampler } from '../media/resampler.ts';
import { parseWav } from '../media/wav.ts';

const RATE_HZ = 8000;
/** Ten minutes of 48 kHz stereo; a caller's turn is seconds. */
const LARGEST_FILE_BYTES = 128 * 1024 * 1024;

/**
 * A WAV file (any rate, mono or stereo) as 8 kHz mono.
 * Rejects with what is wrong and what to do: no such file, not a WAV, empty, too large.
 */
export async function readAudioFile(file: string): Promise<Int16Array> {
  const { size } = await stat(file).catch(() => {
    throw new Error(`${file}: no such file`);
  });
  if (size > LARGEST_FILE_BYTES)
    throw new Error(`${file}: ${Math.round(size / 2 ** 20)} MB is too long for one turn`);
  const { rateHz, samples } = parseFile(file, await readFile(file));
  const [first, ...others] = samples;
  if (first === undefined || first.length === 0) throw new Error(`${file}: there is no sound in it`);
  const mono = others.length === 0 ? first : first.map((sample, at) => (sample + (others[0]![at] ?? 0)) / 2);
  if (rateHz === RATE_HZ) return mono;
  await loadResampler();
  const resampler = new Resampler({ fromHz: rateHz, toHz: RATE_HZ });
  const parts = [resampler.push(mono), resampler.flush()];
  resampler.free();
  return Int16Array.from(parts.flatMap((part) => [...part]));
}

function parseFile(file: string, bytes: Uint8Array): ReturnType<typeof parseWav> {
  try {
    return parseWav(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${file}: ${why}. Give a WAV file (ffmpeg -i in.mp3 out.wav makes one)`, {
      cause: error,
    });
  }
}
