import { open } from 'node:fs/promises';
import { decodeAudio, AudioFileError } from '../../engine/adapters/ffmpeg/decode-audio.ts';
import { findFfmpeg, NoFfmpegError, type Ffmpeg } from '../../engine/adapters/ffmpeg/find-ffmpeg.ts';
import { readAudioFile } from '../../engine/index.ts';
import { fetchedFfmpeg } from '../lib/ffmpeg-get.mjs';

/** As long as a call can last (V5.2). */
export const LONGEST_TURN_SEC = 120;

export interface Sounds {
  /** 8 kHz, mono; one of each file, in their order. */
  readonly pcms: readonly Int16Array[];
  /** What read them; undefined where there is no ffmpeg and all were plain WAV files. */
  readonly ffmpeg: Ffmpeg | undefined;
}

/** The project's ffmpeg, as FFMPEG_BIN, ffmpeg-static, PATH or the fetched copy give it. Rejects with NoFfmpegError. */
export async function projectFfmpeg(): Promise<Ffmpeg> {
  return findFfmpeg({ bin: process.env['FFMPEG_BIN'], fetched: await fetchedFfmpeg() });
}

/** Reads the testers' files. Rejects with AudioFileError, or NoFfmpegError where one of them needs it. */
export async function readSounds(
  files: readonly string[],
  ffmpegOf: () => Promise<Ffmpeg>,
  signal: AbortSignal,
): Promise<Sounds> {
  const ffmpeg = await ffmpegOf().catch((error: unknown) => {
    if (error instanceof NoFfmpegError) return error;
    throw error;
  });
  const pcms: Int16Array[] = [];
  for (const file of files) {
    if (!(ffmpeg instanceof NoFfmpegError))
      pcms.push(await decodeAudio(ffmpeg, file, { maxSeconds: LONGEST_TURN_SEC, signal }));
    else if (await isWav(file)) pcms.push(await readWav(file));
    else throw ffmpeg;
  }
  return { pcms, ffmpeg: ffmpeg instanceof NoFfmpegError ? undefined : ffmpeg };
}

async function readWav(file: string): Promise<Int16Array> {
  const pcm = await readAudioFile(file).catch((error: unknown) => {
    const why = error instanceof Error ? error.message.replace(`${file}: `, '') : String(error);
    throw new AudioFileError(file, why);
  });
  const seconds = pcm.length / 8000;
  if (seconds <= LONGEST_TURN_SEC) return pcm;
  throw new AudioFileError(file, `${Math.round(seconds)} с — слишком длинно для одной реплики`);
}

/** A file that is not there is told of by the reader. */
async function isWav(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => {
    throw new AudioFileError(file, 'нет такого файла: проверьте путь');
  });
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(12), 0, 12, 0);
    if (bytesRead === 0) throw new AudioFileError(file, 'файл пуст: запишите его заново');
    return buffer.toString('latin1', 0, 4) === 'RIFF' && buffer.toString('latin1', 8, 12) === 'WAVE';
  } finally {
    await handle.close();
  }
}
