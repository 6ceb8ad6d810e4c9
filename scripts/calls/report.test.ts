import { expect, it } from 'vitest';
import type { SpeechMode } from './messages.ts';
import { windowFigures } from './testing/window-figures.ts';
import { header, loadRow, troublesOf, verdicts, windowsLine } from './report.ts';
import type { LoadFigures } from './run.ts';

const MB = 2 ** 20;

/** A load that keeps every limit, but for what is said. */
function load(
  mode: SpeechMode,
  calls: number,
  { mb = 1, ...other }: Omit<Parameters<typeof windowFigures>[0], 'calls'> & { readonly mb?: number } = {},
): LoadFigures {
  const figures = windowFigures({ calls, ...other });
  const [empty, full] = [0, mb * calls].map((more) => ({ rss: (100 + more) * MB, heap: (50 + more) * MB }));
  return { ...figures, mode, calls, empty: empty!, full: full!, windows: [figures] };
}

it('judges each limit of issue 4 by the speech that it is meant for', () => {
  const good = [load('http', 1), load('http', 100), load('no-stt', 100), load('stubs', 100)];
  expect(verdicts(good)).toHaveLength(5);
  expect(verdicts(good).every(({ holds }) => holds)).toBe(true);
  const failing = (...loads: readonly LoadFigures[]) =>
    verdicts([load('http', 1), ...loads]).flatMap(({ what, holds }) => (holds ? [] : what));
  expect(failing(load('http', 100, { gapMs: 1_500 }))).toEqual([
    '100 calls, gap p95 beside one call’s: 1.25×, limit 1.2×',
  ]);
  expect(failing(load('http', 100, { latenessMs: 11 }))).toEqual([
    '100 calls, packets late p99: 11.00 ms, limit 10 ms',
  ]);
  expect(failing(load('http', 100, { mb: 4 }))).toEqual([
    '100 calls, memory a call, resident: 4.00 MB, limit 3 MB',
  ]);
  expect(failing(load('http', 100, { cpu: 0.7 }))).toEqual([]);
  expect(failing(load('no-stt', 100, { cpu: 0.7 }))).toEqual([
    '100 calls, CPU a call without the recogniser’s HTTP: 0.70 % of a core, limit 0.5 % of a core',
  ]);
});

it('judges no load below the one asked for, and more of them by the same limits', () => {
  expect(verdicts([load('http', 1), load('http', 50, { gapMs: 9_000 })])).toEqual([]);
  expect(verdicts([load('http', 200, { latenessMs: 50 })]).filter(({ holds }) => !holds)).toMatchObject([
    { calls: 200 },
  ]);
});

it('has a cell for every column, and words for what went wrong', () => {
  const cells = (line: string) => line.split('|').length;
  const one = load('http', 1);
  expect(cells(loadRow(load('http', 100), one))).toBe(cells(header().split('\n')[0]!));
  expect(loadRow(load('http', 100), one)).toContain('1.00×');
  expect(troublesOf(one)).toEqual([]);
  const bad = { ...one, farEnd: { ...one.farEnd, unanswered: 2 } };
  expect(troublesOf(bad)).toEqual(['http, 1 calls: 2 turns unanswered within 10 s']);
});

it('says what each window showed, and which is judged', () => {
  const [calm, busy] = [
    windowFigures({ calls: 100, cpu: 0.4 }),
    windowFigures({ calls: 100, cpu: 0.7, latenessMs: 12 }),
  ];
  const two = {
    ...load('http', 100),
    windows: [{ ...busy, farEnd: { ...busy.farEnd, cpuPercent: 20 } }, calm],
  };
  expect(windowsLine(load('http', 100))).toBeUndefined();
  expect(windowsLine(two)).toContain('20.0: 0.700 %, 12.0 ms; 10.0: 0.400 %, 2.0 ms (judged)');
});
