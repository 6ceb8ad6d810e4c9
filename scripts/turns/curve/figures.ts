import { summarise } from '../../latency/statistics.ts';
import type { Outcome } from './outcome.ts';
import { wilson, type Interval } from './odds.ts';

/** A decider's price under one condition. Counts are turns, a turn counts once; delays in ms. */
export interface Figures {
  readonly turns: number;
  /** The speaker had more to say … */
  readonly cutOffs: number;
  /** … of these, in the middle of a sentence at least once. */
  readonly inside: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** A point of a curve. */
export interface Point extends Figures {
  readonly name: string;
  /** Silence or bias, ms: what the curve runs over. */
  readonly ms: number;
}

const CUT_OFF_SHARE = 0.05;

export function figuresOf(outcomes: readonly Outcome[]): Figures {
  const { p50, p95 } = summarise(outcomes.flatMap(({ delayMs }) => delayMs ?? []));
  return {
    turns: outcomes.length,
    cutOffs: outcomes.filter(({ cutOffs }) => cutOffs.length > 0).length,
    inside: outcomes.filter(({ cutOffs }) => cutOffs.some(({ kind }) => kind === 'inside')).length,
    p50Ms: p50 ?? NaN,
    p95Ms: p95 ?? NaN,
  };
}

/** `inside`: only those in the middle of a sentence. */
export type Counted = 'cutOffs' | 'inside';

export function share(figures: Figures, counted: Counted = 'cutOffs'): number {
  return figures[counted] / figures.turns;
}

export function interval(figures: Figures, counted: Counted = 'cutOffs'): Interval {
  return wilson(figures[counted], figures.turns);
}

/** The quickest point of a curve (by rising ms) that cuts off at most 5 % of turns. */
export function atFivePercent<T extends Figures>(curve: readonly T[]): T | undefined {
  return curve.find((point) => share(point) <= CUT_OFF_SHARE);
}

/** How a point lies to a curve (by rising ms): positive is better than the curve. */
export interface Advantage {
  /** So much sooner than the curve with as many cut-offs, ms; undefined where the curve has never so few. */
  readonly soonerMs: number | undefined;
  /** So many fewer cut-offs than the curve at the same median delay, as a share of turns. */
  readonly fewer: number;
}

export function advantage(
  point: Figures,
  curve: readonly Figures[],
  counted: Counted = 'cutOffs',
): Advantage {
  const own = share(point, counted);
  const same = crossing(curve, (one) => share(one, counted), own);
  const delayMs = same === undefined ? undefined : along(curve, same, ({ p50Ms }) => p50Ms);
  const atDelay = crossing(curve, (one) => -one.p50Ms, -point.p50Ms) ?? curve.length - 1;
  return {
    soonerMs: delayMs === undefined ? undefined : delayMs - point.p50Ms,
    fewer: along(curve, atDelay, (one) => share(one, counted)) - own,
  };
}

/** Where the falling `value` reaches `wanted`: 2.5 is halfway between the third point and the fourth. */
function crossing(
  curve: readonly Figures[],
  value: (point: Figures) => number,
  wanted: number,
): number | undefined {
  const at = curve.findIndex((point) => value(point) <= wanted);
  if (at <= 0) return at < 0 ? undefined : 0;
  const [before, after] = [value(curve[at - 1]!), value(curve[at]!)];
  return at - 1 + (before - wanted) / (before - after);
}

function along(curve: readonly Figures[], at: number, value: (point: Figures) => number): number {
  const before = value(curve[Math.floor(at)]!);
  return before + (at % 1) * (value(curve[Math.ceil(at)]!) - before);
}
