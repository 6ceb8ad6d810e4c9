import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Ffmpeg } from './find-ffmpeg.ts';
import { runFfmpeg } from './run-ffmpeg.ts';

/** The file cannot be played; the message names it and says, in Russian, what is wrong and what to do. */
export class AudioFileError extends Error {
  constructor(file: string, what: string) {
    super(`${file}: ${what}`);
    this.name = 'AudioFileError';
  }
}

export interface DecodeOptions {
  /** A file that lasts longer is refused, before it is decoded where its length is written in it. */
  readonly maxSeconds: number;
  readonly signal: AbortSignal;
}

const RATE_HZ = 8000;
/** Files only: a playlist must not reach the network. */
const INPUT = ['-hide_banner', '-nostdin', '-protocol_whitelist', 'file,pipe'];
const LOOK_MS = 20_000;
const DECODE_MS = 60_000;

/** Any sound that ffmpeg reads, as 8 kHz mono. Rejects with AudioFileError, or with the signal's reason. */
export async function decodeAudio(
  ffmpeg: Ffmpeg,
  file: string,
  { maxSeconds, signal }: DecodeOptions,
): Promise<Int16Array> {
  await mustBeFile(file);
  const input = `file:${resolve(file)}`;
  const told = await runFfmpeg(ffmpeg, [...INPUT, '-i', input], { timeoutMs: LOOK_MS, signal });
  if (!/Stream #\S+.*: Audio:/.test(told.stderr)) throw new AudioFileError(file, notSound(told.stderr));
  const seconds = durationOf(told.stderr);
  if (seconds !== undefined && seconds > maxSeconds) throw tooLong(file, seconds, maxSeconds);

  // The length is not written in every format, and where it is it may lie.
  const limit = ['-t', String(maxSeconds + 1)];
  const output = [
    '-vn',
    '-sn',
    '-dn',
    '-map',
    '0:a:0',
    '-ac',
    '1',
    '-ar',
    String(RATE_HZ),
    '-f',
    's16le',
    'pipe:1',
  ];
  const made = await runFfmpeg(ffmpeg, [...INPUT, '-v', 'error', ...limit, '-i', input, ...output], {
    timeoutMs: DECODE_MS,
    signal,
  });
  if (made.code !== 0)
    throw new AudioFileError(file, `ffmpeg не смог прочитать звук: ${lastLine(made.stderr)}`);
  const samples = samplesOf(made.stdout);
  if (samples.length > maxSeconds * RATE_HZ) throw tooLong(file, samples.length / RATE_HZ, maxSeconds);
  if (samples.length === 0)
    throw new AudioFileError(file, 'в файле нет ни одного отсчёта звука: запишите его заново');
  return samples;
}

async function mustBeFile(file: string): Promise<void> {
  const facts = await stat(file).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new AudioFileError(
      file,
      code === 'EACCES' ? 'нет права читать этот файл' : 'нет такого файла: проверьте путь',
    );
  });
  if (!facts.isFile()) throw new AudioFileError(file, 'это не файл: назовите файл со звуком');
  if (facts.size === 0) throw new AudioFileError(file, 'файл пуст: запишите его заново');
}

function notSound(stderr: string): string {
  if (/Permission denied/.test(stderr)) return 'нет права читать этот файл';
  if (/Stream #/.test(stderr)) return 'в файле нет звуковой дорожки: дайте запись голоса';
  return 'это не звуковой файл, или он испорчен: дайте wav, mp3, ogg, m4a или другой формат, который читает ffmpeg';
}

function tooLong(file: string, seconds: number, maxSeconds: number): AudioFileError {
  const whole = Math.round(seconds);
  const length = whole >= 120 ? `${Math.round(whole / 60)} мин` : `${whole} с`;
  return new AudioFileError(
    file,
    `${length} — слишком длинно для одной реплики (можно до ${maxSeconds} с): вырежьте нужное, например ` +
      `ffmpeg -ss 0 -t 20 -i вход выход.wav`,
  );
}

/** `Duration: 02:00:00.04`; undefined where it is `N/A`. */
function durationOf(stderr: string): number | undefined {
  const found = /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(stderr);
  if (found === null) return undefined;
  return Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3]);
}

function samplesOf(bytes: Buffer): Int16Array {
  return Int16Array.from({ length: Math.floor(bytes.length / 2) }, (_, i) => bytes.readInt16LE(i * 2));
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
