/**
 * Loaded before the product into its process (`node --import`), so that it is weighed as it is: nothing of it knows of
 * this. Answers `ProbeOrder`s over the process' channel; sees RTP sockets by Node's own diagnostics channel.
 */
import type { Socket } from 'node:dgram';
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { parseRtp } from '../../engine/media/rtp-packet.ts';
import { Arrivals } from '../calls/arrivals.ts';
import { countHandles } from './handles.ts';
import { TimeCounts } from '../latency/time-counts.ts';
import type { Look, LoopDelays, ProbeNews, ProbeOrder, Weight } from './messages.ts';

const LOOP_PROBE_MS = 10;
/** What the first round frees lets go of typed arrays in the second. */
const COLLECTIONS = 2;

const loop = monitorEventLoopDelay({ resolution: LOOP_PROBE_MS });
let run = newRun();
let sockets = 0;

function newRun() {
  const loopOfRun = monitorEventLoopDelay({ resolution: LOOP_PROBE_MS });
  loopOfRun.enable();
  return { loop: loopOfRun, lateness: new TimeCounts(), lost: 0 };
}

// https://nodejs.org/api/diagnostics_channel.html: `udp.socket` tells of every UDP socket of the process.
subscribe('udp.socket', (message) => watch((message as { socket: Socket }).socket));
loop.enable();

function watch(socket: Socket): void {
  const arrivals = new Arrivals();
  sockets += 1;
  socket.on('message', (bytes) => {
    const packet = parseRtp(bytes);
    if (packet !== undefined) arrivals.add(packet, performance.now(), true);
  });
  socket.once('close', () => {
    sockets -= 1;
    for (const lateMs of arrivals.latenessMs()) run.lateness.add(lateMs);
    run.lost += arrivals.lost;
  });
}

function look(): Look {
  const { user, system } = process.cpuUsage();
  const seen: Look = {
    rss: process.memoryUsage.rss(),
    handles: countHandles(sockets),
    loopDelayMs: delaysOf(loop),
    loopDelayOfRunMs: delaysOf(run.loop),
    latenessMs: run.lateness.summary(),
    lost: run.lost,
    cpuMs: (user + system) / 1000,
  };
  loop.reset();
  return seen;
}

function delaysOf(histogram: IntervalHistogram): LoopDelays {
  const overMs = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - LOOP_PROBE_MS);
  return {
    p50: overMs(histogram.percentile(50)),
    p99: overMs(histogram.percentile(99)),
    max: overMs(histogram.max),
  };
}

function weigh(): Weight {
  const startedMs = performance.now();
  for (let i = 0; i < COLLECTIONS; i += 1) globalThis.gc?.();
  const collectedInMs = performance.now() - startedMs;
  const { heapUsed, heapTotal, external } = process.memoryUsage();
  return { ...look(), heap: heapUsed + external, heapTotal, anonymous: anonymousBytes(), collectedInMs };
}

/** proc(5): RssAnon, in kB. */
function anonymousBytes(): number | undefined {
  try {
    const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

function tell(news: ProbeNews): void {
  process.send?.(news);
}

process.on('message', (order: ProbeOrder) => {
  switch (order.type) {
    case 'look':
      return tell({ type: 'looked', look: look() });
    case 'weigh':
      return tell({ type: 'weighed', weight: weigh() });
    case 'begin':
      run.loop.disable();
      run = newRun();
      return tell({ type: 'begun' });
  }
});
// Whoever started this is gone, whatever became of him: the product ends as it always does.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// The channel keeps nobody alive.
process.channel?.unref();
