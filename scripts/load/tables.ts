import { relative } from 'node:path';
import type { Summary } from '../latency/statistics.ts';
import type { EndedCall } from './call-book.ts';
import type { ReadyCaller } from './callers.ts';
import { total } from './handles.ts';
import { weightOf } from './mix.ts';
import type { Sample, SoakFigures, SoakState } from './soak.ts';
import type { Verdict } from './verdict.ts';

const MB = 2 ** 20;

/** The moment in some lines: what is drawn anew every second, or printed every ten. */
export function stateLines({ elapsedSec, leftSec, phase, book, gapMs, look, weight }: SoakState): string[] {
  const wrong = book.ended.filter((call) => call.wrong.length > 0).length;
  return [
    `${clock(elapsedSec)} прошло, ${clock(leftSec)} осталось · ${phase}`,
    `  звонки    идут ${book.live}, заказано ${book.ordered}, закончены ${book.ended.length}, иначе, чем задумано: ${wrong}`,
    `  итоги     ${byOutcome(book.ended)}`,
    `  паузы     p50 ${ms(gapMs.p50)}, p95 ${ms(gapMs.p95)} мс · RTP опаздывает p99 ${tenth(look.latenessMs.p99)} мс · event loop p99 ${tenth(look.loopDelayMs.p99)} мс`,
    `  процесс   RSS ${mb(look.rss)} МБ, куча после сборки ${mb(weight.heap)} МБ, открыто ${total(look.handles)} (UDP ${look.handles['UDP-сокеты'] ?? 0})`,
  ];
}

/** The same in one line, for a log. */
export function stateLine(state: SoakState): string {
  return stateLines(state)
    .map((line) => line.trim().replaceAll(/ {2,}/g, ' '))
    .join(' | ');
}

/** Outcomes of calls that have ended: as planned of planned. */
function byOutcome(ended: readonly EndedCall[]): string {
  const names = new Map<string, { planned: number; right: number }>();
  for (const { planned, wrong } of ended) {
    const name = planned.status === 'completed' ? planned.disposition : planned.status;
    const counts = names.get(name) ?? { planned: 0, right: 0 };
    names.set(name, {
      planned: counts.planned + 1,
      right: counts.right + (wrong.length === 0 ? 1 : 0),
    });
  }
  const told = [...names].map(([name, { planned, right }]) => `${name} ${right}/${planned}`);
  return told.length === 0 ? '—' : told.sort().join(', ');
}

/** The callers of the mix, a line each: how many there were, and how many ended as planned. */
export function callerTable(
  ended: readonly EndedCall[],
  callers: readonly Pick<ReadyCaller, 'name' | 'weight' | 'expect'>[],
): string[] {
  const sum = weightOf(callers);
  const rows = callers.map(({ name, weight, expect }) => {
    const own = ended.filter(({ caller }) => caller === name);
    const right = own.filter(({ wrong }) => wrong.length === 0).length;
    const share = ended.length === 0 ? '—' : `${Math.round((100 * own.length) / ended.length)} %`;
    const planned = `${expect.status}, ${expect.disposition}`;
    return [name, planned, `${Math.round((100 * weight) / sum)} %`, share, `${right} из ${own.length}`];
  });
  return table(['абонент', 'должно выйти', 'в смеси', 'было', 'так и вышло'], rows);
}

/** Every figure of the run. */
export function figureTable(figures: SoakFigures): string[] {
  const { before, after, gapMs, gapOnRecordingMs } = figures;
  const late = gapMs.max === undefined ? '' : `, наибольшая ${ms(gapMs.max)}`;
  const last = figures.samples.at(-1);
  return table(
    ['что', 'сколько'],
    [
      ['пауза до ответа по журналам, p50 / p95 / p99, мс', `${three(gapMs, ms)}${late} (${gapMs.count})`],
      ['она же на записях, по звуку', `${three(gapOnRecordingMs, ms)} (${gapOnRecordingMs.count})`],
      [
        'RTP-пакеты опаздывают после разогрева, p50 / p95 / p99, мс',
        `${three(after.latenessMs, tenth)}, наибольшее ${ms(after.latenessMs.max)} (пакетов ${after.latenessMs.count}, не дошло ${after.lost})`,
      ],
      [
        'event loop опаздывает после разогрева, p50 / p99 / наибольшее, мс',
        `${tenth(after.loopDelayOfRunMs.p50)} / ${tenth(after.loopDelayOfRunMs.p99)} / ${ms(after.loopDelayOfRunMs.max)}`,
      ],
      ['процессор HALO под нагрузкой, % ядра', figures.cpuPercent.toFixed(0)],
      ['машина занята всеми программами, в среднем / наибольшее, %', busyOf(figures.samples)],
      [
        'куча после сборки: до первого / под нагрузкой / после последнего, МБ',
        `${mb(before.heap)} / ${mb(last?.heap)} / ${mb(after.heap)}`,
      ],
      ['RSS: до / под нагрузкой / после, МБ', `${mb(before.rss)} / ${mb(last?.rss)} / ${mb(after.rss)}`],
      ['открыто: до первого звонка / после последнего', `${total(before.handles)} / ${total(after.handles)}`],
      ['отказы речевых сервисов', String(figures.providerFailures)],
    ],
  );
}

export function verdictLines(verdicts: readonly Verdict[]): string[] {
  return verdicts.map(({ what, holds }) => {
    const told = holds === null ? 'не судим' : holds ? 'сбылось' : 'НЕ СБЫЛОСЬ';
    return `  ${told.padEnd(10)}  ${what}`;
  });
}

/** Each call that went otherwise: which, how, and how to see it. */
export function wrongLines(ended: readonly EndedCall[], out: string): string[] {
  return ended
    .filter(({ wrong }) => wrong.length > 0)
    .flatMap(({ callId, nth, caller, wrong, got }) => [
      `  звонок ${nth} «${caller}», ${callId}: ${wrong.join('; ')} (${got.reason ?? 'без причины'})`,
      `    npm run replay -- ${relative(process.cwd(), out)}/${callId}.jsonl`,
    ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, at) =>
    Math.max(name.length, ...rows.map((cells) => (cells[at] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

/** Where it is near 100, what is late is the machine's doing. */
function busyOf(samples: readonly Sample[]): string {
  const percents = samples.slice(1).map(({ machinePercent }) => machinePercent);
  if (percents.length === 0) return '—';
  const mean = percents.reduce((sum, percent) => sum + percent, 0) / percents.length;
  return `${ms(mean)} / ${ms(Math.max(...percents))}`;
}

function three({ p50, p95, p99 }: Summary, tell: (value: number | undefined) => string): string {
  return [p50, p95, p99].map(tell).join(' / ');
}

function ms(value: number | undefined): string {
  return value === undefined ? '—' : value.toFixed(0);
}

function tenth(value: number | undefined): string {
  return value === undefined ? '—' : value.toFixed(1);
}

function mb(bytes: number | undefined): string {
  return bytes === undefined ? '—' : (bytes / MB).toFixed(0);
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
