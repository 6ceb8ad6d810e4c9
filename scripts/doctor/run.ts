import type { HaloConfig } from '../../api/config.ts';
import { fail, type Check, type DoctorDeps, type Finding } from './check.ts';
import { reasonOf } from './http.ts';

const TIMEOUT_MS = 15_000;

export interface CheckReport {
  readonly name: string;
  readonly title: string;
  readonly findings: readonly Finding[];
  readonly ms: number;
}

/**
 * Runs the checks side by side, each within its time. Tells each as soon as it and those before it are done. Never
 * rejects because of a check; `deps.signal` ends those that are still at work.
 */
export async function runChecks(
  checks: readonly Check[],
  config: HaloConfig,
  deps: DoctorDeps,
  tell: (report: CheckReport) => void,
): Promise<readonly CheckReport[]> {
  const running = checks.map((check) => runOne(check, config, deps));
  const reports: CheckReport[] = [];
  for (const one of running) {
    const report = await one;
    tell(report);
    reports.push(report);
  }
  return reports;
}

async function runOne(check: Check, config: HaloConfig, deps: DoctorDeps): Promise<CheckReport> {
  const { name, title, timeoutMs = TIMEOUT_MS } = check;
  const startedMs = deps.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([deps.signal, timeout]);
  const over = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const done = (findings: readonly Finding[]): CheckReport => ({
    name,
    title,
    findings,
    ms: Math.round(deps.now() - startedMs),
  });
  try {
    return done(await Promise.race([check.run(config, { ...deps, signal }), over]));
  } catch (error) {
    if (deps.signal.aborted) return done([fail('прервано')]);
    if (timeout.aborted) return done([fail(`проверка не уложилась в ${timeoutMs / 1_000} с`)]);
    return done([fail(reasonOf(error))]);
  }
}

/** True where nothing has to be mended. */
export function isWell(reports: readonly CheckReport[]): boolean {
  return reports.every(({ findings }) => findings.every(({ status }) => status !== 'fail'));
}
