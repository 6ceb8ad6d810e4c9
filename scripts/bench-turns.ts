import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gatedSilero } from '../engine/media/gated-vad.ts';
import { SileroVad } from '../engine/media/silero-vad.ts';
import { loadSileroWeights } from '../engine/media/silero-weights.ts';
import { PackagesError } from './lib/debian-packages.mjs';
import { fetchPrompts } from './latency/prompt-store.ts';
import { machine } from './latency/report.ts';
import type { Summary } from './latency/statistics.ts';
import { measureCost } from './turns/cost.ts';
import { readLabelled } from './turns/labelled.ts';
import { badLine, quietLine } from './turns/lines.ts';
import { measureEnds, measureFrames, measureOthers, measurePrompts } from './turns/measure.ts';
import { cough, hum, level, noiseBurst, pinkNoise, whiteNoise } from './turns/not-speech.ts';

const HELP = `npm run bench:turns -- [options]

How well the turn detector hears: recorded human prompts (Debian's asterisk-core-sounds, Russian and English) whose speech
was marked by hand (seeds/turn-labels), then coughs, bursts and line noise that are no speech.

  --phases 4      every prompt so many times, the detector's windows falling differently
  --sounds DIR    unpacked packages (the folder that holds usr/); otherwise they are fetched once
  --help

Exit code 1 when a limit does not hold, 2 when the bench itself cannot run.`;

const LIMITS = { f1Loss: 0.01, startedP95Ms: 175, pausedP50Ms: 105 } as const;
const OTHERS = 50;
const LINE_NOISE_DBFS = -45;
const END_SILENCES_MS = [300, 500, 600, 700];
const CUT_OFF_SHARE = 0.05;
const PROJECT = fileURLToPath(new URL('..', import.meta.url));

