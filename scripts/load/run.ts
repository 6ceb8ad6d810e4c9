import { rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../lib/usage.ts';
import { readyCallers, type ReadyCaller } from './callers.ts';
import { LoadHouse, type LoadHouseOptions } from './house.ts';
import { readMix } from './mix.ts';
import type { LoadOptions } from './options.ts';
import { soak, type SoakFigures, type SoakState } from './soak.ts';
import { callerTable, figureTable, verdictLines, wrongLines } from './tables.ts';
import { memoryOf, MEMORY_WARM_UP_MINUTES, verdicts, type Memory, type Verdict } from './verdict.ts';

export interface RunDeps extends Pick<LoadHouseOptions, 'preload'> {
  readonly stop: AbortSignal;
  readonly print: (line: string) => void;
  readonly onState: (state: SoakState) => void;
  /** SoakOptions.settleMs; 45 s unless told. */
  readonly settleMs?: number;
}

const SETTLE_MS = 45_000;

/** What `--json` writes. */
export interface LoadReport {
  readonly machine: string;
  readonly options: LoadOptions;
  readonly figures: SoakFigures;
  readonly memory: Memory;
  readonly verdicts: readonly Verdict[];
  readonly exitCode: number | null;
  readonly ok: boolean;
}

/**
 * The whole run: the house, the load, the report. Rejects, before anything is started, with ScenarioError for a mix that
 * cannot be read and UsageError for a place that cannot be written to.
 */
export async function runLoad(options: LoadOptions, machine: string, deps: RunDeps): Promise<LoadReport> {
  const mix = await readMix(options.mix);
  await provePlaces(options);
  const folder = await mkdtemp(join(tmpdir(), 'halo-load-'));
  // Where it is ended at once there is no time for good order.
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    // As root, PostgreSQL is another user and must be able to come here.
    await chmod(folder, 0o755);
    const callers = await readyCallers(mix, options.mix, join(folder, 'callers'));
    deps.print(introduction(options, mix.title, machine));
    const { figures, exitCode } = await hold(options, callers, join(folder, 'data'), deps);
    const judged = verdicts(figures, options);
    const all = [...judged, { what: `HALO закончил работу сам, код ${exitCode}`, holds: exitCode === 0 }];
    const ok = !figures.interrupted && all.every(({ holds }) => holds !== false);
    const memory = memoryOf(figures.samples);
    const report = { machine, options, figures, memory, verdicts: all, exitCode, ok };
    if (options.json !== undefined)
      await writeFile(options.json, `${JSON.stringify(report, undefined, 1)}\n`);
    for (const line of reportLines(report, callers)) deps.print(line);
    return report;
  } finally {
    process.off('exit', remove);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    // Nothing went otherwise: nothing is kept.
    await rmdir(options.out).catch(() => undefined);
  }
}

async function hold(
  options: LoadOptions,
  callers: readonly ReadyCaller[],
  dataDir: string,
  { stop, onState, preload = [], settleMs = SETTLE_MS }: RunDeps,
): Promise<{ readonly figures: SoakFigures; readonly exitCode: number | null }> {
  const house = await LoadHouse.open({ dataDir, maxCalls: options.calls, preload });
  try {
    const figures = await soak({ ...options, house, callers, stop, onState, settleMs });
    return { figures, exitCode: await house.close() };
  } catch (error) {
    await house.close();
    throw error;
  }
}

/** Ten minutes later is too late to learn that a report cannot be written. */
async function provePlaces({ out, json }: LoadOptions): Promise<void> {
  const fail = (name: string) => (error: unknown) => {
    throw new UsageError(
      `${name}: сюда не записать: ${error instanceof Error ? error.message : String(error)}`,
    );
  };
  if (json !== undefined) await writeFile(json, '').catch(fail('--json'));
  await mkdir(out, { recursive: true }).catch(fail('--out'));
}

function introduction(
  { seed, calls, perSecond, minutes }: LoadOptions,
  title: string,
  machine: string,
): string {
  return `${machine}
Смесь «${title}», зерно ${seed}; звонков сразу ${calls}, заказов в секунду не больше ${round(perSecond)}, минут ${minutes}.
HALO целиком в отдельном процессе, как npm start: API, очередь набора, встроенная PostgreSQL, речь встроенная (offline).
Смоделированы абоненты и сигнализация, в том же процессе: опоздание пакета включает и опоздание того, кто его принял. RTP настоящий.
Память и открытое считаются в этом процессе; PostgreSQL и синтезатор — другие процессы. Перед взвешиванием мусор собирается
принудительно; эта остановка входит в опоздания.
`;
}

function reportLines(
  { figures, verdicts: all, options }: LoadReport,
  callers: readonly ReadyCaller[],
): string[] {
  return [
    ...(figures.interrupted ? ['Прервано: отчёт по тому, что успело.', ''] : []),
    ...callerTable(figures.ended, callers),
    '',
    ...figureTable(figures),
    '',
    `Память — наименьшими квадратами после разогрева (${MEMORY_WARM_UP_MINUTES} мин от первого заказа):`,
    ...verdictLines(all),
    ...wrongLines(figures.ended, options.out),
    ...figures.troubles.map((trouble) => `  сбой: ${trouble}`),
  ];
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
