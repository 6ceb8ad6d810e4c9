import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundledPrompts } from './calls/bundled-prompts.ts';
import { SPEECH_MODES, type SpeechMode } from './calls/messages.ts';
import { header, loadRow, MODE_NAMES, troublesOf, verdicts, windowsLine } from './calls/report.ts';
import { measureLoad, type LoadFigures } from './calls/run.ts';
import { machine } from './latency/report.ts';
import { fetchPrompts, readPrompts, soundsDir } from './latency/prompt-store.ts';
import { choosePrompts, type Prompt } from './latency/prompts.ts';
import { startProvider } from './latency/provider-process.ts';
import { PackagesError } from './lib/debian-packages.mjs';

const HELP = `npm run bench:calls -- [options]

How many calls one process holds. Each load is a new process with the engine alone; the callers (recorded human prompts
over RTP on the loopback) run in a second one, and the provider (300 / 350 + 20 a word / 250 ms) in a third. Who has
hung up is called again, and windows in the middle are measured: how long callers wait for an answer as they hear it,
how punctually packets arrive, what a call costs. Beside it: how late an idle process wakes meanwhile. Where that is
late, the machine is busy with other things, and nothing can be more punctual. The table and the verdicts show the window
in which the machine was calmest, that is in which the callers’ work, always the same, took the least of a core; what
failed in any window counts. All windows are told below it.

  --calls 1,10,50,100,200   calls at once, a run each
  --speech ${SPEECH_MODES.join(',')}
                            where the stages are:
${SPEECH_MODES.map((mode) => `                              ${mode.padEnd(7)} ${MODE_NAMES[mode]}`).join('\n')}
  --windows 1               how many, one behind the other, from 10 calls on; more of them where others work on the
                            machine
  --seconds 20              each of them
  --turns 30                a window stays open until so many turns were heard (speech http), ten times as long at most
  --warm-up 12              s, before each load
  --settle 60               s, at the full load, before the window
  --sounds DIR              unpacked packages (the folder that holds usr/); otherwise they are fetched once
  --bundled                 the bundled callers' voices instead of the recorded prompts: nothing is fetched
  --profile DIR             writes CPU profiles of the engine's processes there
  --json                    one line of JSON instead of tables
  --help

Exit code 1 when a limit of issue 4 does not hold at 100 calls, 2 when the bench itself cannot run.`;

/** Distinct prompts; callers go round. */
const SETS = 12;
const SET_TURNS = 2;
const MOST_CALLS = 1_000;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '1,10,50,100,200' },
    speech: { type: 'string', default: SPEECH_MODES.join(',') },
    windows: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '20' },
    turns: { type: 'string', default: '30' },
    'warm-up': { type: 'string', default: '12' },
    settle: { type: 'string', default: '60' },
    sounds: { type: 'string' },
    bundled: { type: 'boolean', default: false },
    profile: { type: 'string' },
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
  const loads = values.calls.split(',').map((text) => wholeNumber(text, MOST_CALLS));
  const modes = values.speech.split(',').map(modeOf);
  const windows = wholeNumber(values.windows, 100);
  const seconds = wholeNumber(values.seconds, 600);
  const leastTurns = wholeNumber(values.turns, 10_000);
  const warmUpSeconds = wholeNumber(values['warm-up'], 600);
  const settleSeconds = wholeNumber(values.settle, 600);
  const say = (line: string): void => {
    if (!values.json) console.log(line);
  };
  const profileDir = values.profile === undefined ? undefined : resolve(values.profile);
  if (profileDir !== undefined) await mkdir(profileDir, { recursive: true });
  const prompts = values.bundled ? await bundledPrompts() : await recordedPrompts(say);
  say(`${machine()}\n${prompts.length} prompts; windows of ${seconds} s: ${windows}\n`);
  for (const mode of modes) say(`${mode}: ${MODE_NAMES[mode]}`);

  const dataDir = await mkdtemp(join(tmpdir(), 'halo-calls-'));
  const provider = await startProvider();
  const done: LoadFigures[] = [];
  try {
    say(`\n${header()}`);
    for (const mode of modes) {
      for (const calls of loads) {
        const load = await measureLoad({
          ...{ provider, prompts, mode, calls, seconds, warmUpSeconds, settleSeconds },
          // Few calls have few turns in a window, and their cost is not judged.
          windows: calls < 10 ? 1 : windows,
          dataDir: join(dataDir, `${mode}-${calls}`),
          leastTurns: mode === 'http' ? leastTurns : 0,
          ...(profileDir !== undefined && { profileDir }),
        });
        done.push(load);
        say(
          loadRow(
            load,
            done.find((one) => one.mode === mode && one.calls === 1),
          ),
        );
        await rm(join(dataDir, `${mode}-${calls}`), { recursive: true, force: true });
      }
    }
  } finally {
    await provider.close();
    await rm(dataDir, { recursive: true, force: true });
  }
  const shown = done.flatMap((load) => windowsLine(load) ?? []);
  if (shown.length > 0) say(`\n${shown.join('\n')}`);
  const judged = verdicts(done);
  const troubles = done.flatMap(troublesOf);
  if (values.json)
    console.log(JSON.stringify({ machine: machine(), loads: done, verdicts: judged, troubles }));
  say('\nIssue 4 (asked for at 100 calls):');
  for (const { what, holds } of judged) say(`  ${holds ? 'holds' : 'DOES NOT HOLD'}  ${what}`);
  for (const trouble of troubles) say(`trouble: ${trouble}`);
  return judged.some(({ calls, holds }) => calls === 100 && !holds) ? 1 : 0;
}

async function recordedPrompts(say: (line: string) => void): Promise<readonly Prompt[]> {
  const all = await readPrompts(values.sounds ?? (await fetchPrompts(soundsDir(), say)));
  return choosePrompts(all, { calls: SETS, turns: SET_TURNS, seed: 1 }).flat();
}

function modeOf(name: string): SpeechMode {
  const mode = SPEECH_MODES.find((one) => one === name);
  if (mode === undefined) throw new RangeError(`no speech «${name}»: take of ${SPEECH_MODES.join(', ')}`);
  return mode;
}

function wholeNumber(text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new RangeError(`«${text}» is no whole number from 1 to ${most}`);
  return value;
}
