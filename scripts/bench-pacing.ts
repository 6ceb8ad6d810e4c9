/**
 * How punctually 20 ms RTP packets leave this process: N streams, each with its own UDP socket on loopback, paced
 * by the engine's ticker, and beside it the naive way, a setInterval a stream. A child process receives.
 *
 *     lateness      when the packet was handed to the system − its deadline (start + n·20 ms)
 *     interarrival  the gap between a stream's packets where they arrive
 *     idle wake-up  how late an idle process wakes from a timer meanwhile: the machine's own share, which no pacing
 *                   can go below (other programs on the cores, or a host that gives the cores to others)
 */
import { fork, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { availableParallelism, cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SystemFrameTicker } from '../engine/adapters/system/frame-ticker.ts';
import { UdpTransport } from '../engine/adapters/system/udp-transport.ts';
import { muLawEncode } from '../engine/media/g711.ts';
import { FRAME_SAMPLES, RtpSender } from '../engine/media/rtp-sender.ts';
import { FRAME_MS } from '../engine/ports/clock.ts';
import type { MediaAddress } from '../engine/ports/media-transport.ts';

const HELP = `How punctually RTP packets leave, by the engine's ticker and by a setInterval a stream.

  npx tsx scripts/bench-pacing.ts [options]

  --streams 1,50,200   how many streams at once, one run each
  --seconds 10         how long each run takes
  --json               one line of JSON instead of a table
  --help

Exit code 1 when the ticker's p99 lateness is above 5 ms in any run.`;

const LIMIT_MS = 5;
const PROBE_MS = 5;

const COLUMNS: readonly (readonly [title: string, width: number])[] = [
  ['streams', 7],
  ['pacing', 11],
  ['lateness p50', 13],
  ['p95', 6],
  ['p99', 6],
  ['max', 6],
  ['interarrival p50', 17],
  ['p95', 6],
  ['p99', 6],
  ['max', 6],
  ['idle wake-up p99', 17],
  ['max', 6],
  ['CPU %', 6],
  ['sent', 6],
  ['arrived', 7],
];

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

interface Run {
  readonly pacing: 'ticker' | 'setInterval';
  readonly streams: number;
  readonly sent: number;
  readonly received: number;
  /** Share of one core that the sending process used, in %. */
  readonly cpuPercent: number;
  readonly latenessMs: Percentiles;
  readonly interarrivalMs: Percentiles;
  readonly idleWakeUpMs: Percentiles;
}

type Pacing = (beat: (frame: number, deadlineMs: number) => void) => () => void;

/** What the receiving process counts. */
interface Arrivals {
  readonly received: number;
  readonly interarrivalMs: Percentiles;
  readonly idleWakeUpMs: Percentiles;
}

if (process.argv.includes('--receive')) receive();
else await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      streams: { type: 'string', default: '1,50,200' },
      seconds: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const seconds = Number(values.seconds);
  const streams = values.streams.split(',').map(Number);
  if (!(seconds > 0 && seconds <= 3600) || streams.some((count) => !Number.isInteger(count) || count < 1)) {
    console.error(`--seconds is a number up to 3600, --streams whole numbers parted by commas\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  const machine = {
    cores: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
    node: process.version,
  };
  if (!values.json) {
    console.log(
      `${machine.cores} cores, ${machine.model}, Node ${machine.node}; ${seconds} s a run, milliseconds\n`,
    );
    console.log(row(COLUMNS.map(([title]) => title)));
  }
  const runs: Run[] = [];
  for (const count of streams) {
    for (const pacing of ['ticker', 'setInterval'] as const) {
      const run = await measure(pacing, count, seconds);
      runs.push(run);
      if (!values.json) console.log(row(cells(run)));
    }
  }
  const held = runs.every((run) => run.pacing !== 'ticker' || run.latenessMs.p99 <= LIMIT_MS);
  const ratios = streams.map((count) => {
    const [ticker, interval] = runs.filter((run) => run.streams === count);
    return { streams: count, p99Ratio: interval!.latenessMs.p99 / ticker!.latenessMs.p99 };
  });
  if (values.json) console.log(JSON.stringify({ machine, seconds, limitMs: LIMIT_MS, held, ratios, runs }));
  else {
    const words = ratios.map(({ streams: count, p99Ratio }) => `${p99Ratio.toFixed(1)}× (${count})`);
    console.log(`\nsetInterval's p99 lateness against the ticker's: ${words.join(', ')}`);
    const worst = Math.max(...runs.map((run) => run.idleWakeUpMs.p99));
    const busy =
      worst > LIMIT_MS ? `; this machine is busy: even an idle process woke ${worst.toFixed(1)} ms late` : '';
    console.log(`p99 lateness ≤ ${LIMIT_MS} ms by the ticker: ${held ? 'held' : 'NOT HELD'}${busy}`);
  }
  if (!held) process.exitCode = 1;
}

/** One run: all streams start within one frame, as calls do that are answered together. */
async function measure(pacing: Run['pacing'], streams: number, seconds: number): Promise<Run> {
  const receiver = await startReceiver();
  const transport = new UdpTransport();
  const sockets = await Promise.all(Array.from({ length: streams }, () => transport.open()));
  const ticker = new SystemFrameTicker();
  const pace: Pacing = pacing === 'ticker' ? byTicker(ticker) : byInterval;
  const tone = Int16Array.from({ length: FRAME_SAMPLES }, (_, i) => 8000 * Math.sin((i * Math.PI) / 10));

  const lateness: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  const stops = sockets.map((socket, i) => {
    const sender = new RtpSender({ ssrc: i, sequence: i, timestamp: i });
    return pace((frame, deadlineMs) => {
      socket.send(sender.packet(muLawEncode(tone), { frame }), receiver.address);
      lateness.push(performance.now() - deadlineMs);
    });
  });
  await sleep(seconds * 1000);
  for (const stop of stops) stop();
  const cpu = process.cpuUsage(cpuBefore);
  const cpuPercent = (cpu.user + cpu.system) / 10 / (performance.now() - startMs);
  const arrivals = await receiver.finish();
  await Promise.all(sockets.map((socket) => socket.close()));
  return {
    pacing,
    streams,
    sent: lateness.length,
    cpuPercent,
    latenessMs: percentiles(lateness),
    ...arrivals,
  };
}

function byTicker(ticker: SystemFrameTicker): Pacing {
  return (beat) => ticker.start((frame, lateMs) => beat(frame, performance.now() - lateMs));
}

/** What one writes first: it drifts, since each interval counts from the last tick, and no two streams share a timer. */
function byInterval(beat: (frame: number, deadlineMs: number) => void): () => void {
  const startMs = performance.now() + FRAME_MS;
  let frame = 0;
  const timer = setInterval(() => {
    beat(frame, startMs + frame * FRAME_MS);
    frame += 1;
  }, FRAME_MS);
  return () => clearInterval(timer);
}

async function startReceiver(): Promise<{ address: MediaAddress; finish(): Promise<Arrivals> }> {
  // execArgv carries tsx's loader over to the child.
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), ['--receive']);
  const [address] = (await once(child, 'message')) as [MediaAddress];
  return {
    address,
    async finish() {
      const answer = once(child, 'message') as Promise<[Arrivals]>;
      child.send('finish');
      const [arrivals] = await answer;
      child.disconnect();
      await once(child, 'exit');
      return arrivals;
    },
  };
}

/** The child: notes when each stream's packets arrive. */
function receive(): void {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 });
  const lastMs = new Map<number, number>();
  const gaps: number[] = [];
  let received = 0;
  socket.on('message', (_, from) => {
    const nowMs = performance.now();
    const before = lastMs.get(from.port);
    if (before !== undefined) gaps.push(nowMs - before);
    lastMs.set(from.port, nowMs);
    received += 1;
  });
  const wakeUps: number[] = [];
  let dueMs = performance.now() + PROBE_MS;
  const probe = setInterval(() => {
    const nowMs = performance.now();
    wakeUps.push(Math.max(0, nowMs - dueMs));
    dueMs = nowMs + PROBE_MS;
  }, PROBE_MS);
  socket.bind(0, '127.0.0.1', () => process.send!(socket.address()));
  process.once('message', () => {
    // What is on its way still counts.
    setTimeout(() => {
      socket.close();
      clearInterval(probe);
      const arrivals: Arrivals = {
        received,
        interarrivalMs: percentiles(gaps),
        idleWakeUpMs: percentiles(wakeUps),
      };
      process.send!(arrivals);
    }, 100);
  });
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function cells({
  streams,
  pacing,
  latenessMs,
  interarrivalMs,
  idleWakeUpMs,
  cpuPercent,
  sent,
  received,
}: Run): string[] {
  const figures = ({ p50, p95, p99, max }: Percentiles): string[] =>
    [p50, p95, p99, max].map((ms) => ms.toFixed(2));
  return [
    String(streams),
    pacing,
    ...figures(latenessMs),
    ...figures(interarrivalMs),
    ...figures(idleWakeUpMs).slice(2),
    cpuPercent.toFixed(1),
    String(sent),
    String(received),
  ];
}

function row(texts: readonly string[]): string {
  return texts.map((text, i) => text.padStart(COLUMNS[i]?.[1] ?? 0)).join(' ');
}
