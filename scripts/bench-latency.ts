import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeWav } from '../engine/media/wav.ts';
import { PackagesError } from './lib/debian-packages.mjs';
import { holdCalls } from './latency/hold-calls.ts';
import { PROFILE_NAMES, PROFILES, type Profile, type ProfileName } from './latency/profiles.ts';
import { fetchPrompts, readPrompts, soundsDir } from './latency/prompt-store.ts';
import { choosePrompts, stretchPauses, type Prompt } from './latency/prompts.ts';
import { startProvider, type ProviderProcess } from './latency/provider-process.ts';
import {
  comparison,
  figures,
  machine,
  runTable,
  turnLine,
  verdicts,
  type RunFigures,
} from './latency/report.ts';
import { measureTurns } from './latency/turns.ts';

const HELP = `npm run bench:latency -- [options]

How long a caller waits for an answer, measured on the calls' own recordings: recorded human prompts (Debian's
asterisk-core-sounds, Russian and English) call over RTP, the whole engine answers in real time, and the provider is an
OpenAI-compatible server in another process with a given pace.

  --profile fast,usual,slow   the provider's pace (all of them by default)
  --calls 14                  calls a profile
  --at-once 14                of these at the same time
  --turns 3                   prompts a call
  --seed 1                    chooses the prompts
  --stretch 600               makes the pauses inside the prompts at least so long, ms
  --faults                    every profile once more with 15 dB of noise and 5 % of packets lost
  --sounds DIR                unpacked packages (the folder that holds usr/); otherwise they are fetched once
  --keep DIR                  leaves the recordings there
  --verbose                   a line a turn
  --json                      one line of JSON instead of tables
  --help

Exit code 1 when a call could not be held or a turn stayed unanswered, 2 when the bench itself cannot run.`;

const BAD_LINE = { noiseSnrDb: 15, loss: 0.05 } as const;

const { values } = parseArgs({
  options: {
    profile: { type: 'string', default: PROFILE_NAMES.join(',') },
    calls: { type: 'string', default: '14' },
    'at-once': { type: 'string', default: '14' },
    turns: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    stretch: { type: 'string' },
    faults: { type: 'boolean', default: false },
    sounds: { type: 'string' },
    keep: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = await bench().catch(failed);

/** What a person can do something about is said in a line. */
function failed(error: unknown): number {
  const expected = error instanceof RangeError || error instanceof PackagesError;
  console.error(expected ? error.message : error);
  return 2;
}

async function bench(): Promise<number> {
  const profiles = values.profile.split(',').map(profileOf);
  const [calls, atOnce, turns, seed] = [values.calls, values['at-once'], values.turns, values.seed].map(
    wholeNumber,
  );
  const say = (line: string): void => {
    if (!values.json) console.log(line);
  };
  const dataDir =
    values.keep === undefined ? await mkdtemp(join(tmpdir(), 'halo-latency-')) : resolve(values.keep);
  await mkdir(dataDir, { recursive: true });
  const root = values.sounds ?? (await fetchPrompts(soundsDir(), say));
  const prompts = await readPrompts(root);
  const asRecorded = choosePrompts(prompts, { calls: calls!, turns: turns!, seed: seed! });
  const chosen =
    values.stretch === undefined
      ? asRecorded
      : await stretchAll(asRecorded, wholeNumber(values.stretch), dataDir);
  say(
    `${machine()}\n${prompts.length} prompts; ${calls} calls of ${turns} turns a profile, ${atOnce} at once, seed ${seed}`,
  );

  const provider = await startProvider();
  const troubles: string[] = [];
  const run = async (profile: Profile, line: RunFigures['line'], asked: readonly (readonly Prompt[])[]) => {
    const options = {
      dataDir,
      atOnce: atOnce!,
      seed: seed!,
      onTrouble: (what: string) => void troubles.push(what),
    };
    return hold(provider, profile, line, asked, options);
  };
  try {
    // Once unmeasured: code is compiled, connections are opened.
    await run(
      PROFILES.fast,
      'quiet',
      chosen.slice(0, 1).map((one) => one.slice(0, 1)),
    );
    const runs: RunFigures[] = [];
    for (const profile of profiles) {
      for (const line of values.faults ? (['quiet', 'bad'] as const) : (['quiet'] as const)) {
        const measured = await run(profile, line, chosen);
        const result = figures(profile, line, measured);
        runs.push(result);
        if (values.verbose) for (const turn of measured) say(turnLine(turn));
        say(runTable(result));
      }
    }
    const missing = runs.some((one) => one.turns < calls! * turns! || one.unanswered > 0);
    if (values.json)
      console.log(JSON.stringify({ machine: machine(), seed, runs, verdicts: verdicts(runs), troubles }));
    say(comparison(runs));
    say('\nIssue 4:');
    for (const { what, holds } of verdicts(runs)) say(`  ${holds ? 'holds' : 'DOES NOT HOLD'}  ${what}`);
    for (const trouble of troubles) say(`trouble: ${trouble}`);
    return missing ? 1 : 0;
  } finally {
    await provider.close();
    if (values.keep === undefined) await rm(dataDir, { recursive: true, force: true });
  }
}

async function hold(
  provider: ProviderProcess,
  profile: Profile,
  line: RunFigures['line'],
  calls: readonly (readonly Prompt[])[],
  options: { dataDir: string; atOnce: number; seed: number; onTrouble: (what: string) => void },
) {
  await provider.begin(profile, calls.flat());
  const held = await holdCalls({
    ...options,
    baseUrl: provider.baseUrl,
    calls,
    ...(line === 'bad' && { faults: BAD_LINE }),
  });
  const log = await provider.log();
  return held.flatMap((call) => measureTurns(call, log, line));
}

/** The prompts with longer pauses, as files of their own. */
async function stretchAll(
  calls: readonly (readonly Prompt[])[],
  leastMs: number,
  dir: string,
): Promise<readonly (readonly Prompt[])[]> {
  return Promise.all(
    calls.map((turns) =>
      Promise.all(
        turns.map(async (prompt) => {
          if (prompt.pauses.length === 0) return prompt;
          const stretched = stretchPauses(prompt, leastMs);
          const file = join(dir, `${prompt.key.replaceAll('/', '-')}-${leastMs}.wav`);
          await writeFile(file, writeWav(stretched.rateHz, [stretched.pcm]));
          return { ...stretched, file };
        }),
      ),
    ),
  );
}

function profileOf(name: string): Profile {
  if (!(PROFILE_NAMES as readonly string[]).includes(name))
    throw new RangeError(`no profile «${name}»: take of ${PROFILE_NAMES.join(', ')}`);
  return PROFILES[name as ProfileName];
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`«${text}» is no whole number above 0`);
  return value;
}
