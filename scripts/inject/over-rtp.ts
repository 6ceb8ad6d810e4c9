import { lookup } from 'node:dns/promises';
import { writeFile } from 'node:fs/promises';
import { SystemFrameTicker } from '../../engine/adapters/system/frame-ticker.ts';
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import { UdpTransport } from '../../engine/adapters/system/udp-transport.ts';
import { FaultyLine, voiceRms } from '../../engine/far-end/line-faults.ts';
import { SubscriberMind } from '../../engine/far-end/subscriber-mind.ts';
import { muLawEncode } from '../../engine/media/g711.ts';
import { randomRtpSender } from '../../engine/media/random-sender.ts';
import { RtpReceiver } from '../../engine/media/rtp-receiver.ts';
import { PAYLOAD_TYPE_PCMU } from '../../engine/media/rtp-sender.ts';
import { writeWav } from '../../engine/media/wav.ts';
import { measureGaps } from '../../engine/observe/gaps.ts';
import { UsageError } from '../lib/usage.ts';
import type { InjectOptions, InjectVia } from './options.ts';
import { Progress } from './progress.ts';
import { allSaid, injectedTurns, stopsOf, type InjectResult } from './result.ts';

/** A conversation of V5 lasts two minutes. */
const LONGEST_MS = 150_000;
const REACTION_MS = 200;
const PATIENCE_MS = 2_000;
const RATE_HZ = 8000;

/**
 * Speaks PCMU (RFC 3551, 20 ms) to somebody's RTP port and hears what comes back from it: no signalling, so whoever is
 * there must know where to send by himself (symmetric RTP). Ends as a person does: when all is said and answered, or
 * after half a minute of silence.
 */
export async function injectOverRtp(
  options: InjectOptions,
  to: Extract<InjectVia, { kind: 'rtp' }>,
  pcms: readonly Int16Array[],
  print: (line: string) => void,
): Promise<InjectResult> {
  const remote = { address: await addressOf(to.host), port: to.port };
  const socket = await new UdpTransport({ address: remote.address.includes(':') ? '::' : '0.0.0.0' }).open();
  const receiver = new RtpReceiver({ remote, payloadType: PAYLOAD_TYPE_PCMU });
  socket.onPacket((bytes, from) => receiver.push(bytes, from, systemClock.now()));
  const steps = options.turns.map(
    ({ when }, at) => ({ do: 'say', pcm: pcms[at] ?? new Int16Array(0), when }) as const,
  );
  const mind = new SubscriberMind({ steps, reactionMs: REACTION_MS, patienceMs: PATIENCE_MS });
  const line = new FaultyLine(options.faults ?? {}, voiceRms(pcms));
  const sender = randomRtpSender();
  const said: Int16Array[] = [];
  const heard: Int16Array[] = [];
  print(
    `Говорю в ${remote.address}:${remote.port} с порта ${socket.local.port}; трубку положу, когда договорю и дослушаю`,
  );
  const progress = new Progress(options.turns, print);
  const interrupted = new AbortController();
  await new Promise<void>((resolve) => {
    const ticker = new SystemFrameTicker();
    const end = (): void => {
      stop();
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      resolve();
    };
    const interrupt = (): void => {
      interrupted.abort();
      print('Прерываю');
      end();
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    const stop = ticker.start((frame) => {
      // The receiver's frame is its own again at the next beat.
      const samples = receiver.pull().samples.slice();
      const did = mind.beat(samples);
      progress.beat(frame * 20, receiver.stats().received, mind.begun);
      if ('hangUp' in did || frame * 20 > LONGEST_MS) return end();
      const voice = line.colour(did.speak);
      said.push(voice);
      heard.push(samples);
      const packet = sender.packet(muLawEncode(voice), { frame });
      for (const { bytes, delayMs } of line.carry(packet)) {
        if (delayMs === 0) socket.send(bytes, remote);
        else systemClock.setTimeout(() => socket.send(bytes, remote), delayMs);
      }
    });
  });
  await socket.close();
  const sides = { caller: joined(said), assistant: joined(heard), rateHz: RATE_HZ };
  await writeFile(options.out, writeWav(RATE_HZ, [sides.caller, sides.assistant]), { mode: 0o600 });
  const packets = receiver.stats().received;
  const gaps = measureGaps(sides);
  const injected = injectedTurns(options.turns, pcms, sides.caller);
  const reason =
    packets > 0
      ? `${packets} RTP-пакетов пришло в ответ`
      : `с ${to.host}:${to.port} не пришло ни одного RTP-пакета: проверьте адрес, порт и то, что там отвечают отправителю`;
  return {
    ok: packets > 0 && allSaid(injected, options.faults) && !interrupted.signal.aborted,
    call_id: null,
    status: null,
    reason: interrupted.signal.aborted ? `прервано; ${reason}` : reason,
    final_disposition: null,
    expected_disposition: null,
    duration_sec: Math.round(sides.caller.length / RATE_HZ),
    short_summary: null,
    turns: [],
    recording: options.out,
    injected,
    gaps_ms: gaps.map(({ gapMs }) => Math.round(gapMs)),
    interruptions: stopsOf(sides),
    resumed: 0,
    broken_off: 0,
    packets,
  };
}

async function addressOf(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw new UsageError(
      `--via rtp://${host}: имя не находится (${error instanceof Error ? error.message : ''})`,
    );
  }
}

function joined(frames: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(frames.reduce((sum, frame) => sum + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    all.set(frame, at);
    at += frame.length;
  }
  return all;
}
