import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { CallOrder } from '../../api/persistence/store.ts';
import type { FarEndStep } from '../../engine/contract/call-plan.ts';
import { startingLanguage } from '../../engine/contract/languages.ts';
import { loadCallerVoices } from '../../engine/far-end/caller-voices.ts';
import { personaDigits } from '../../engine/far-end/personas.ts';
import { loadResampler } from '../../engine/media/resampler.ts';
import { writeWav } from '../../engine/media/wav.ts';
import type { TextToSpeech } from '../../engine/ports/speech.ts';
import { VOICES_DIR } from '../../engine/testing/call-lab-offline.ts';
import { courseOf, faultsOf } from '../scenarios/course.ts';
import { parseScenario, ScenarioError } from '../scenarios/read.ts';
import type { Scenario } from '../scenarios/schema.ts';
import { LINES, type Mix, type MixCaller } from './mix-schema.ts';

/** A caller of the mix who can be ordered again and again. */
export interface ReadyCaller extends Pick<MixCaller, 'name' | 'weight' | 'expect'> {
  /** The nth order of the run, from 0. `farEnd` is there only where the number cannot say who answers. */
  readonly order: (nth: number) => CallOrder;
}

/** Scenarios whose callers would need one are refused before. */
const NO_VOICE: TextToSpeech = {
  name: 'none',
  speak: () => {
    throw new Error('a load makes no voices for its callers');
  },
};
/** Nobody special: a scenario's steps go before the number. */
const SOMEBODY = '0004';
const NUMBERS = 100_000;

/**
 * Makes the mix's callers ready; sounds of scenarios are written to `folder`, for the line reads files.
 * Rejects with ScenarioError where a scenario cannot be read or is none for a load.
 */
export async function readyCallers(
  { callers }: Mix,
  mixFile: string,
  folder: string,
): Promise<readonly ReadyCaller[]> {
  await Promise.all([mkdir(folder, { recursive: true }), loadResampler()]);
  return Promise.all(
    callers.map(async ({ name, weight, expect, language = 'auto', ...who }) => {
      const digits =
        who.line !== undefined
          ? LINES[who.line]
          : who.persona !== undefined
            ? personaDigits(who.persona)
            : SOMEBODY;
      const farEnd =
        who.scenario === undefined
          ? undefined
          : await scenarioFarEnd(resolve(dirname(mixFile), who.scenario), startingLanguage(language), folder);
      return {
        ...{ name, weight, expect },
        order: (nth: number): CallOrder => ({
          phone: `+79${String(nth % NUMBERS).padStart(5, '0')}${digits}`,
          language,
          voice: 'female',
          prompt: '',
          ...(farEnd !== undefined && { farEnd: farEnd(nth) }),
        }),
      };
    }),
  );
}

async function scenarioFarEnd(
  file: string,
  language: ReturnType<typeof startingLanguage>,
  folder: string,
): Promise<(nth: number) => NonNullable<CallOrder['farEnd']>> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ScenarioError([`${file}: нет такого файла (scenario смеси ищется рядом с ней)`]);
  });
  const scenario = parseScenario(file, text);
  if (Array.isArray(scenario)) throw new ScenarioError(scenario);
  const faults = unfit(scenario);
  if (faults.length > 0) throw new ScenarioError(faults.map((what) => `${file}: ${what}`));
  const course = await courseOf(scenario, {
    lines: await loadCallerVoices(VOICES_DIR),
    tts: NO_VOICE,
    ...{ file, language, seed: 1 },
  });
  const name = basename(file).replace(/\.ya?ml$/, '');
  const files = new Map<string, string>();
  for (const [sound, pcm] of course.sounds) {
    files.set(sound, join(folder, `${name}-${sound}.wav`));
    await writeFile(join(folder, `${name}-${sound}.wav`), writeWav(8_000, [pcm]));
  }
  const steps = course.steps?.map((step): FarEndStep =>
    step.do === 'say' ? { ...step, file: files.get(step.file) ?? step.file } : step,
  );
  const { persona } = scenario;
  return (nth) => {
    const lineFaults = faultsOf(scenario, 1 + nth);
    return {
      ...(persona !== undefined && { persona }),
      ...(steps !== undefined && { steps }),
      ...(lineFaults !== undefined && { faults: lineFaults }),
    };
  };
}

/** What a load cannot give: its assistant is the product as it is, and knows the bundled callers' words alone. */
function unfit({ steps, persona, provider, call }: Scenario): readonly string[] {
  const faults: string[] = [];
  if (steps === undefined && persona === undefined)
    faults.push('в сценарии не сказано, кто отвечает: нужны steps или persona');
  if (provider !== undefined)
    faults.push('сценарий портит провайдера речи (provider): под нагрузкой этого нельзя');
  if (call !== undefined)
    faults.push('сценарий заказывает звонок по-своему (call): в смеси это решает она сама');
  const sayings = (steps ?? []).flatMap((step) =>
    'say' in step ? [step.say] : 'interrupt' in step ? [step.interrupt] : [],
  );
  for (const saying of sayings)
    if (typeof saying === 'string' || 'text' in saying || ('file' in saying && saying.heard !== undefined))
      faults.push(
        `абонент говорит ${JSON.stringify(saying)}: встроенный распознаватель знает только встроенные реплики ({line: …})`,
      );
  return faults;
}
