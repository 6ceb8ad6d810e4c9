import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../engine/adapters/ffmpeg/decode-audio.ts';
import { findFfmpeg, NoFfmpegError, type Ffmpeg } from '../../engine/adapters/ffmpeg/find-ffmpeg.ts';
import { runFfmpeg } from '../../engine/adapters/ffmpeg/run-ffmpeg.ts';
import { wavHeader, writeWav } from '../../engine/media/wav.ts';
import { LONGEST_TURN_SEC, projectFfmpeg, readSounds } from './sounds.ts';

const ffmpeg = await projectFfmpeg().catch(() => undefined);
const never = new AbortController().signal;
const noFfmpeg = (): Promise<Ffmpeg> => Promise.reject(new NoFfmpegError('ffmpeg не найден: установите его'));
/** A second of 300 Hz, and half a second of silence. */
const TONE = Int16Array.from({ length: 12_000 }, (_, i) =>
  i < 8000 ? 8000 * Math.sin((2 * Math.PI * 300 * i) / 8000) : 0,
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halo-sounds-'));
  await writeFile(join(folder, 'tone.wav'), writeWav(8000, [TONE]));
});
afterAll(() => rm(folder, { recursive: true }));

/** A header of so many seconds of sound, and nothing on the disk behind it. */
async function longWav(name: string, seconds: number): Promise<string> {
  const file = join(folder, name);
  const dataBytes = seconds * 16_000;
  await writeFile(file, wavHeader({ rateHz: 8000, channels: 1, dataBytes }));
  await truncate(file, 44 + dataBytes);
  return file;
}

describe.skipIf(ffmpeg === undefined)('A tester’s file, read by ffmpeg', () => {
  const decode = (file: string) =>
    decodeAudio(ffmpeg!, file, { maxSeconds: LONGEST_TURN_SEC, signal: never });
  const make = async (name: string, args: readonly string[]): Promise<string> => {
    const file = join(folder, name);
    const made = await runFfmpeg(
      ffmpeg!,
      ['-v', 'error', '-y', '-i', join(folder, 'tone.wav'), ...args, file],
      {
        timeoutMs: 20_000,
        signal: never,
      },
    );
    expect(made).toMatchObject({ code: 0 });
    return file;
  };

  it.each([
    ['8k-mono.wav', ['-ar', '8000', '-ac', '1']],
    ['8k-stereo.wav', ['-ar', '8000', '-ac', '2']],
    ['16k-mono.wav', ['-ar', '16000', '-ac', '1']],
    ['16k-stereo.wav', ['-ar', '16000', '-ac', '2']],
    ['44k-mono.wav', ['-ar', '44100', '-ac', '1']],
    ['44k-stereo.wav', ['-ar', '44100', '-ac', '2']],
    ['float.wav', ['-c:a', 'pcm_f32le', '-ar', '48000']],
    ['voice.mp3', ['-ar', '44100']],
    ['voice.ogg', ['-c:a', 'libvorbis', '-ar', '44100']],
    ['telegram.ogg', ['-c:a', 'libopus']],
    ['voice.m4a', ['-c:a', 'aac', '-ar', '44100']],
    ['voice.flac', []],
    ['-dash & spaces «ё».wav', []],
  ])('%s is the sound that was in it, at 8 kHz', async (name, args) => {
    const pcm = await decode(await make(name, args));
    // Compressed formats pad their ends.
    expect(Math.abs(pcm.length - TONE.length)).toBeLessThan(8 * 120);
    // ffmpeg makes two channels of one 3 dB softer each.
    const rms = (from: number, to: number) =>
      Math.sqrt(pcm.subarray(from, to).reduce((sum, sample) => sum + sample ** 2, 0) / (to - from));
    expect(rms(2000, 7000)).toBeGreaterThan(3700);
    expect(rms(2000, 7000)).toBeLessThan(6500);
    expect(rms(9500, 11_000)).toBeLessThan(100);
    const crossings = pcm
      .subarray(1600, 7600)
      .filter((sample, i, part) => i > 0 && sample >= 0 !== part[i - 1]! >= 0);
    expect(Math.abs(crossings.length / 2 / 0.75 - 300)).toBeLessThan(8);
  });

  it('is refused by its length before it is decoded: two hours', async () => {
    const file = await longWav('two-hours.wav', 7200);
    const startedMs = performance.now();
    await expect(decode(file)).rejects.toThrow(
      /two-hours\.wav: 120 мин — слишком длинно .* ffmpeg -ss 0 -t 20/,
    );
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it('is refused while it is decoded where its length is not written in it', async () => {
    const file = join(folder, 'endless.mp3');
    const frames = await make('one.mp3', [
      '-ar',
      '8000',
      '-b:a',
      '8k',
      '-id3v2_version',
      '0',
      '-write_xing',
      '0',
    ]);
    const handle = await open(frames);
    const bytes = await handle.readFile();
    await handle.close();
    await writeFile(file, Buffer.concat(Array.from({ length: 140 }, () => bytes)));
    await expect(decode(file)).rejects.toThrow(/слишком длинно/);
  });

  it.each([
    ['empty.wav', Buffer.alloc(0), /файл пуст/],
    [
      'letter.txt',
      Buffer.from('Уважаемые господа, это письмо.\n'.repeat(50)),
      /это не звуковой файл|нет звуковой дорожки/,
    ],
    ['letter.wav', Buffer.from('Dear Sir or Madam, this is a letter.'), /это не звуковой файл/],
    ['header.wav', Buffer.from(writeWav(8000, [new Int16Array(0)])), /ни одного отсчёта|не звуковой/],
    [
      'noise.mp3',
      Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)),
      /не звуковой|не смог прочитать|нет звуковой/,
    ],
    [
      'playlist.m3u8',
      Buffer.from('#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:9/secret.mp3\n#EXT-X-ENDLIST\n'),
      /не звуковой|нет звуковой|не смог/,
    ],
  ])('%s is refused with its name and what is wrong', async (name, content, words) => {
    const file = join(folder, name);
    await writeFile(file, content);
    const error: unknown = await decode(file).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'AudioFileError' });
    expect((error as Error).message.startsWith(`${file}: `)).toBe(true);
    expect((error as Error).message).toMatch(words);
  });

  it('that is not there, or is a folder, is told apart', async () => {
    await expect(decode(join(folder, 'lost.wav'))).rejects.toThrow(/нет такого файла/);
    await mkdir(join(folder, 'sub'), { recursive: true });
    await expect(decode(join(folder, 'sub'))).rejects.toThrow(/это не файл/);
  });

  it('is left alone when it is given up', async () => {
    const reason = new Error('given up');
    const signal = AbortSignal.abort(reason);
    await expect(decodeAudio(ffmpeg!, join(folder, 'tone.wav'), { maxSeconds: 10, signal })).rejects.toBe(
      reason,
    );
  });
});

