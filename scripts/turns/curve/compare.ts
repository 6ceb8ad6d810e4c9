import { interval, share, type Figures } from './figures.ts';
import { meanInterval, signTest, type Interval } from './odds.ts';
import {
  CurveReportError,
  type ConditionReport,
  type CurveReport,
  type KeptCutOff,
  type TurnsReport,
} from './report.ts';

/** What a change costs one decider under one condition: the same turns before and after it. */
export interface Price {
  readonly condition: string;
  readonly decider: string;
  readonly turns: number;
  readonly before: number;
  readonly after: number;
  /** Turns that are cut off now, and were not; and the other way round. */
  readonly broken: readonly ChangedTurn[];
  readonly mended: readonly ChangedTurn[];
  /** How likely so uneven a change is where nothing has really changed. */
  readonly cutOffOdds: number;
  /** How much later the decision comes, ms, and the mean's 95 % interval. */
  readonly laterMs: number;
  readonly laterInterval: Interval;
  /** Turns decided later, and sooner. */
  readonly later: number;
  readonly sooner: number;
}

export interface ChangedTurn {
  readonly key: string;
  readonly atMs: number;
  readonly cutOff: KeptCutOff;
}

/** A median delay may grow so much before it counts as worse. */
const SLOWER = 1.1;
const GUARDED = ['cutOffs', 'inside'] as const;

/** Every decider that both reports keep turn by turn. Throws CurveReportError where they cannot be held side by side. */
export function compareReports(before: CurveReport, after: CurveReport): readonly Price[] {
  for (const what of ['recogniserMs', 'seed'] as const)
    if (before.how[what] !== after.how[what])
      throw new CurveReportError(
        `отчёты сняты по-разному (${what}: ${before.how[what]} и ${after.how[what]}): снимите оба одинаково`,
      );
  const prices = bothOf(before.conditions, after.conditions).flatMap(([condition, old, now]) =>
    bothOf(old.turns, now.turns).map(([decider, oldTurns, nowTurns]) =>
      priceOf(condition, decider, oldTurns, nowTurns),
    ),
  );
  if (prices.length === 0) throw new CurveReportError('в отчётах нет ни одного общего условия');
  return prices;
}

/**
 * Where a decider is worse than before by more than chance explains: its cut-offs are above the interval of the earlier
 * share, or its median delay has grown by a tenth. In words; empty where nothing is.
 */
export function worsened(before: CurveReport, after: CurveReport): readonly string[] {
  return bothOf(before.conditions, after.conditions).flatMap(([condition, old, now]) =>
    keptFigures(old, now).flatMap(([decider, was, is]) => [
      ...GUARDED.filter((counted) => share(is, counted) > interval(was, counted)[1]).map(
        (counted) =>
          `${condition} · ${decider}: ${counted === 'inside' ? 'обрывов внутри предложения' : 'обрывов'} ${is[counted]} из ${is.turns}, было ${was[counted]} из ${was.turns}`,
      ),
      ...(is.p50Ms > SLOWER * was.p50Ms
        ? [`${condition} · ${decider}: решает за ${is.p50Ms} мс, раньше — за ${was.p50Ms} мс (медиана)`]
        : []),
    ]),
  );
}

function keptFigures(
  old: ConditionReport,
  now: ConditionReport,
): readonly (readonly [string, Figures, Figures])[] {
  return bothOf(old.turns, now.turns).map(([decider]) => [
    decider,
    old.figures[decider]!,
    now.figures[decider]!,
  ]);
}

function priceOf(condition: string, decider: string, before: TurnsReport, after: TurnsReport): Price {
  const wereCut = Object.keys(before.cutOffs);
  const areCut = Object.keys(after.cutOffs);
  const broken = areCut.filter((key) => !wereCut.includes(key)).map((key) => changed(key, after));
  const mended = wereCut.filter((key) => !areCut.includes(key)).map((key) => changed(key, before));
  const differences = bothOf(before.delaysMs, after.delaysMs).map(([, was, is]) => is - was);
  return {
    condition,
    decider,
    turns: differences.length,
    before: wereCut.length,
    after: areCut.length,
    broken,
    mended,
    cutOffOdds: signTest(mended.length, broken.length),
    laterMs: differences.reduce((sum, ms) => sum + ms, 0) / Math.max(1, differences.length),
    laterInterval: meanInterval(differences),
    later: differences.filter((ms) => ms > 0).length,
    sooner: differences.filter((ms) => ms < 0).length,
  };
}

function changed(key: string, { cutOffs }: TurnsReport): ChangedTurn {
  const [atMs, cutOff] = Object.entries(cutOffs[key]!)[0]!;
  return { key, atMs: Number(atMs), cutOff };
}

function bothOf<T>(
  one: Readonly<Record<string, T>>,
  other: Readonly<Record<string, T>>,
): readonly (readonly [key: string, one: T, other: T])[] {
  return Object.entries(one).flatMap(([key, value]) => {
    const same = other[key];
    return same === undefined ? [] : [[key, value, same] as const];
  });
}
