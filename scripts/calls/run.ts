import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROFILES } from '../latency/profiles.ts';
import { percentile } from '../latency/statistics.ts';
import type { Prompt } from '../latency/prompts.ts';
import type { ProviderProcess } from '../latency/provider-process.ts';
import { calmest, type WindowFigures } from './calmest.ts';
import { Child } from './child.ts';
import type {
  EngineNews,
  EngineOrder,
  EngineSetup,
  FarNews,
  FarOrder,
  Memory,
  SpeechMode,
  SpokenPrompt,
} from './messages.ts';
import { startFlags } from '../lib/start-flags.ts';

export interface LoadOptions {
  readonly provider: ProviderProcess;
  readonly prompts: readonly Prompt[];
  readonly dataDir: string;
  readonly mode: SpeechMode;
  readonly calls: number;
  /** How many windows are measured, one behind the other, and how long each is, s. */
  readonly windows: number;
  readonly seconds: number;
  /** It is held open until so many turns were heard, ten times as long at most. */
  readonly leastTurns: number;
  /** How long the process holds two calls before it is weighed and loaded: code is compiled, connections are opened. */
  readonly warmUpSeconds: number;
  /** How long the load is full before the window begins: the compiler is at work for some ten seconds. */
  readonly settleSeconds: number;
  /** Writes a CPU profile of the engine's process there. */
  readonly profileDir?: string;
}

/** What a load comes to: `calmest` of its windows. */
export interface LoadFigures extends WindowFigures {
  readonly mode: SpeechMode;
  readonly calls: number;
  /** The same process before its first call, warmed up by one that is over. */
  readonly empty: Memory;
  /**
   * With the calls, after the last window: collections of garbage between windows would have the process compile anew
   * what is run seldom.
   */
  readonly full: Memory;
  readonly windows: readonly WindowFigures[];
}

const WARM_UP_CALLS = 2;
/** Calls of a ramp begin so far apart, as a dial queue starts them. */
const BETWEEN_CALLS_MS = 120;
const LONGEST_FACTOR = 10;
const POLL_MS = 1_000;
/** The callers stop for their report (100 calls: 200,000 packets to sort) and catch up after it; no window begins in that. */
const AFTER_REPORT_MS = 3_000;
const PROBE_MS = 20;
const LETS_GO_WITHIN_MS = 60_000;

/** Holds so many calls at once in a new process and measures windows in their middle. */
export async function measureLoad(options: LoadOptions): Promise<LoadFigures> {
  const { provider, prompts, mode, calls, dataDir, warmUpSeconds, settleSeconds, profileDir } = options;
  await provider.begin(PROFILES.usual, prompts);
  const setup: EngineSetup = {
    mode,
    baseUrl: provider.baseUrl,
    dataDir,
    maxCalls: Math.max(calls, WARM_UP_CALLS),
  };
  const engine = new Child<EngineOrder, EngineNews>('scripts/calls/engine.ts', setup, [
    '--expose-gc',
    ...startFlags(),
    ...(profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]),
  ]);
  const farEnd = new Child<FarOrder, FarNews>('scripts/calls/far-end.ts', prompts.map(spoken));
  // The bench only carries words between the line's two ends; sound goes between their sockets.
  engine.onNews((news) => {
    if (news.type === 'dial' || news.type === 'hang up') farEnd.tell(news);
  });
  farEnd.onNews((news) => {
    if (news.type === 'answered' || news.type === 'failed') engine.tell(news);
  });
  try {
    await Promise.all([engine.hear('ready'), farEnd.hear('ready')]);
    await engine.ask({ type: 'hold', calls: WARM_UP_CALLS, rampMs: 0 }, 'held');
    await sleep(1000 * warmUpSeconds);
    await engine.ask({ type: 'let go' }, 'gone', LETS_GO_WITHIN_MS);
    const { memory: empty } = await engine.ask({ type: 'weigh' }, 'weight');

    const rampMs = calls * BETWEEN_CALLS_MS;
    await engine.ask({ type: 'hold', calls, rampMs }, 'held', rampMs + LETS_GO_WITHIN_MS);
    await sleep(1000 * settleSeconds);
    const windows: WindowFigures[] = [];
    while (windows.length < options.windows) {
      if (windows.length > 0) await sleep(AFTER_REPORT_MS);
      windows.push(await measureWindow(engine, farEnd, options));
    }
    const { memory: full } = await engine.ask({ type: 'weigh' }, 'weight');
    await engine.ask({ type: 'let go' }, 'gone', LETS_GO_WITHIN_MS);
    return { ...calmest(windows), mode, calls, empty, full, windows };
  } finally {
    await Promise.all([engine.close(), farEnd.close()]);
  }
}

async function measureWindow(
  engine: Child<EngineOrder, EngineNews>,
  farEnd: Child<FarOrder, FarNews>,
  { seconds, leastTurns }: LoadOptions,
): Promise<WindowFigures> {
  await engine.ask({ type: 'measure' }, 'measuring');
  await farEnd.ask({ type: 'measure' }, 'measuring');
  const before = busyMs();
  const probe = probeWakeUps();
  const startedMs = performance.now();
  const passed = () => (performance.now() - startedMs) / 1000;
  await sleep(seconds * 1000);
  while (passed() < LONGEST_FACTOR * seconds) {
    const { turns } = await farEnd.ask({ type: 'progress' }, 'progress');
    if (turns >= leastTurns) break;
    await sleep(POLL_MS);
  }
  const after = busyMs();
  const idleWakeUpP99Ms = probe();
  const measured = passed();
  const [{ figures: far }, { figures: own }] = await Promise.all([
    farEnd.ask({ type: 'report' }, 'figures'),
    engine.ask({ type: 'report' }, 'figures'),
  ]);
  const machinePercent = (100 * (after.busy - before.busy)) / Math.max(1, after.all - before.all);
  return { engine: own, farEnd: far, machinePercent, idleWakeUpP99Ms, seconds: measured };
}

/** Wakes every 20 ms from now on; what it returns ends that and tells the p99 of its lateness, ms. */
function probeWakeUps(): () => number {
  const lateMs: number[] = [];
  let dueMs = performance.now() + PROBE_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    lateMs.push(Math.max(0, nowMs - dueMs));
    dueMs = nowMs + PROBE_MS;
  }, PROBE_MS);
  return () => {
    clearInterval(timer);
    return percentile(lateMs, 0.99) ?? 0;
  };
}

function spoken({ language, file, voiced }: Prompt): SpokenPrompt {
  return { language, file, voicedEndMs: voiced.at(-1)!.endMs };
}

/** All cores' time so far. */
export function busyMs(): { readonly busy: number; readonly all: number } {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const { user, nice, sys, irq, idle } = times;
    busy += user + nice + sys + irq;
    all += user + nice + sys + irq + idle;
  }
  return { busy, all };
}
