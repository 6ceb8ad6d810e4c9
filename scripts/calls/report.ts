import type { SpeechMode } from './messages.ts';
import type { LoadFigures } from './run.ts';

/** What issue 4 asks for, of 100 calls at once. */
const LIMITS = {
  calls: 100,
  gapP95Ratio: 1.2,
  latenessP99Ms: 10,
  cpuPercentPerCall: 0.5,
  megabytesPerCall: 3,
} as const;

export const MODE_NAMES: Readonly<Record<SpeechMode, string>> = {
  http: 'the product as it is: STT, LLM and TTS over HTTP',
  'no-stt': 'the recogniser inside the process (no HTTP of its own), LLM and TTS over HTTP',
  stubs: 'all three inside the process, timers of the same pace: no HTTP at all',
};

const COLUMNS = [
  'speech',
  'calls',
  'turns',
  'gap p50, ms',
  'gap p95, ms',
  'p95 to 1 call',
  'packets late p99, ms',
  'beats late p99, ms',
  'loop delay p99, ms',
  'idle wake-up p99, ms',
  'CPU a call, % of a core',
  'engine, % of a core',
  'MB a call: resident',
  'MB a call: heap',
  'failed calls',
  'packets lost',
  'callers, % of a core',
  'machine busy, %',
] as const;

export interface Verdict {
  readonly calls: number;
  readonly what: string;
  readonly holds: boolean;
}

export function header(): string {
  return [row(COLUMNS), row(COLUMNS.map((_, at) => (at === 0 ? '---' : '--:')))].join('\n');
}

/** A load in a line; `one`: the same speech with one call. */
export function loadRow(load: LoadFigures, one: LoadFigures | undefined): string {
  const { engine, farEnd, calls } = load;
  const ratio = gapRatio(load, one);
  return row([
    load.mode,
    String(calls),
    String(farEnd.gapMs.count),
    fixed(farEnd.gapMs.p50, 0),
    fixed(farEnd.gapMs.p95, 0),
    ratio === undefined ? '—' : `${ratio.toFixed(2)}×`,
    fixed(farEnd.latenessMs.p99, 2),
    fixed(engine.beatLatenessMs.p99, 2),
    fixed(engine.loopDelayMs.p99, 1),
    fixed(load.idleWakeUpP99Ms, 1),
    fixed(engine.cpuPercent / calls, 3),
    fixed(engine.cpuPercent, 1),
    // One call's share drowns in what a process gives and takes by itself.
    calls < 10 ? '—' : fixed(megabytesPerCall(load, 'rss'), 2),
    calls < 10 ? '—' : fixed(megabytesPerCall(load, 'heap'), 2),
    String(engine.failed + Math.max(0, calls - engine.calls)),
    `${farEnd.lost} of ${farEnd.packets + farEnd.lost}`,
    fixed(farEnd.cpuPercent, 1),
    fixed(load.machinePercent, 0),
  ]);
}

/** Where a load had several windows: what each showed; the calmest machine's is in the table. */
export function windowsLine({ mode, calls, windows, farEnd }: LoadFigures): string | undefined {
  if (windows.length < 2) return undefined;
  const each = windows.map((one) => {
    const callers = fixed(one.farEnd.cpuPercent, 1);
    const cpu = fixed(one.engine.cpuPercent / calls, 3);
    const late = fixed(one.farEnd.latenessMs.p99, 1);
    const judged = one.farEnd.cpuPercent === farEnd.cpuPercent ? ' (judged)' : '';
    return `${callers}: ${cpu} %, ${late} ms${judged}`;
  });
  return `${mode}, ${calls} calls, windows, callers’ % of a core: CPU a call, packets late p99: ${each.join('; ')}`;
}

/** What went otherwise than it should, in words. */
export function troublesOf({ mode, calls, engine, farEnd }: LoadFigures): readonly string[] {
  const troubles: string[] = [];
  if (farEnd.unanswered > 0) troubles.push(`${farEnd.unanswered} turns unanswered within 10 s`);
  if (farEnd.early > 0) troubles.push(`${farEnd.early} replies began while the caller was speaking`);
  if (engine.providerFailures > 0) troubles.push(`${engine.providerFailures} failures of a stage`);
  return [...troubles, ...engine.troubles].map((what) => `${mode}, ${calls} calls: ${what}`);
}

/** The limits of issue 4, and whether more calls than it asks for keep them too. */
export function verdicts(loads: readonly LoadFigures[]): readonly Verdict[] {
  const list: Verdict[] = [];
  for (const load of loads.filter(({ calls }) => calls >= LIMITS.calls)) {
    const below = (what: string, value: number | undefined, limit: number, unit: string) =>
      list.push({
        calls: load.calls,
        what: `${load.calls} calls, ${what}: ${fixed(value, 2)}${unit}, limit ${limit}${unit}`,
        holds: value !== undefined && value <= limit,
      });
    if (load.mode === 'http') {
      const one = loads.find(({ mode, calls }) => mode === 'http' && calls === 1);
      if (one !== undefined) below('gap p95 beside one call’s', gapRatio(load, one), LIMITS.gapP95Ratio, '×');
      below('packets late p99', load.farEnd.latenessMs.p99, LIMITS.latenessP99Ms, ' ms');
      below('memory a call, resident', megabytesPerCall(load, 'rss'), LIMITS.megabytesPerCall, ' MB');
      below('failed calls', load.engine.failed, 0, '');
    }
    if (load.mode === 'no-stt')
      below(
        'CPU a call without the recogniser’s HTTP',
        load.engine.cpuPercent / load.calls,
        LIMITS.cpuPercentPerCall,
        ' % of a core',
      );
  }
  return list;
}

export function gapRatio(load: LoadFigures, one: LoadFigures | undefined): number | undefined {
  const [many, single] = [load.farEnd.gapMs.p95, one?.farEnd.gapMs.p95];
  return many === undefined || single === undefined ? undefined : many / single;
}

function megabytesPerCall({ full, empty, calls }: LoadFigures, what: 'rss' | 'heap'): number {
  return (full[what] - empty[what]) / calls / 2 ** 20;
}

function fixed(value: number | undefined, digits: number): string {
  return value === undefined ? '—' : value.toFixed(digits);
}

function row(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`;
}
