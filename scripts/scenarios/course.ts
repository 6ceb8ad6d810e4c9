import type { FarEndStep, LineFaults, StepTime } from '../../engine/contract/call-plan.ts';
import type { KnownLine } from '../../engine/adapters/offline/known-lines/known-line.ts';
import { callerSound, type CallerSound, type SoundDeps } from './caller-sounds.ts';
import { durationMs } from './duration.ts';
import type { Saying, Scenario, Step } from './schema.ts';

/** What the caller does in a scenario, ready for the far end. */
export interface Course {
  /** Undefined: the number or the persona decides. */
  readonly steps: readonly FarEndStep[] | undefined;
  /** By the names that stand in `steps`. */
  readonly sounds: ReadonlyMap<string, Int16Array>;
  /** The words of each `say`, in order; '' for what is no speech. */
  readonly words: readonly string[];
  /** What the offline recogniser must learn. */
  readonly unknown: readonly KnownLine[];
}

const INTERRUPTS_AFTER_MS = 1_500;

/** Makes the course; sounds are made by the voice of `deps`. */
export async function courseOf(scenario: Scenario, deps: SoundDeps): Promise<Course> {
  const sounds = new Map<string, Int16Array>();
  const said: CallerSound[] = [];
  const steps: FarEndStep[] = [];
  for (const step of scenario.steps ?? []) steps.push(await farEndStep(step));
  return {
    steps: scenario.steps === undefined ? undefined : steps,
    sounds,
    words: said.map(({ text }) => text),
    unknown: said.flatMap(({ unknown }) => (unknown === undefined ? [] : [unknown])),
  };

  async function say(saying: Saying, when: StepTime | undefined): Promise<FarEndStep> {
    const sound = await callerSound(saying, { ...deps, seed: deps.seed + said.length });
    said.push(sound);
    const file = `say-${said.length}`;
    sounds.set(file, sound.pcm);
    return { do: 'say', file, ...(when !== undefined && { when }) };
  }

  async function farEndStep(step: Step): Promise<FarEndStep> {
    if ('say' in step) return say(step.say, typeof step.say === 'string' ? undefined : timeOf(step.say.when));
    if ('interrupt' in step) {
      const ms = step.after === undefined ? INTERRUPTS_AFTER_MS : durationMs(step.after);
      return say(step.interrupt, { on: 'over', ms });
    }
    if ('wait' in step) return { do: 'pause', ms: durationMs(step.wait), when: { on: 'after', ms: 0 } };
    if ('silence' in step) return { do: 'pause', ms: durationMs(step.silence) };
    if ('dtmf' in step) {
      const when = timeOf(step.when);
      return { do: 'press', digits: step.dtmf, ...(when !== undefined && { when }) };
    }
    return { do: 'hangUp', when: timeOf(step.hang_up) ?? { on: 'silence' } };
  }
}

/** The line's conditions for the nth repetition: each is bad in its own way, and in the same way every time. */
export function faultsOf({ line }: Scenario, seed: number): LineFaults | undefined {
  if (line === undefined) return undefined;
  const { jitter_ms: jitterMs, noise_db: noiseSnrDb, drift_ppm: clockDriftPpm, ...rest } = line;
  return {
    ...rest,
    ...(jitterMs !== undefined && { jitterMs }),
    ...(noiseSnrDb !== undefined && { noiseSnrDb }),
    ...(clockDriftPpm !== undefined && { clockDriftPpm }),
    seed,
  };
}

function timeOf(when: string | undefined): StepTime | undefined {
  if (when === undefined) return undefined;
  const [on, duration] = when.split('=');
  if (duration === undefined) return { on: 'silence' };
  const ms = durationMs(duration);
  return on === 'at' || on === 'over' || on === 'after' ? { on, ms } : { on: 'silence', ms };
}
