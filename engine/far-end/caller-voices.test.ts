import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCallerVoices, readManifest } from './caller-voices.ts';

const VOICES = join(import.meta.dirname, '../../seeds/voices');
const SCRIPT = join(import.meta.dirname, '../../seeds/voices-script.json');

describe('the bundled callers’ voices', () => {
  it('are recordings of the whole script', async () => {
    const script = JSON.parse(await readFile(SCRIPT, 'utf8')) as {
      lines: Record<string, Record<'ru' | 'en', { id: string; phrases: [string, number][] }[]>>;
    };
    const wanted = Object.values(script.lines).flatMap(({ ru, en }) => [...ru, ...en]);
    const lines = await loadCallerVoices(VOICES);
    expect(lines.map(({ id }) => id).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
    for (const { id, phrases } of wanted) {
      const line = lines.find((one) => one.id === id)!;
      expect(line.phrases.map(({ text }) => text)).toEqual(phrases.map(([text]) => text));
    }
  });

  it('speak where the manifest says, and are quiet between', async () => {
    const rms = (pcm: Int16Array) => Math.sqrt(pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length);
    for (const { id, pcm, phrases } of await loadCallerVoices(VOICES)) {
      const voice = Math.min(
        ...phrases.map(({ startMs, endMs }) => rms(pcm.subarray(startMs * 8, endMs * 8))),
      );
      const pauses = phrases.map(({ endMs }, n) =>
        pcm.subarray((endMs + 30) * 8, (phrases[n + 1]?.startMs ?? endMs + 150) * 8),
      );
      expect(Math.max(...pauses.map(rms)), id).toBeLessThan(voice / 20);
      // Neither clipped nor whispered: speech levels from −26 to −15 dBFS.
      expect(voice, id).toBeGreaterThan(32_768 * 10 ** (-32 / 20));
      expect(
        pcm.some((x) => Math.abs(x) > 32_000),
        id,
      ).toBe(false);
    }
  });

  describe('that are broken', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'caller-voices-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('are refused by the name of the file', async () => {
      const { lines, ...rest } = await readManifest(join(VOICES, 'manifest.json'));
      await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...rest, lines: lines.slice(0, 1) }));
      await expect(loadCallerVoices(folder)).rejects.toThrow(lines[0]!.file);
      await writeFile(join(folder, 'manifest.json'), '{"lines": []}');
      await expect(loadCallerVoices(folder)).rejects.toThrow('manifest.json');
    });
  });
});
