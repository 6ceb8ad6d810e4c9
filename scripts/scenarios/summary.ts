import { percentile } from '../latency/statistics.ts';
import { only } from '../../engine/testing/call-lab-facts.ts';
import { measureGaps } from '../../engine/observe/gaps.ts';
import { isOk, type ScenarioResult, type ScenarioRun } from './run.ts';

/** Every gap that a caller heard in these runs, ms, on the recordings. */
export function gapsOf(runs: readonly ScenarioRun[]): readonly number[] {
  return runs.flatMap(({ held }) =>
    (held?.calls ?? []).flatMap(({ facts: { recording } }) =>
      recording === undefined ? [] : measureGaps(recording).map(({ gapMs }) => gapMs),
    ),
  );
}

/** How long the calls of these runs lasted in their own time, s. */
export function talkedSec(runs: readonly ScenarioRun[]): number {
  return runs.reduce(
    (sum, { held }) =>
      sum + (held?.calls ?? []).reduce((all, { facts }) => all + facts.recordingMs / 1000, 0),
    0,
  );
}

/** One line of the table. */
export function tableLine({ file, runs }: ScenarioResult): string {
  const passed = runs.filter(isOk).length;
  const gaps = gapsOf(runs);
  const worst = gaps.length === 0 ? '—' : String(Math.round(percentile(gaps, 0.95) ?? 0));
  const tookSec = runs.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1000;
  return [
    passed === runs.length ? '✓' : '✗',
    file.name.padEnd(34),
    file.scenario.covers.join(' ').padEnd(12),
    `${passed}/${runs.length}`.padStart(7),
    worst.padStart(9),
    `${talkedSec(runs).toFixed(0)} с`.padStart(8),
    `${tookSec.toFixed(1)} с`.padStart(8),
  ].join(' ');
}

export const TABLE_HEAD = [
  ' ',
  'сценарий'.padEnd(34),
  'пункты'.padEnd(12),
  'сбылось'.padStart(7),
  'пауза p95'.padStart(9),
  'разговор'.padStart(8),
  'заняло'.padStart(8),
].join(' ');

/** What did not come true, a line each. */
export function failureLines({ file, runs }: ScenarioResult): readonly string[] {
  return runs.flatMap((run) => {
    const which = runs.length === 1 ? '' : ` (раз ${run.nth + 1})`;
    if (run.error !== undefined) return [`    ${file.name}${which}: ${run.error}`];
    return run.checks
      .filter(({ ok }) => !ok)
      .map(({ name, wanted, got }) => `    ${file.name}${which}: ${name}: нужно ${wanted}; вышло: ${got}`);
  });
}

export function plain(results: readonly ScenarioResult[]) {
  return results.map(({ file, runs }) => ({
    name: file.name,
    title: file.scenario.title,
    covers: file.scenario.covers,
    ok: runs.every(isOk),
    runs: runs.map((run) => ({
      ok: isOk(run),
      error: run.error ?? null,
      took_ms: Math.round(run.tookMs),
      checks: run.checks,
      gaps_ms: gapsOf([run]).map(Math.round),
      fillers: (run.held?.calls ?? []).reduce(
        (sum, { events }) => sum + only(events, 'filler.said').length,
        0,
      ),
    })),
  }));
}
