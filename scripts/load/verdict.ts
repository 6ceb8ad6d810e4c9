import { leaks } from './handles.ts';
import type { Sample, SoakFigures } from './soak.ts';
import { trend, type Trend } from './trend.ts';

/** One thing that must hold. `holds` is null where the run was too short to tell. */
export interface Verdict {
  readonly what: string;
  readonly holds: boolean | null;
}

export interface Memory {
  readonly heap: Trend | undefined;
  readonly rss: Trend | undefined;
}

/** Issue 7. */
const LIMIT_MB_PER_MINUTE = 1;
const LEAST = { points: 6, minutes: 3 } as const;
/** However short the run: for so long after the first order a process with calls finds its size. */
export const MEMORY_WARM_UP_MINUTES = 2;
const MB = 2 ** 20;

/** How memory went after the warm-up, MB. */
export function memoryOf(samples: readonly Sample[]): Memory {
  const warm = samples.filter(({ atMinute }) => atMinute >= MEMORY_WARM_UP_MINUTES);
  const of = (field: 'heap' | 'rss') =>
    trend(warm.map((sample) => ({ atMinute: sample.atMinute, value: sample[field] / MB })));
  return { heap: of('heap'), rss: of('rss') };
}

/** What issue 7 asks for, and that nothing went wrong beside. */
export function verdicts(figures: SoakFigures, { calls }: { readonly calls: number }): readonly Verdict[] {
  const { before, after, ended, cut, mostLive, interrupted, troubles } = figures;
  const { heap, rss } = memoryOf(figures.samples);
  const wrong = ended.filter((call) => call.wrong.length > 0);
  const left = leaks(before.handles, after.handles);
  return [
    { what: slope('куча после сборки мусора', heap), holds: isFlat(heap) },
    { what: slope('память процесса (RSS)', rss), holds: isFlat(rss) },
    {
      what:
        left.length === 0
          ? 'открытых ресурсов не осталось'
          : `остались открытыми: ${left.map(({ kind, before: was, after: is }) => `${kind} ${was} → ${is}`).join(', ')}`,
      // Pools let go of their connections after some seconds: who was interrupted did not wait for that.
      holds: left.length === 0 || (interrupted ? null : false),
    },
    {
      what: `звонки с тем концом, что задуман: ${ended.length - wrong.length} из ${ended.length}${cut > 0 ? `; прерваны нами: ${cut}` : ''}`,
      holds: interrupted && wrong.length === 0 ? null : ended.length > 0 && wrong.length === 0,
    },
    { what: `звонков сразу не больше ${calls}: было ${mostLive}`, holds: mostLive <= calls },
    { what: `сбоев самой проверки: ${troubles.length}`, holds: troubles.length === 0 },
  ];
}

function slope(name: string, found: Trend | undefined): string {
  if (found === undefined) return `${name}: измерений мало`;
  const { perMinute, margin, points } = found;
  return `${name}: ${signed(perMinute)} ± ${margin.toFixed(2)} МБ/мин (предел ${LIMIT_MB_PER_MINUTE}; 95 %, ${points} измерений)`;
}

function isFlat(found: Trend | undefined): boolean | null {
  if (found === undefined || found.points < LEAST.points || found.spanMinutes < LEAST.minutes) return null;
  return found.perMinute < LIMIT_MB_PER_MINUTE;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
