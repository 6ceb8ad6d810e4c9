import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAsterisk, type AsteriskDeps } from '../../../engine/adapters/asterisk/asterisk.ts';
import type { AsteriskInstall } from '../../../engine/adapters/asterisk/server/install.ts';
import { systemClock } from '../../../engine/adapters/system/system-clock.ts';
import { UdpTransport } from '../../../engine/adapters/system/udp-transport.ts';
import { toCallId } from '../../../engine/contract/ids.ts';
import type { Trunk } from '../../../engine/contract/trunk.ts';
import { muLawEncode } from '../../../engine/media/g711.ts';
import { parseRtp } from '../../../engine/media/rtp-packet.ts';
import type { MediaAddress, MediaSocket } from '../../../engine/ports/media-transport.ts';
import type { DialRequest, LineEvent, Telephony } from '../../../engine/ports/telephony.ts';
import {
  freeSip,
  startEdge,
  startSipp,
  trunkTo,
  type TestServer,
} from '../../../engine/testing/real-asterisk.ts';
import { until } from '../../lib/until.ts';

/** Resolves once `done` holds. Rejects after `timeoutMs`, naming what was waited for. */
export async function soon(
  what: string,
  timeoutMs: number,
  done: () => boolean | Promise<boolean>,
): Promise<void> {
  await until(what, timeoutMs, async () => ((await done()) ? true : undefined));
}

/** A scenario of this folder. */
export function scenario(name: string): string {
  return fileURLToPath(new URL(`${name}.xml`, import.meta.url));
}

/** An edge whose trunk `sipp` ends at a SIPp that plays the carrier (carrier.xml). */
export interface Bench {
  readonly edge: TestServer;
  readonly trunks: readonly Trunk[];
  readonly carrier: { readonly address: string; readonly port: number };
  /** Raw μ-law of a tone, for other scenarios. */
  readonly tone: string;
  /** The far end of numbers …2005: what is sent from here, the person says. */
  readonly farSocket: MediaSocket;
  /** An adapter of its own, connected. */
  telephony(more?: Partial<AsteriskDeps>): Promise<Telephony>;
  /** Channels and bridges that Asterisk has now. */
  counts(): Promise<{ readonly channels: number; readonly bridges: number }>;
  close(): Promise<void>;
}

export async function openBench(install: AsteriskInstall, more: readonly Trunk[] = []): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'halo-bench-'));
  const [tone, toneAlaw] = [join(folder, 'tone.ul'), join(folder, 'tone.al')];
  await writeFile(tone, muLawEncode(sine()));
  await writeFile(toneAlaw, Uint8Array.from(sine(), aLaw));
  const farSocket = await new UdpTransport({ address: '127.0.0.2' }).open();
  const carrier = await freeSip('127.0.0.2');
  const trunk = trunkTo(carrier, { name: 'sipp', codecs: ['ulaw', 'alaw'] });
  const trunks = [trunk, ...more];
  const edge = await startEdge(install, { trunks });
  const keys = ['-key', 'tone', tone, '-key', 'tone_alaw', toneAlaw];
  const sipp = await startSipp(
    install,
    scenario('carrier'),
    [...keys, '-key', 'far_port', String(farSocket.local.port)],
    carrier,
  );
  return {
    edge,
    trunks,
    carrier,
    tone,
    farSocket,
    telephony: async (deps = {}) => {
      const telephony = createAsterisk({
        clock: systemClock,
        source: () => Promise.resolve(edge.server.ari),
        trunks: [trunk],
        simulated: false,
        inbound: false,
        ...deps,
      });
      await soon('Asterisk is connected', 20_000, () => telephony.state().kind === 'ready');
      return telephony;
    },
    counts: async () => {
      const { url, user, password } = edge.server.ari;
      const count = async (what: string) => {
        const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
        const answer = await fetch(`${url}/ari/${what}`, { headers: { authorization, connection: 'close' } });
        return ((await answer.json()) as unknown[]).length;
      };
      return { channels: await count('channels'), bridges: await count('bridges') };
    },
    close: async () => {
      await sipp.stop();
      await edge.remove();
      await farSocket.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One call as a test sees it. */
export async function place(telephony: Telephony, phone: string, more: Partial<DialRequest> = {}) {
  const socket = await new UdpTransport().open();
  const events: (LineEvent & { readonly atMs: number })[] = [];
  /** μ-law payloads of 20 ms, by the address they came from. */
  const heard: { readonly from: MediaAddress; readonly payload: Uint8Array; readonly payloadType: number }[] =
    [];
  socket.onPacket((bytes, from) => {
    const packet = parseRtp(bytes.slice());
    if (packet !== undefined) heard.push({ from, payload: packet.payload, payloadType: packet.payloadType });
  });
  const startedMs = systemClock.now();
  const request: DialRequest = {
    callId: toCallId(randomUUID()),
    phone,
    localMedia: socket.local,
    ringTimeoutMs: 20_000,
    language: 'ru',
    ...more,
  };
  const line = telephony.dial(
    request,
    (event) => events.push({ ...event, atMs: systemClock.now() - startedMs }),
    new AbortController().signal,
  );
  const types = () => events.map(({ type }) => type);
  const of = async <Type extends LineEvent['type']>(type: Type, withinMs = 15_000) => {
    await soon(`${type} is told`, withinMs, () => types().includes(type) || types().includes('ended'));
    const found = events.find((event) => event.type === type);
    if (found === undefined) throw new Error(`no ${type}, but ${JSON.stringify(events)}`);
    return found as Extract<LineEvent, { type: Type }> & { readonly atMs: number };
  };
  return {
    line,
    socket,
    events,
    heard,
    types,
    callId: request.callId,
    answered: (withinMs?: number) => of('answered', withinMs),
    ended: (withinMs?: number) => of('ended', withinMs),
    close: async () => {
      line.hangup();
      await of('ended');
      await socket.close();
    },
  };
}

/** One second of 440 Hz at 8 kHz. */
function sine(): Int16Array {
  return Int16Array.from({ length: 8_000 }, (_, n) =>
    Math.round(8_000 * Math.sin((2 * Math.PI * 440 * n) / 8_000)),
  );
}

/** G.711 A-law of one sample (ITU-T G.711 table 1a), for a carrier that speaks nothing else. */
function aLaw(sample: number): number {
  const magnitude = (sample < 0 ? -sample - 1 : sample) >> 4;
  let exponent = 0;
  for (let rest = magnitude >> 4; rest > 0; rest >>= 1) exponent += 1;
  const mantissa = exponent === 0 ? magnitude : (magnitude >> (exponent - 1)) & 0x0f;
  return ((exponent << 4) | mantissa) ^ (sample < 0 ? 0x55 : 0xd5);
}
