import { readConfig, type HaloConfig } from '../../../api/config.ts';
import type { Check, DoctorDeps, Finding } from '../check.ts';

/** What a check makes of an environment; `over`: what cannot be said in one. */
export async function examine(
  check: Check,
  env: Readonly<Record<string, string>>,
  deps: Partial<DoctorDeps> = {},
  over: Partial<HaloConfig> = {},
): Promise<readonly Finding[]> {
  const config: HaloConfig = { ...readConfig(env), ...over };
  return await check.run(config, {
    signal: new AbortController().signal,
    now: () => Date.now(),
    ping: false,
    ...deps,
  });
}

/** Nobody listens there: port 1 of the loopback is for those who run as root, and nobody does. */
export const NOBODY = 'http://127.0.0.1:2';
