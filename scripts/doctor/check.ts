import type { HaloConfig } from '../../api/config.ts';

/** `warn`: works, but look at it; `skip`: is not set up, or there is nothing to look at. */
export type FindingStatus = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  readonly status: FindingStatus;
  /** One line, for people, in Russian: what was seen, with its figure. */
  readonly what: string;
  /** What to do next; empty where nothing has to be done. */
  readonly advice: readonly string[];
}

/** What a check may use besides the configuration. Tests give their own. */
export interface DoctorDeps {
  /** Aborts when the check's time is over. Whatever is waited for must heed it. */
  readonly signal: AbortSignal;
  /** Wall time, ms. */
  readonly now: () => number;
  /** True where the customer's server may be sent something (`--ping`). */
  readonly ping: boolean;
}

/**
 * One thing to look at. To add one: a file beside this, and a line in `checks.ts`. A check changes nothing that stays.
 * What it throws counts as a failure, and its message is shown.
 */
export interface Check {
  /** For `--json`. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** 15 s where it is not given. */
  readonly timeoutMs?: number;
  run(config: HaloConfig, deps: DoctorDeps): Promise<readonly Finding[]>;
}

export const ok = (what: string): Finding => ({ status: 'ok', what, advice: [] });
export const skip = (what: string): Finding => ({ status: 'skip', what, advice: [] });
export const warn = (what: string, ...advice: string[]): Finding => ({ status: 'warn', what, advice });
export const fail = (what: string, ...advice: string[]): Finding => ({ status: 'fail', what, advice });
