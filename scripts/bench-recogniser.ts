import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createOfflineRecogniser } from '../engine/adapters/offline/recogniser.ts';
import type { CallerLine } from '../engine/far-end/caller-voices.ts';
import { loadCallerVoices, readManifest } from '../engine/far-end/caller-voices.ts';
import { FaultyLine, voiceRms } from '../engine/far-end/line-faults.ts';
import { seededRandom } from '../engine/far-end/random.ts';
import { muLawDecode, muLawEncode } from '../engine/media/g711.ts';
import { parseWav } from '../engine/media/wav.ts';

const HELP = `npx tsx scripts/bench-recogniser.ts [--others ПАПКА]

How well the offline recogniser knows the bundled callers' lines, and refuses everything else.
--others: a folder with 8 kHz WAV files that it must not recognise (Debian's asterisk-core-sounds-*-wav, say)`;

const { values } = parseArgs({ options: { others: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help === true) {
  console.log(HELP);
  process.exit(0);
}

const FOLDER = 'seeds/voices';
const lines = await loadCallerVoices(FOLDER);
const recogniser = createOfflineRecogniser(lines);
const signal = new AbortController().signal;
const random = seededRandom(11);
const times: { seconds: number; ms: number }[] = [];

const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];

async function recognise(samples: Int16Array): Promise<string | undefined> {
  const started = performance.now();
  const result = await recogniser.recognise({ samples, rateHz: 8000 }, { language: 'auto' }, signal);
  times.push({ seconds: samples.length / 8000, ms: performance.now() - started });
  return result.kind === 'recognised' ? result.text : undefined;
}

/** The telephone: noise at `snrDb`, a level change, μ-law, and lost frames that a receiver filled with silence. */
function overTheLine(pcm: Int16Array, { snrDb, loss, gain = 1, slip = false }: Line): Int16Array {
  const padded = new Int16Array(pcm.length + 4000);
  padded.set(
    pcm.map((sample) => Math.max(-32_768, Math.min(32_767, sample * gain))),
    2000,
  );
  const line = new FaultyLine(
    snrDb === undefined ? {} : { noiseSnrDb: snrDb, seed: Math.floor(random() * 1e9) },
    voiceRms([pcm]) * gain,
  );
  const heard: number[] = [];
  for (let at = 0; at + 160 <= padded.length; at += 160) {
    const frame = muLawDecode(muLawEncode(line.colour(padded.subarray(at, at + 160))));
    if (slip && random() < 0.02) continue;
    heard.push(...(random() < loss ? new Int16Array(160) : frame));
    if (slip && random() < 0.02) heard.push(...new Int16Array(160));
  }
  return Int16Array.from(heard);
}
interface Line {
  readonly snrDb?: number;
  readonly loss: number;
  readonly gain?: number;
  readonly slip?: boolean;
}

const CONDITIONS: Record<string, Line> = {
  clean: { loss: 0 },
  '15 dB': { snrDb: 15, loss: 0 },
  '5 % loss': { loss: 0.05 },
  '15 dB, 5 % loss': { snrDb: 15, loss: 0.05 },
  '15 dB, 5 % loss, slips': { snrDb: 15, loss: 0.05, slip: true },
  '12 dB quieter': { loss: 0.02, gain: 0.25 },
  '10 dB, 8 % loss': { snrDb: 10, loss: 0.08 },
};

interface Piece {
  readonly pcm: Int16Array;
  readonly text: string;
}

const slice = (line: CallerLine, fromMs: number, toMs: number) =>
  line.pcm.slice(Math.max(0, Math.round(fromMs * 8)), Math.round(toMs * 8));

/** A line whole, its phrases alone, its tail, its edges cut, and two lines that ran together. */
const KINDS: Record<string, readonly Piece[]> = {
  whole: lines.map((line) => ({ pcm: line.pcm, text: line.text })),
  'one phrase': lines
    .filter((line) => line.phrases.length > 1)
    .flatMap((line) =>
      line.phrases.map((phrase) => ({
        pcm: slice(line, phrase.startMs - 80, phrase.endMs + 80),
        text: phrase.text,
      })),
    ),
  'last phrases': lines
    .filter((line) => line.phrases.length > 2)
    .map((line) => {
      const tail = line.phrases.slice(-2);
      return {
        pcm: slice(line, tail[0]!.startMs - 80, 1e6),
        text: tail.map((phrase) => phrase.text).join(' '),
      };
    }),
  'edges cut': lines
    .filter((line) => line.pcm.length > 8000 * 1.4)
    .map((line) => ({ pcm: line.pcm.slice(2800, -2400), text: line.text })),
  merged: lines.slice(0, -1).flatMap((line, at) => {
    const next = lines[at + 1]!;
    if (next.persona !== line.persona || next.language !== line.language) return [];
    return [{ pcm: Int16Array.from([...line.pcm, ...next.pcm]), text: `${line.text} ${next.text}` }];
  }),
};

console.log(
  'right words / pieces (a piece is right when at least 80 % of its words came, and none that it has not)',
);
for (const [kind, pieces] of Object.entries(KINDS)) {
  for (const [name, line] of Object.entries(CONDITIONS)) {
    let right = 0;
    let refused = 0;
    const wrong: string[] = [];
    for (const piece of pieces) {
      const text = await recognise(overTheLine(piece.pcm, line));
      const wanted = words(piece.text);
      const got = words(text ?? '');
      const foreign = got.filter((word) => !wanted.includes(word)).length;
      const needed = kind === 'edges cut' ? 0.5 : 0.8;
      if (text === undefined) {
        refused += 1;
        wrong.push(`«${piece.text}» refused`);
      } else if (foreign <= (kind === 'one phrase' ? 1 : 0) && got.length >= wanted.length * needed)
        right += 1;
      else wrong.push(`«${piece.text}» → «${text}»`);
    }
    console.log(`${kind.padEnd(13)} ${name.padEnd(24)} ${right}/${pieces.length}, refused ${refused}`);
    for (const one of wrong) console.log(`      ${one}`);
  }
}

const manifest = await readManifest(join(FOLDER, 'manifest.json'));
const foreign: { name: string; pcm: Int16Array }[] = [];
for (const { file } of manifest.unknown) {
  foreign.push({ name: file, pcm: parseWav(await readFile(join(FOLDER, file))).samples[0]! });
}
for (const line of lines) foreign.push({ name: `${line.id} backwards`, pcm: line.pcm.toReversed() });
if (values.others !== undefined) {
  for (const name of await readdir(values.others, { recursive: true })) {
    if (!name.endsWith('.wav')) continue;
    const bytes = await readFile(join(values.others, name));
    if (bytes.length < 5000) continue;
    const { samples, rateHz } = parseWav(bytes);
    if (rateHz === 8000 && samples[0]!.length > 2400)
      foreign.push({ name, pcm: samples[0]!.slice(0, 8000 * 15) });
  }
}
let accepted = 0;
for (const { name, pcm } of foreign) {
  const text = await recognise(overTheLine(pcm, { loss: 0 }));
  if (text === undefined) continue;
  accepted += 1;
  console.log(`  accepted ${name}: «${text}»`);
}
console.log(`foreign sounds accepted: ${accepted} of ${foreign.length}`);

const perSecond = times.map(({ seconds, ms }) => ms / Math.max(0.5, seconds)).toSorted((a, b) => a - b);
const quantile = (share: number) => perSecond[Math.floor(perSecond.length * share)]!.toFixed(1);
console.log(
  `ms of work for a second of sound: p50 ${quantile(0.5)}, p95 ${quantile(0.95)}, p99 ${quantile(0.99)}`,
);
