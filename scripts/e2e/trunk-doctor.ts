/** The trunk doctor as tests ask it: quick, and silent. */
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import type { Trunk } from '../../engine/contract/trunk.ts';
import { examine } from '../trunk/doctor.ts';
import type { StepReport, TrunkReport } from '../trunk/report.ts';
import type { DoctorOptions } from '../trunk/step.ts';

/** What the providers of the tests know. */
export const LOGIN = {
  user: 'halo',
  password: 'right-password',
  register: true,
  codecs: ['alaw', 'ulaw'] as const,
};

export const OPTIONS: DoctorOptions = {
  to: undefined,
  ringTimeoutMs: 1_500,
  externalAddress: undefined,
  localNetworks: [],
  rtpPorts: undefined,
  listenMs: 500,
  warnMs: 0,
};

export function check(
  trunk: Trunk,
  to?: string,
  signal: AbortSignal = new AbortController().signal,
  more: Partial<DoctorOptions> = {},
): Promise<TrunkReport> {
  return examine(
    trunk,
    { ...OPTIONS, ...more, to },
    {
      clock: systemClock,
      resolve: async (host) => ({ addresses: [host], srv: [], naptr: [] }),
      tell: () => {},
      onStep: () => {},
      signal,
    },
  );
}

export function step(report: TrunkReport, name: StepReport['step']): StepReport {
  const found = report.steps.find((one) => one.step === name);
  if (found === undefined) throw new Error(`no step ${name} in ${JSON.stringify(report)}`);
  return found;
}

export const codes = (report: StepReport): string[] => report.diagnoses.map(({ code }) => code);
