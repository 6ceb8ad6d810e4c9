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

/** The lines whose text did not come back word for word. */
async function mistaken(
  some: readonly CallerLine[],
  line: Parameters<typeof overTheLine>[1],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const { id, pcm, text } of some) {
    const heard = await hear(overTheLine(pcm, line));
    if (heard !== text) wrong.push(`${id}: ${heard ?? 'not recognised'}`);
  }
  return wrong;
}

const everyThird = (from: number) => lines.filter((_, n) => n % 3 === from);

const phrasesOf = (line: CallerLine, from: number, to: number) => ({
  pcm: line.pcm.slice((line.phrases[from]!.startMs - 60) * 8, (line.phrases[to]!.endMs + 60) * 8),
  text: line.phrases
    .slice(from, to + 1)
    .map((phrase) => phrase.text)
    .join(' '),
});

describe('the offline recogniser', () => {
  it('knows every line as it is, quiet or loud', async () => {
    expect(await mistaken(everyThird(0), {})).toEqual([]);
    expect(await mistaken(everyThird(1), { gain: 0.25 })).toEqual([]);
    expect(await mistaken(everyThird(2), { gain: 1.5 })).toEqual([]);
  });

  it('knows every line through μ-law, 15 dB of noise and 5 % loss', async () => {
    expect(await mistaken(lines, { snrDb: 15, loss: 0.05 })).toEqual([]);
  });

  it('follows the slips of a jitter buffer', async () => {
    const long = lines.find(({ id }) => id === 'long-winded-ru-2')!;
    const slipped = (ms: number, at: number) =>
      ms > 0
        ? [...long.pcm.slice(0, at), ...new Int16Array(ms * 8), ...long.pcm.slice(at)]
        : [...long.pcm.slice(0, at), ...long.pcm.slice(at - ms * 8)];
    for (const ms of [60, 40, 20, -20, -40, -60]) {
      expect(await hear(overTheLine(Int16Array.from(slipped(ms, 34_000)), { snrDb: 20 }))).toBe(long.text);
    }
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

  it('reads a piece that begins and ends inside phrases, as far as its words go', async () => {
    const line = lines.find(({ id }) => id === 'long-winded-en-2')!;
    const all = line.text.split(' ');
    const random = seededRandom(4);
    for (let n = 0; n < 8; n += 1) {
      const from = Math.floor(random() * 0.5 * line.pcm.length);
      const heard = await hear(overTheLine(line.pcm.slice(from, from + 4 * 8000), { snrDb: 25 }));
      const got = heard?.split(' ') ?? [];
      const first = all.findIndex((_, at) => got.every((word, i) => word === all[at + i]));
      expect(got.length, heard).toBeGreaterThan(6);
      expect(first, heard).toBeGreaterThanOrEqual(0);
      // Words are timed by their letters: within a word or two of where the cut was.
      expect(Math.abs(first - (from / line.pcm.length) * all.length)).toBeLessThan(4);
    }
  });

  it('reads two lines that ran together in one turn', async () => {
    const [first, second] = lines.filter((line) => line.persona === 'neutral' && line.language === 'ru');
    const both = Int16Array.from([...first!.pcm, ...second!.pcm]);
    expect(await hear(overTheLine(both))).toBe(`${first!.text} ${second!.text}`);
  });

  it('does not pass over what it did not understand beside what it did', async () => {
    const { unknown } = await readManifest(join(VOICES, 'manifest.json'));
    for (const [n, { file }] of unknown.entries()) {
      const other = parseWav(await readFile(join(VOICES, file))).samples[0]!;
      const known = lines[n * 5]!.pcm;
      expect(await hear(overTheLine(Int16Array.from([...known, ...other])))).toBeUndefined();
      expect(await hear(overTheLine(Int16Array.from([...other, ...known])))).toBeUndefined();
    }
  });

  it('is surer of a clean line than of a bad one', async () => {
    const { pcm } = lines[0]!;
    const sure = async (line: Parameters<typeof overTheLine>[1]) => {
      const audio = { samples: overTheLine(pcm, line), rateHz: 8000 };
      const result = await recogniser.recognise(audio, { language: 'auto' }, new AbortController().signal);
      return result.kind === 'recognised' ? (result.confidence ?? 0) : 0;
    };
    const clean = await sure({});
    const bad = await sure({ snrDb: 10, loss: 0.05 });
    expect(clean).toBeGreaterThan(bad);
    expect(clean).toBeLessThanOrEqual(1);
    expect(bad).toBeGreaterThan(0);
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
    for (const { pcm } of everyThird(0)) expect(await hear(overTheLine(pcm.toReversed()))).toBeUndefined();
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
