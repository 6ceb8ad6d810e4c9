/**
 * The callers, in a process of their own: each has an RTP socket, speaks prompts that were cut into μ-law frames
 * beforehand, and notes when our packets and our voice arrive: by the kernel's stamp, as they stand for telephones on
 * other machines, which need not be woken on this one. One timer beats for all of them.
 */
import { readFileSync } from 'node:fs';
import { SystemFrameTicker } from '../../engine/adapters/system/frame-ticker.ts';
import { callTransport } from '../../engine/adapters/system/call-transport.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { parseWav } from '../../engine/index.ts';
import { muLawEncode } from '../../engine/media/g711.ts';
import { randomRtpSender } from '../../engine/media/random-sender.ts';
import { parseRtp } from '../../engine/media/rtp-packet.ts';
import { FRAME_SAMPLES } from '../../engine/media/rtp-sender.ts';
import { summarise } from '../latency/statistics.ts';
import { Arrivals } from './arrivals.ts';
import { Caller, type CallerNote, type CallerTurn } from './caller.ts';
import type { FarFigures, FarNews, FarOrder, SpokenPrompt } from './messages.ts';

const REACTION_MS = 200;
/** People differ: callers of one ramp must not stay in step. */
const REACTION_SPREAD_MS = 40;

const prompts = JSON.parse(process.argv[2] ?? '[]') as readonly SpokenPrompt[];
const turns = {
  ru: prompts.filter(({ language }) => language === 'ru').map(turnOf),
  en: prompts.filter(({ language }) => language === 'en').map(turnOf),
};
const ticker = new SystemFrameTicker();
const transport = await callTransport();
const lines = new Map<CallId, { readonly close: () => void }>();

let window: { readonly startedMs: number; readonly cpu: NodeJS.CpuUsage } | undefined;
let notes: CallerNote[] = [];
let streams: Arrivals[] = [];

function turnOf({ file, voicedEndMs }: SpokenPrompt): CallerTurn {
  const [pcm = new Int16Array()] = parseWav(readFileSync(file)).samples;
  const frames: Uint8Array[] = [];
  for (let at = 0; at < pcm.length; at += FRAME_SAMPLES) {
    const frame = new Int16Array(FRAME_SAMPLES);
    frame.set(pcm.subarray(at, at + FRAME_SAMPLES));
    frames.push(muLawEncode(frame));
  }
  return { frames, voicedEndMs };
}

async function answer({ callId, media, nth }: Extract<FarOrder, { type: 'dial' }>): Promise<void> {
  const socket = await transport.open();
  const arrivals = new Arrivals();
  streams.push(arrivals);
  const own = nth % 2 === 0 ? turns.ru : turns.en;
  const caller = new Caller(own, {
    first: nth * 5,
    reactionMs: REACTION_MS + (nth % 10) * REACTION_SPREAD_MS,
    note: (note) => {
      if (window !== undefined) notes.push(note);
    },
  });
  socket.onPacket((bytes, from, waitedMs) => {
    // The port may have been another caller's a moment ago.
    if (from.port !== media.port) return;
    const nowMs = performance.now() - waitedMs;
    const packet = parseRtp(bytes);
    if (packet === undefined) return;
    arrivals.add(packet, nowMs, window !== undefined);
    caller.hear(packet.payload, nowMs);
  });
  const sender = randomRtpSender();
  const stop = ticker.start((frame) => {
    socket.poll();
    const payload = caller.beat(performance.now());
    socket.send(sender.packet(payload, { frame }), media);
  });
  lines.set(callId, {
    close: () => {
      stop();
      void socket.close();
    },
  });
  tell({ type: 'answered', callId, remote: socket.local });
}

function measure(): void {
  notes = [];
  // Streams of calls that have ended are done with.
  streams = streams.slice(-lines.size);
  for (const stream of streams) stream.restart();
  window = { startedMs: performance.now(), cpu: process.cpuUsage() };
}

function report({ startedMs, cpu: before }: NonNullable<typeof window>): FarFigures {
  const cpu = process.cpuUsage(before);
  const cpuPercent = (cpu.user + cpu.system) / 10 / (performance.now() - startedMs);
  const latenessMs = streams.flatMap((stream) => stream.latenessMs());
  return {
    gapMs: summarise(notes.flatMap((note) => (note.type === 'gap' ? note.gapMs : []))),
    early: notes.filter(({ type }) => type === 'early').length,
    unanswered: notes.filter(({ type }) => type === 'unanswered').length,
    latenessMs: summarise(latenessMs),
    packets: latenessMs.length,
    lost: streams.reduce((sum, { lost }) => sum + lost, 0),
    cpuPercent,
  };
}

function tell(news: FarNews): void {
  process.send?.(news);
}

process.on('message', (order: FarOrder) => {
  switch (order.type) {
    case 'dial':
      answer(order).catch((error: unknown) =>
        tell({ type: 'failed', callId: order.callId, why: String(error) }),
      );
      break;
    case 'hang up':
      lines.get(order.callId)?.close();
      lines.delete(order.callId);
      break;
    case 'measure':
      measure();
      tell({ type: 'measuring' });
      break;
    case 'progress':
      tell({ type: 'progress', turns: notes.length });
      break;
    case 'report': {
      if (window === undefined) throw new Error('nothing is being measured');
      const figures = report(window);
      window = undefined;
      tell({ type: 'figures', figures });
    }
  }
});
// Also when the bench is killed.
process.once('disconnect', () => process.exit(0));
tell({ type: 'ready' });
