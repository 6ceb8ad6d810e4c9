import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createOfflineRecogniser } from '../engine/adapters/offline/recogniser.ts';
import { loadCallerVoices, readManifest, type CallerLine } from '../engine/far-end/caller-voices.ts';
import { seededRandom } from '../engine/far-end/random.ts';
import { parseWav } from '../engine/media/wav.ts';
import { LINES, overTheLine } from './lib/recogniser-bad-line.ts';
import { piecesOf, rightAnswer, type Piece } from './lib/recogniser-pieces.ts';
import { sounds } from './lib/recogniser-sounds.ts';

const HELP = `npm run bench:recogniser -- [--others FOLDER]… [--seed N] [--brief]

How well the offline recogniser knows the bundled callers' lines, and that it refuses everything else.
--others: a folder of 8 kHz WAV files that it must not recognise (Debian's asterisk-core-sounds-*-wav, say)
--brief:  the tables only, without the mistakes`;

const { values } = parseArgs({
  options: {
    others: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '1' },
    brief: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const FOLDER = join(import.meta.dirname, '../seeds/voices');
const signal = new AbortController().signal;
const random = seededRandom(Number(values.seed));
const lines = await loadCallerVoices(FOLDER);
const recogniser = createOfflineRecogniser(lines);
const times: { seconds: number; ms: number }[] = [];

for (const [kind, pieces] of Object.entries(piecesOf(lines, random))) await measure(kind, pieces);
await refuse('unknown lines', await unknownLines());
await refuse(
  'lines backwards',
  lines.map((line) => ({ name: line.id, pcm: line.pcm.toReversed() })),
);
await refuse('known with unknown', await mixed());
await refuse('noise, tones, music', sounds(random));
for (const folder of values.others) await refuse(folder, await clips(folder));
printTimes();

async function recognise(samples: Int16Array): Promise<string | undefined> {
  const started = performance.now();
  const result = await recogniser.recognise({ samples, rateHz: 8000 }, { language: 'auto' }, signal);
  times.push({ seconds: samples.length / 8000, ms: performance.now() - started });
  return result.kind === 'recognised' ? result.text : undefined;
}

async function measure(kind: string, pieces: readonly Piece[]): Promise<void> {
  for (const [name, line] of Object.entries(LINES)) {
    const mistakes: string[] = [];
    for (const piece of pieces) {
      const text = await recognise(overTheLine(piece.pcm, line, random));
      if (!rightAnswer(piece, text))
        mistakes.push(`${piece.name}: «${piece.shown}» → ${text === undefined ? 'refused' : `«${text}»`}`);
    }
    const right = pieces.length - mistakes.length;
    console.log(
      `${kind.padEnd(18)} ${name.padEnd(34)} ${right}/${pieces.length}  ${((100 * right) / pieces.length).toFixed(1)} %`,
    );
    if (!values.brief) for (const one of mistakes) console.log(`      ${one}`);
  }
}

async function refuse(kind: string, foreign: readonly { name: string; pcm: Int16Array }[]): Promise<void> {
  for (const name of ['clean', '15 dB, 5 % loss'] as const) {
    const accepted: string[] = [];
    for (const { name: clip, pcm } of foreign) {
      const text = await recognise(overTheLine(pcm, LINES[name], random));
      if (text !== undefined) accepted.push(`${clip} → «${text}»`);
    }
    console.log(`refused: ${kind}, ${name}: ${foreign.length - accepted.length}/${foreign.length}`);
    for (const one of accepted) console.log(`      accepted ${one}`);
  }
}

async function unknownLines(): Promise<{ name: string; pcm: Int16Array }[]> {
  const { unknown } = await readManifest(join(FOLDER, 'manifest.json'));
  return Promise.all(
    unknown.map(async ({ file }) => ({ name: file, pcm: mono(await readFile(join(FOLDER, file))) })),
  );
}

/** A known line and an unknown one in one turn: what was not understood must not be passed over. */
async function mixed(): Promise<{ name: string; pcm: Int16Array }[]> {
  const unknown = await unknownLines();
  return lines
    .filter((line: CallerLine) => line.pcm.length < 4 * 8000)
    .map((line, n) => {
      const other = unknown[n % unknown.length]!;
      return { name: `${line.id} + ${other.name}`, pcm: Int16Array.from([...line.pcm, ...other.pcm]) };
    });
}

async function clips(folder: string): Promise<{ name: string; pcm: Int16Array }[]> {
  const found: { name: string; pcm: Int16Array }[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.wav')) continue;
    const bytes = await readFile(join(folder, name));
    const pcm = bytes.length < 5000 ? new Int16Array(0) : mono(bytes);
    if (pcm.length > 0) found.push({ name, pcm: pcm.subarray(0, 20 * 8000) });
  }
  return found;
}

function mono(bytes: Uint8Array): Int16Array {
  const { samples, rateHz } = parseWav(bytes);
  return rateHz === 8000 ? samples[0]! : new Int16Array(0);
}

function printTimes(): void {
  for (const [from, to] of [
    [0.3, 2],
    [2, 4],
    [4, 9],
    [9, 20],
  ] as const) {
    const ms = times
      .filter(({ seconds }) => seconds >= from && seconds < to)
      .map((one) => one.ms)
      .toSorted((a, b) => a - b);
    if (ms.length === 0) continue;
    const at = (share: number): string => ms[Math.floor(ms.length * share)]!.toFixed(0);
    console.log(`a turn of ${from}–${to} s: ${ms.length} measured, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  }
}
