import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseWav, writeWav } from '../../engine/media/wav.ts';

const VOICES = fileURLToPath(new URL('../../seeds/voices/', import.meta.url));
const RATE_HZ = 8_000;

/** A bundled caller's line (`not-interested-ru-1`) and when it begins, from the microphone's opening. */
export interface SpokenAt {
  readonly line: string;
  readonly atMs: number;
}

/** Writes what a browser's fake microphone shall hear, silence between. */
export function writeMicrophone(file: string, lines: readonly SpokenAt[]): void {
  const voices = lines.map(({ line, atMs }) => {
    const [pcm = new Int16Array(0)] = parseWav(readFileSync(`${VOICES}${line}.wav`)).samples;
    return { pcm, at: Math.round((atMs * RATE_HZ) / 1000) };
  });
  const length = Math.max(...voices.map(({ pcm, at }) => at + pcm.length)) + RATE_HZ;
  const sound = new Int16Array(length);
  for (const { pcm, at } of voices) sound.set(pcm, at);
  writeFileSync(file, writeWav(RATE_HZ, [sound]));
}

/** Chromium's: permission is given, and the microphone is the file, once. */
export function microphoneArgs(file: string): readonly string[] {
  return [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${file}%noloop`,
  ];
}
