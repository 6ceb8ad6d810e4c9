import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toCallId } from '../../contract/ids.ts';
import { parseWav } from '../../media/wav.ts';
import { recordingsContract } from '../../testing/media-contracts.ts';
import { WavRecordings } from './wav-recordings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halo-recordings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

recordingsContract('WavRecordings', () => {
  const inside = join(folder, 'made', 'on', 'demand');
  return Promise.resolve({
    recordings: new WavRecordings(inside),
    read: async (file) => new Uint8Array(await readFile(join(inside, file))),
  });
});

const callId = toCallId('9b2d7c1e-5a43-4f6b-8f0e-1d2c3b4a5968');
const frame = (value: number): Int16Array => new Int16Array(160).fill(value);

describe('WavRecordings', () => {
  it('leaves a playable file when the process dies: whole but for the last two seconds', async () => {
    const writer = new WavRecordings(folder).open(callId);
    for (let i = 0; i < 120; i++) writer.write(frame(i), frame(i));
    const file = join(folder, `${callId}.wav`);
    // What a killed process would have left: nothing was closed.
    const sound = await vi.waitFor(async () => {
      const bytes = await readFile(file);
      // The header counts the sound itself: players do not guess.
      expect(bytes.readUInt32LE(40)).toBe(2 * 32_000);
      return parseWav(new Uint8Array(bytes));
    }, 5000);
    expect(sound.samples[1]!.at(-1)).toBe(99);
    await writer.close();
    expect(parseWav(new Uint8Array(await readFile(file))).samples[0]).toHaveLength(120 * 160);
  });

  it('is readable by this user only', async () => {
    const { file } = await new WavRecordings(folder).open(callId).close();
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });

  it('never throws from write and tells of a refusing disk on close', async () => {
    const blocked = join(folder, 'file');
    await writeFile(blocked, 'a file where the folder should be');
    const writer = new WavRecordings(blocked).open(callId);
    for (let i = 0; i < 120; i++) writer.write(frame(i), frame(i));
    await expect(writer.close()).rejects.toThrow(/check the disk/);
    await expect(writer.close()).rejects.toThrow(/could not be written/);
  });

  it('fills up the shorter side', async () => {
    const writer = new WavRecordings(folder).open(callId);
    writer.write(frame(3), new Int16Array(0));
    const { file } = await writer.close();
    const sound = parseWav(new Uint8Array(await readFile(join(folder, file))));
    expect(sound.samples).toEqual([frame(3), frame(0)]);
  });
});
