import { readFile } from 'node:fs/promises';
import { DECIDERS, deciderName, PRODUCT, type Decider } from './deciders.ts';
import { figuresOf, type Figures, type Point } from './figures.ts';
import type { Outcome } from './outcome.ts';
import type { PauseKind } from './turn.ts';

const VERSION = 1;

/** What was measured, small enough to keep. Objects only, so that every formatter writes it alike. */
export interface CurveReport {
  readonly version: typeof VERSION;
  readonly how: { readonly prompts: number; readonly recogniserMs: number; readonly seed: number };
  /** By the condition's name. */
  readonly conditions: Readonly<Record<string, ConditionReport>>;
}

export interface ConditionReport {
  /** By the decider's name. */
  readonly figures: Readonly<Record<string, Figures>>;
  /** Of some deciders every turn. */
  readonly turns: Readonly<Record<string, TurnsReport>>;
}

export interface TurnsReport {
  /** By prompt, ms; where no decision came after the end, nothing. */
  readonly delaysMs: Readonly<Record<string, number>>;
  /** By prompt: by the moment in the recording, ms. */
  readonly cutOffs: Readonly<Record<string, Readonly<Record<string, KeptCutOff>>>>;
}

export interface KeptCutOff {
  readonly kind: PauseKind;
  readonly said: string;
}

/** Deciders whose every turn is kept. */
export const KEPT: readonly Decider[] = [PRODUCT, { kind: 'product', words: 'none', biasMs: 0 }];

/** Outcomes by condition and decider. */
export type Measured = ReadonlyMap<string, ReadonlyMap<string, readonly Outcome[]>>;

export class CurveReportError extends Error {
  override name = 'CurveReportError';
}

export function reportOf(measured: Measured, how: CurveReport['how']): CurveReport {
  return {
    version: VERSION,
    how,
    conditions: Object.fromEntries(
      [...measured].map(([condition, outcomes]) => [condition, conditionReport(outcomes)]),
    ),
  };
}

/** Rejects with CurveReportError where the file is missing or is none of ours. */
export async function readReport(file: string): Promise<CurveReport> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CurveReportError(
      `${file} не читается: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const parsed = parse(text);
  if (parsed?.version !== VERSION || typeof parsed.conditions !== 'object' || typeof parsed.how !== 'object')
    throw new CurveReportError(`${file} — не отчёт npm run turns -- --json: снимите его заново`);
  return parsed as CurveReport;
}

/** One family of deciders as a curve, by rising ms. */
export function curveOf({ figures }: ConditionReport, kind: Decider['kind']): readonly Point[] {
  return DECIDERS.flatMap((decider): readonly Point[] => {
    const name = deciderName(decider);
    const own = figures[name];
    if (own === undefined || decider.kind !== kind) return [];
    if (decider.kind === 'silence') return [{ ...own, name, ms: decider.ms }];
    return decider.words === PRODUCT.words ? [{ ...own, name, ms: decider.biasMs }] : [];
  }).toSorted((a, b) => a.ms - b.ms);
}

function conditionReport(outcomes: ReadonlyMap<string, readonly Outcome[]>): ConditionReport {
  const kept = KEPT.map(deciderName);
  return {
    figures: Object.fromEntries([...outcomes].map(([name, all]) => [name, figuresOf(all)])),
    turns: Object.fromEntries(
      [...outcomes].filter(([name]) => kept.includes(name)).map(([name, all]) => [name, turnsReport(all)]),
    ),
  };
}

function turnsReport(outcomes: readonly Outcome[]): TurnsReport {
  return {
    delaysMs: Object.fromEntries(
      outcomes.flatMap(({ key, delayMs }) => (delayMs === undefined ? [] : [[key, delayMs] as const])),
    ),
    cutOffs: Object.fromEntries(
      outcomes
        .filter(({ cutOffs }) => cutOffs.length > 0)
        .map(({ key, cutOffs }) => [
          key,
          Object.fromEntries(cutOffs.map(({ atMs, kind, said }) => [atMs, { kind, said }])),
        ]),
    ),
  };
}

function parse(text: string): Partial<CurveReport> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
