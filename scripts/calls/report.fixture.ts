import { summarise } from '../latency/statistics.ts';
import type { WindowFigures } from './calmest.ts';

const MB = 2 ** 20;

/** Before the first call. */
export const EMPTY = { rss: 100 * MB, heap: 50 * MB };

/** A window that keeps every limit of issue 4, but for what is said. */
export function windowFigures({
  calls,
  gapMs = 1_200,
  latenessMs = 2,
  cpu = 0.3,
  mb = 1,
}: {
  readonly calls: number;
  readonly gapMs?: number;
  readonly latenessMs?: number;
  readonly cpu?: number;
  readonly mb?: number;
}): WindowFigures {
  return {
    ...{ seconds: 20, machinePercent: 50, idleWakeUpP99Ms: 1 },
    engine: {
      calls,
      cpuPercent: cpu * calls,
      beatLatenessMs: summarise([latenessMs]),
      loopDelayMs: { p50: 0, p99: 1, max: 2 },
      memory: { rss: EMPTY.rss + mb * calls * MB, heap: EMPTY.heap + mb * calls * MB },
      ...{ failed: 0, providerFailures: 0, troubles: [] },
    },
    farEnd: {
      gapMs: summarise([gapMs]),
      latenessMs: summarise([latenessMs]),
      ...{ early: 0, unanswered: 0, packets: 1_000, lost: 0, cpuPercent: 10 },
    },
  };
}