const { values } = parseArgs({
  options: {
    phases: { type: 'string', default: '4' },
    sounds: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = await bench().catch(failed);

/** What a person can do something about is said in a line. */
function failed(error: unknown): number {
  console.error(error instanceof RangeError || error instanceof PackagesError ? error.message : error);
  return 2;
}

async function bench(): Promise<number> {
  const phases = Number(values.phases);
  if (!Number.isInteger(phases) || phases < 1)
    throw new RangeError(`--phases «${values.phases}» is no whole number above 0`);
  const root = values.sounds ?? (await fetchPrompts(soundsDir(), console.log));
  const prompts = await readLabelled(root);
  const weights = loadSileroWeights();
  const newVad = () => gatedSilero(weights);
  console.log(
    `${machine()}\n${prompts.length} labelled prompts, ${phases} phases of the detector's windows each`,
  );

  const frames = measureFrames(prompts, newVad, () => new SileroVad(weights));
  console.log(
    table(
      'Frames of 10 ms called speech',
      ['F1'],
      [
        ['plain Silero at 0.5', [frames.plain.toFixed(3)]],
        ['the product’s detector at 0.5', [frames.product.toFixed(3)]],
        ['speech as the events tell it', [frames.told.toFixed(3)]],
      ],
    ),
  );

  const quiet = measurePrompts(prompts, quietLine, newVad, { phases });
  const bad = measurePrompts(prompts, badLine, newVad, { phases });
  for (const [name, line] of [
    ['Quiet line', quiet],
    ['15 dB of noise and 5 % loss', bad],
  ] as const) {
    console.log(
      table(
        `${name}, ms`,
        ['p50', 'p95', 'max'],
        [
          ['onset → speech.started', cells(line.startedMs)],
          ['startSample beside the label (absolute)', cells(line.startErrorMs)],
          ['onset → speech.sustained', cells(line.sustainedMs)],
          ['end → speech.paused', cells(line.pausedMs)],
          ['endSample beside the label (absolute)', cells(line.endErrorMs)],
          ['end → turn.ended', cells(line.endedMs)],
        ],
      ),
    );
    console.log(
      `pauses told inside speech ${line.falsePauses.toFixed(1)} a run, pauses ≥ 100 ms not told ${line.untoldPauses.toFixed(1)}; never sustained: ${line.neverSustained.join(', ') || 'none'}`,
    );
  }

  console.log(
    table(
      'speech.paused by pauseMs, quiet line',
      ['p50', 'p95', 'max', 'inside speech'],
      [64, 96, 128].map((pauseMs) => {
        const figures = measurePrompts(prompts, quietLine, newVad, { phases: 1, pauseMs });
        return [`${pauseMs} ms`, [...cells(figures.pausedMs), String(figures.falsePauses)]];
      }),
    ),
  );

  const ends = END_SILENCES_MS.map((ms) => [ms, measureEnds(prompts, newVad, ms)] as const);
  console.log(
    table(
      'Turns by their end silence',
      ['cut off', 'delay p50', 'delay p95'],
      ends.map(([ms, { cutOffs, delayMs }]) => [
        `${ms} ms`,
        [`${cutOffs} of ${prompts.length}`, ...cells(delayMs).slice(0, 2)],
      ]),
    ),
  );
  for (let ms = 150; ms <= 1000; ms += 25) {
    const { cutOffs, delayMs } = measureEnds(prompts, newVad, ms);
    if (cutOffs > CUT_OFF_SHARE * prompts.length) continue;
    console.log(
      `≤ 5 % cut off from ${ms} ms of silence on: delay p50 ${cells(delayMs)[0]!} ms, p95 ${cells(delayMs)[1]!} ms`,
    );
    break;
  }

  const seeds = Array.from({ length: OTHERS }, (_, at) => at + 1);
  const others = [
    ['coughs', seeds.map(cough)],
    ['bursts of 0.15 s', seeds.map(noiseBurst)],
  ] as const;
  const heard = others.flatMap(([name, sounds]) => [
    [`${name}, quiet line`, measureOthers(sounds, newVad)] as const,
    [
      `${name}, pink noise at ${LINE_NOISE_DBFS} dBFS`,
      measureOthers(sounds, newVad, LINE_NOISE_DBFS),
    ] as const,
  ]);
  const noises = [-45, -40, -35, -30].flatMap((dbfs) =>
    [whiteNoise(20, level(dbfs), 1), pinkNoise(20, level(dbfs), 2), hum(20, level(dbfs))].map((noise) =>
      Int16Array.from(noise, Math.round),
    ),
  );
  const noise = measureOthers(noises, newVad);
  console.log(
    table(
      'No speech, but told as',
      ['started', 'sustained', 'ended', 'of'],
      [
        ...heard.map(
          ([name, one]) => [name, [one.started, one.sustained, one.ended, OTHERS].map(String)] as const,
        ),
        [
          '20 s of line noise (white, pink, hum)',
          [noise.started, noise.sustained, noise.ended, noises.length].map(String),
        ],
      ],
    ),
  );

  const cost = measureCost(joined(prompts.map(({ pcm }) => pcm)), newVad);
  console.log(
    `\nµs a window of 32 ms, median: voice detector ${cost.vadUs.toFixed(1)}, turn detector with it ${cost.turnsUs.toFixed(1)}, voicing (only in voice, until sustained) ${cost.voicingUs.toFixed(1)}`,
  );

  const verdicts: readonly (readonly [string, boolean])[] = [
    ['F1 within 0.01 of plain Silero', frames.product >= frames.plain - LIMITS.f1Loss],
    // A frame and its fade follow: silent by 200 ms (issue 4).
    ['speech.started p95 ≤ 175 ms after the onset', (quiet.startedMs.p95 ?? Infinity) <= LIMITS.startedP95Ms],
    ['speech.paused p50 ≤ 105 ms', (quiet.pausedMs.p50 ?? Infinity) <= LIMITS.pausedP50Ms],
    [
      'no cough, burst or noise is sustained',
      [...heard.map(([, one]) => one), noise].every(({ sustained }) => sustained === 0),
    ],
    ['line noise starts no turn', noise.started === 0],
    [
      'every prompt is sustained, also on the bad line',
      quiet.neverSustained.length + bad.neverSustained.length === 0,
    ],
    ['voicing costs less than the voice detector', cost.voicingUs < cost.vadUs],
  ];
  console.log('');
  for (const [what, holds] of verdicts) console.log(`  ${holds ? 'holds' : 'DOES NOT HOLD'}  ${what}`);
  return verdicts.every(([, holds]) => holds) ? 0 : 1;
}

function table(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly [string, readonly string[]])[],
): string {
  const line = (values: readonly string[]) => `| ${values.join(' | ')} |`;
  return [
    '',
    title,
    '',
    line(['', ...columns]),
    line(['---', ...columns.map(() => '--:')]),
    ...rows.map(([name, values]) => line([name, ...values])),
  ].join('\n');
}

function cells({ p50, p95, max }: Summary): readonly string[] {
  return [p50, p95, max].map((ms) => (ms === undefined ? '—' : String(Math.round(ms))));
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function soundsDir(): string {
  const dataDir = process.env['HALO_DATA_DIR'];
  return dataDir === undefined
    ? join(PROJECT, '.asterisk-sounds')
    : join(resolve(dataDir), 'asterisk-sounds');
}