describe('Without ffmpeg', () => {
  it('a plain WAV is read all the same', async () => {
    const { pcms, ffmpeg: none } = await readSounds([join(folder, 'tone.wav')], noFfmpeg, never);
    expect(none).toBeUndefined();
    expect(pcms).toEqual([TONE]);
  });

  it('anything else is refused with how to get it', async () => {
    await writeFile(join(folder, 'voice.m4a'), Buffer.from('....ftypM4A '));
    await expect(readSounds([join(folder, 'voice.m4a')], noFfmpeg, never)).rejects.toThrow(
      /ffmpeg не найден/,
    );
    await expect(readSounds([join(folder, 'lost.m4a')], noFfmpeg, never)).rejects.toThrow(/нет такого файла/);
    await expect(readSounds([await longWav('long.wav', 300)], noFfmpeg, never)).rejects.toThrow(
      /слишком длинно/,
    );
  });
});

describe('ffmpeg is looked for', () => {
  const fake = async (name: string, version: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, `#!/bin/sh\necho "ffmpeg version ${version} Copyright"\n`);
    await chmod(file, 0o755);
    return file;
  };
  const nowhere = { staticPath: () => Promise.resolve(null), onPath: 'no-such-ffmpeg' };

  it('in FFMPEG_BIN, the package, PATH, the fetched copy: in this order', async () => {
    const [bin, packaged, onPath, fetched] = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => fake(`ff-${name}`, name)),
    );
    const places = {
      bin,
      staticPath: () => Promise.resolve(packaged!),
      onPath: onPath!,
      fetched: [fetched!],
    };
    await expect(findFfmpeg(places)).resolves.toEqual({ command: [bin], from: 'FFMPEG_BIN', version: 'a' });
    await expect(findFfmpeg({ ...places, bin: '' })).resolves.toMatchObject({
      from: 'ffmpeg-static',
      version: 'b',
    });
    await expect(findFfmpeg({ ...nowhere, onPath: onPath!, fetched: [fetched!] })).resolves.toMatchObject({
      from: 'PATH',
    });
    await expect(findFfmpeg({ ...nowhere, fetched: [fetched!] })).resolves.toMatchObject({
      from: 'fetched',
      version: 'd',
    });
  });

  it('and where there is none, or FFMPEG_BIN is wrong, it is told what to do', async () => {
    await expect(findFfmpeg(nowhere)).rejects.toThrow(/apt-get install ffmpeg.*FFMPEG_BIN.*--get-ffmpeg/s);
    const onPath = await fake('ff-path', 'x');
    await expect(findFfmpeg({ ...nowhere, onPath, bin: '/no/such' })).rejects.toThrow(
      /FFMPEG_BIN=\/no\/such.*исправьте путь/,
    );
  });
});

describe('npm run inject', () => {
  const run = async (args: readonly string[]) => {
    const program = [join(import.meta.dirname, '../run.mjs'), 'scripts/inject.ts'];
    return promisify(execFile)(process.execPath, [...program, ...args]).then(
      ({ stdout }) => ({ code: 0, out: stdout }),
      (error: unknown) => {
        const { code, stderr } = error as { code: number; stderr: string };
        return { code, out: stderr };
      },
    );
  };

  it('ends with 2 and one clear sentence when a file cannot be played', async () => {
    const { code, out } = await run([join(folder, 'lost.wav')]);
    expect(code).toBe(2);
    expect(out).toContain('lost.wav: нет такого файла: проверьте путь');
    expect(out).not.toMatch(/\n\s+at /);
  });
});
