import type { OfflineParts } from '../../engine/testing/call-lab-offline.ts';
import { holdScenario, type HeldScenario } from './hold.ts';
import { judge, type Check } from './judge.ts';
import type { ScenarioFile } from './read.ts';

/** One repetition of a scenario. */
export interface ScenarioRun {
  readonly nth: number;
  readonly checks: readonly Check[];
  readonly held: HeldScenario | undefined;
  /** What broke the run itself. */
  readonly error: string | undefined;
  readonly tookMs: number;
}

export interface ScenarioResult {
  readonly file: ScenarioFile;
  readonly runs: readonly ScenarioRun[];
}

export interface RunOptions {
  readonly parts: OfflineParts;
  readonly realTime: boolean;
  /** Instead of the scenarios' own `repeat`. */
  readonly repeat: number | undefined;
  /** At a time; a virtual second is computing, so more than the cores only wait. */
  readonly atOnce: number;
  readonly onResult: (result: ScenarioResult) => void;
  /** No scenario is begun after it, and those under way are left alone with their calls: the process has to end. */
  readonly signal?: AbortSignal;
}

export function isOk({ checks, error }: ScenarioRun): boolean {
  return error === undefined && checks.every(({ ok }) => ok);
}

/** How often a scenario is held. */
export function timesOf({ scenario }: ScenarioFile, { repeat }: Pick<RunOptions, 'repeat'>): number {
  return repeat ?? scenario.repeat ?? 1;
}

/** Runs them all; never rejects for one of them. In the order of the files; only those that ended before the signal. */
export async function runScenarios(
  files: readonly ScenarioFile[],
  options: RunOptions,
): Promise<readonly ScenarioResult[]> {
  const { signal } = options;
  const results = new Array<ScenarioResult | undefined>(files.length);
  const waiting = [...files.entries()];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, file] = next;
      const result = { file, runs: await repeat(file, options) };
      if (signal?.aborted === true) return;
      results[at] = result;
      options.onResult(result);
    }
  };
  const interrupted = new Promise<void>((resolve) =>
    signal?.addEventListener('abort', () => resolve(), { once: true }),
  );
  await Promise.race([Promise.all(Array.from({ length: options.atOnce }, lane)), interrupted]);
  return results.filter((result) => result !== undefined);
}

async function repeat(file: ScenarioFile, options: RunOptions): Promise<readonly ScenarioRun[]> {
  const { parts, realTime } = options;
  const runs: ScenarioRun[] = [];
  for (let nth = 0; nth < timesOf(file, options) && options.signal?.aborted !== true; nth += 1) {
    const startedMs = performance.now();
    const took = (): number => performance.now() - startedMs;
    try {
      const held = await holdScenario(file, { parts, realTime, nth });
      runs.push({ nth, held, checks: judge(held, file.scenario.expect), error: undefined, tookMs: took() });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      runs.push({ nth, held: undefined, checks: [], error: why, tookMs: took() });
    }
  }
  return runs;
}
