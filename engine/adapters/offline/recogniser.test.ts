import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCallerVoices, readManifest, type CallerLine } from '../../far-end/caller-voices.ts';
import { FaultyLine, voiceRms } from '../../far-end/line-faults.ts';
import { seededRandom } from '../../far-end/random.ts';
import { muLawDecode, muLawEncode } from '../../media/g711.ts';
import { parseWav } from '../../media/wav.ts';
import type { SpeechToText } from '../../ports/speech.ts';
import { sttContract } from '../../testing/stt-contract.ts';
import { createOfflineRecogniser } from './recogniser.ts';

const VOICES = join(import.meta.dirname, '../../../seeds/voices');
let lines: readonly CallerLine[];
let recogniser: SpeechToText;

beforeAll(async () => {
  lines = await loadCallerVoices(VOICES);
  recogniser = createOfflineRecogniser(lines);
});

async function hear(samples: Int16Array): Promise<string | undefined> {
  const audio = { samples, rateHz: 8000 };
  const result = await recogniser.recognise(audio, { language: 'auto' }, new AbortController().signal);
  return result.kind === 'recognised' ? result.text : undefined;
}

/** A quarter of a second of line before and after, noise, lost frames, μ-law. */
function overTheLine(pcm: Int16Array, { snrDb = 60, loss = 0, gain = 1 } = {}): Int16Array {
  const line = new FaultyLine({ noiseSnrDb: snrDb, seed: 5 }, voiceRms([pcm]) * gain);
  const random = seededRandom(9);
  const padded = new Int16Array(pcm.length + 4000);
  padded.set(
    pcm.map((sample) => sample * gain),
    2000,
  );
  const heard = muLawDecode(muLawEncode(line.colour(padded)));
  for (let at = 0; at < heard.length; at += 160) if (random() < loss) heard.fill(0, at, at + 160);
  return heard;
}

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];

/** Lines of which at least 80 % of the words came, and none that they have not. */
async function countHeard(line: Parameters<typeof overTheLine>[1]): Promise<number> {
  let right = 0;
  for (const { pcm, text } of lines) {
    const got = words((await hear(overTheLine(pcm, line))) ?? '');
    const wanted = words(text);
    if (got.length >= wanted.length * 0.8 && got.every((word) => wanted.includes(word))) right += 1;
  }
  return right;
}

const phrasesOf = (line: CallerLine, from: number, to: number) => ({
  pcm: line.pcm.slice((line.phrases[from]!.startMs - 60) * 8, (line.phrases[to]!.endMs + 60) * 8),
  text: line.phrases
    .slice(from, to + 1)
    .map((phrase) => phrase.text)
    .join(' '),
});

describe('the offline recogniser', () => {
  it('knows every line as it is, quiet or loud', async () => {
    expect(await countHeard({})).toBe(lines.length);
    expect(await countHeard({ gain: 0.25 })).toBe(lines.length);
  });

  it('knows them through μ-law, 15 dB of noise and 5 % loss', async () => {
    expect(await countHeard({ snrDb: 15, loss: 0.05 })).toBeGreaterThanOrEqual(lines.length - 1);
  });

  it('says only the words of the piece that it heard', async () => {
    const long = lines.filter((line) => line.phrases.length >= 3);
    expect(long.length).toBeGreaterThan(3);
    for (const line of long) {
      for (const [from, to] of [
        [0, 0],
        [1, 1],
        [1, 2],
      ] as const) {
        const piece = phrasesOf(line, from, to);
        expect(await hear(overTheLine(piece.pcm))).toBe(piece.text);
      }
    }
  });

  it('reads two lines that ran together in one turn', async () => {
    const [first, second] = lines.filter((line) => line.persona === 'neutral' && line.language === 'ru');
    const both = Int16Array.from([...first!.pcm, ...second!.pcm]);
    expect(await hear(overTheLine(both))).toBe(`${first!.text} ${second!.text}`);
  });

  it('says the language of what it heard', async () => {
    for (const language of ['ru', 'en'] as const) {
      const { pcm } = lines.find((line) => line.language === language)!;
      const audio = { samples: overTheLine(pcm), rateHz: 8000 };
      const result = await recogniser.recognise(audio, { language: 'auto' }, new AbortController().signal);
      expect(result).toMatchObject({ kind: 'recognised', language });
    }
  });

  it('does not guess: other words, lines backwards, noise, tones and silence are not recognised', async () => {
    const { unknown } = await readManifest(join(VOICES, 'manifest.json'));
    expect(unknown.length).toBeGreaterThan(3);
    for (const { file } of unknown) {
      const { samples } = parseWav(await readFile(join(VOICES, file)));
      expect(await hear(overTheLine(samples[0]!))).toBeUndefined();
    }
    for (const { pcm } of lines) expect(await hear(overTheLine(pcm.toReversed()))).toBeUndefined();
    const random = seededRandom(3);
    expect(await hear(Int16Array.from({ length: 24_000 }, () => (random() - 0.5) * 12_000))).toBeUndefined();
    expect(await hear(Int16Array.from({ length: 24_000 }, (_, i) => 9000 * Math.sin(i / 4)))).toBeUndefined();
    expect(await hear(new Int16Array(24_000))).toBeUndefined();
    expect(await hear(new Int16Array(100))).toBeUndefined();
  });

  it('does not hold the thread: a long turn is recognised in small slices', async () => {
    const longest = lines.toSorted((a, b) => b.pcm.length - a.pcm.length)[0]!;
    let turns = 0;
    let running = true;
    const count = () => {
      turns += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    await hear(overTheLine(longest.pcm));
    running = false;
    expect(turns).toBeGreaterThan(5);
  });
});

sttContract('offline-known-lines', async () => {
  const known = await loadCallerVoices(VOICES);
  const line = known.find(({ id }) => id === 'interested-ru-2')!;
  return {
    stt: createOfflineRecogniser(known),
    speech: { samples: overTheLine(line.pcm), rateHz: 8000 },
    words: /сколько это стоит/,
    stop: async () => undefined,
  };
});
