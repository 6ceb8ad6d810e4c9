/**
 * The process under test: the engine as compose.ts puts it together (Silero, resampler, UDP, ticker, recordings on
 * disk, OpenAI adapters), and nothing else. Fillers are left out, or they would hide how late a reply is.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { createOpenAi } from '../../engine/adapters/openai/openai.ts';
import { SystemFrameTicker } from '../../engine/adapters/system/frame-ticker.ts';
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import { callTransport } from '../../engine/adapters/system/call-transport.ts';
import { WavRecordings } from '../../engine/adapters/system/wav-recordings.ts';
import { Exchange } from '../../engine/call/exchange.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { loadResampler } from '../../engine/media/resampler.ts';
import { gatedSilero } from '../../engine/media/gated-vad.ts';
import { loadSileroWeights } from '../../engine/media/silero-weights.ts';
import type { FrameTicker } from '../../engine/ports/clock.ts';
import { PROFILES } from '../latency/profiles.ts';
import { TimeCounts } from '../latency/time-counts.ts';
import { createBenchTelephony } from './bench-telephony.ts';
import type { EngineFigures, EngineNews, EngineOrder, EngineSetup, Memory } from './messages.ts';
import { stubSpeech } from './stub-speech.ts';

/** Seldom: each look wakes the process that is measured. */
const LOOP_PROBE_MS = 50;
const COLLECTIONS = 2;

const setup = JSON.parse(process.argv[2] ?? '{}') as EngineSetup;
await loadResampler();
const weights = loadSileroWeights();
const openAi = createOpenAi({ apiKey: 'bench', baseUrl: setup.baseUrl });
const stubs = stubSpeech(PROFILES.usual);
const telephony = createBenchTelephony(tell);

interface Window {
  readonly startedMs: number;
  readonly cpu: NodeJS.CpuUsage;
  readonly loop: IntervalHistogram;
  readonly lateMs: TimeCounts;
}
let window: Window | undefined;
let failed = 0;
let providerFailures = 0;
const troubles: string[] = [];

const beats = new SystemFrameTicker();
const ticker: FrameTicker = {
  start: (onFrame, afterwards) =>
    beats.start((frame, lateMs) => {
      window?.lateMs.add(lateMs);
      onFrame(frame, lateMs);
    }, afterwards),
};

const exchange = new Exchange({
  ports: {
    clock: systemClock,
    ticker,
    transport: await callTransport(),
    telephony,
    stt: setup.mode === 'http' ? openAi.stt : stubs.stt,
    operator: setup.mode === 'stubs' ? stubs.operator : openAi.operator,
    tts: setup.mode === 'stubs' ? stubs.tts : openAi.tts,
    clauseFirst: true,
    recordings: new WavRecordings(join(setup.dataDir, 'recordings')),
    createVad: () => gatedSilero(weights),
    ringTimeoutMs: 30_000,
    languages: openAi.abilities.languages,
  },
  // Storing is PostgreSQL's work, in another process.
  journal: { append: async () => undefined },
  maxCalls: setup.maxCalls,
  onTrouble: (_callId, what, error) => troubles.push(`${what}: ${String(error)}`),
});
exchange.subscribe((event) => {
  if (event.type === 'call.ended' && event.status !== 'completed') failed += 1;
  if (event.type === 'provider.failed') {
    providerFailures += 1;
    troubles.push(`${event.stage} ${event.code}: ${event.message}`);
  }
});

/** Holds so many calls at once until `let go`: who has hung up is called again. */
let lanes: readonly Promise<void>[] = [];
const hangUps = new Set<() => void>();
let holding = false;
let placed = 0;

function hold(calls: number, rampMs: number): void {
  holding = true;
  let begun = 0;
  lanes = Array.from({ length: calls }, async (_, lane) => {
    await new Promise((resolve) => setTimeout(resolve, (lane * rampMs) / calls));
    begun += 1;
    if (begun === calls) tell({ type: 'held' });
    while (holding) await place();
  });
}

async function place(): Promise<void> {
  const nth = placed++;
  const { ended, hangup } = exchange.place({
    callId: toCallId(randomUUID()),
    phone: `+7901${String(1_000_000 + nth).padStart(7, '0')}`,
    language: nth % 2 === 0 ? 'ru' : 'en',
    voice: 'female',
    prompt: '',
  });
  hangUps.add(hangup);
  await ended;
  hangUps.delete(hangup);
}

async function letGo(): Promise<void> {
  holding = false;
  for (const hangUp of hangUps) hangUp();
  await Promise.all(lanes);
  tell({ type: 'gone' });
}

function weigh(): Memory {
  // What the first round frees lets go of typed arrays in the second.
  for (let i = 0; i < COLLECTIONS; i++) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
}

function measure(): void {
  failed = 0;
  providerFailures = 0;
  const loop = monitorEventLoopDelay({ resolution: LOOP_PROBE_MS });
  loop.enable();
  window = { startedMs: performance.now(), cpu: process.cpuUsage(), loop, lateMs: new TimeCounts() };
}

function report({ startedMs, cpu: before, loop, lateMs }: Window): EngineFigures {
  const cpu = process.cpuUsage(before);
  const cpuPercent = (cpu.user + cpu.system) / 10 / (performance.now() - startedMs);
  loop.disable();
  const overMs = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - LOOP_PROBE_MS);
  window = undefined;
  return {
    calls: exchange.liveCalls().length,
    cpuPercent,
    beatLatenessMs: lateMs.summary(),
    loopDelayMs: {
      p50: overMs(loop.percentile(50)),
      p99: overMs(loop.percentile(99)),
      max: overMs(loop.max),
    },
    failed,
    providerFailures,
    troubles: troubles.splice(0).slice(0, 5),
  };
}

function tell(news: EngineNews): void {
  process.send?.(news);
}

process.on('message', (order: EngineOrder) => {
  switch (order.type) {
    case 'answered':
    case 'failed':
      telephony.take(order);
      break;
    case 'hold':
      hold(order.calls, order.rampMs);
      break;
    case 'measure':
      measure();
      tell({ type: 'measuring' });
      break;
    case 'report':
      if (window === undefined) throw new Error('nothing is being measured');
      tell({ type: 'figures', figures: report(window) });
      break;
    case 'weigh':
      tell({ type: 'weight', memory: weigh() });
      break;
    case 'let go':
      void letGo();
  }
});
process.once('disconnect', () => {
  openAi.close();
  process.exit(0);
});
tell({ type: 'ready' });
