import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeWav } from '../../engine/media/wav.ts';
import { readLabelled, readLabels } from './labelled.ts';

describe('readLabels', () => {
  it('has the words of every span, and no pause shorter than a stop', () => {
    const labels = [...readLabels()];
    expect(labels).toHaveLength(112);
    for (const [key, { spans, words, sha256 }] of labels) {
      expect(sha256, key).toMatch(/^[0-9a-f]{16}$/);
      for (const text of words) expect(text, key).toMatch(/^\S.*\S$/u);
      for (const [at, [from]] of spans.entries())
        if (at > 0) expect(from - spans[at - 1]![1], key).toBeGreaterThanOrEqual(100);
    }
  });
});

describe('readLabelled', () => {
  it('says what --sounds is for where nothing is', async () => {
    await expect(readLabelled('/nowhere')).rejects.toThrow(/^no recordings in \/nowhere: --sounds names/);
  });

  it('notices that the package has changed, and says what to do', async () => {
    const root = await mkdtemp(join(tmpdir(), 'halo-labels-'));
    try {
      const wav = writeWav(8000, [new Int16Array(80)]);
      for (const key of readLabels().keys()) {
        const file = join(root, 'usr/share/asterisk/sounds', `${key.replace('/', '_XX/')}.wav`);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, wav);
      }
      await expect(readLabelled(root)).rejects.toThrow(
        /^112 of 112 recordings are not those that were labelled \(ru\/.*--sounds DIR/,
      );
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
