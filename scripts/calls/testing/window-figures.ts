import { summarise } from '../../latency/statistics.ts';
import type { WindowFigures } from '../calmest.ts';

/** A window that keeps every limit of issue 4, but for what is said. */
export function windowFigures({
  calls,
  gapMs = 1_200,
  latenessMs = 2,
  cpu = 0.3,
}: {
  readonly calls: number;
  readonly gapMs?: number;
  readonly latenessMs?: number;
  readonly cpu?: number;
}): WindowFigures {
  return {
    ...{ seconds: 20, machinePercent: 50, idleWakeUpP99Ms: 1 },
    engine: {
      calls,
      cpuPercent: cpu * calls,
      beatLatenessMs: summarise([latenessMs]),
      loopDelayMs: { p50: 0, p99: 1, max: 2 },
      ...{ failed: 0, providerFailures: 0, troubles: [] },
    },
    farEnd: {
      gapMs: summarise([gapMs]),
      latenessMs: summarise([latenessMs]),
      ...{ early: 0, unanswered: 0, packets: 1_000, lost: 0, cpuPercent: 10 },
    },
  };
}
