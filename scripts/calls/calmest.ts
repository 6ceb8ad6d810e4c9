import type { EngineFigures, FarFigures } from './messages.ts';

/** What was measured between `measure` and `report`. */
export interface WindowFigures {
  readonly seconds: number;
  readonly engine: EngineFigures;
  readonly farEnd: FarFigures;
  /** How late an idle process woke from its timers meanwhile, p99 ms: the machine's own share of all lateness. */
  readonly idleWakeUpP99Ms: number;
  /** How busy the machine's cores were during the window, all programs together, %. */
  readonly machinePercent: number;
}

/**
 * One load's figures out of its windows: of the window in which the machine was calmest, with the failures and losses of
 * all. The callers tell how calm it was: their work is the same in every window, so what it costs them is the machine's
 * doing (on a shared one the same code costs up to twice as much in one minute as in the next). The engine's own
 * figures have no say in the choice. Throws RangeError without a window.
 */
export function calmest(windows: readonly WindowFigures[]): WindowFigures {
  const [judged] = windows.toSorted((a, b) => a.farEnd.cpuPercent - b.farEnd.cpuPercent);
  if (judged === undefined) throw new RangeError('nothing was measured');
  const sum = (of: (window: WindowFigures) => number) => windows.reduce((all, one) => all + of(one), 0);
  return {
    ...judged,
    engine: {
      ...judged.engine,
      calls: Math.min(...windows.map(({ engine }) => engine.calls)),
      failed: sum(({ engine }) => engine.failed),
      providerFailures: sum(({ engine }) => engine.providerFailures),
      troubles: windows.flatMap(({ engine }) => engine.troubles),
    },
    farEnd: {
      ...judged.farEnd,
      early: sum(({ farEnd }) => farEnd.early),
      unanswered: sum(({ farEnd }) => farEnd.unanswered),
      packets: sum(({ farEnd }) => farEnd.packets),
      lost: sum(({ farEnd }) => farEnd.lost),
    },
  };
}
