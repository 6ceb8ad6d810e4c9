import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type { TrunkCodec } from '../../engine/contract/trunk.ts';
import { parseRtp, serialiseRtp } from '../../engine/media/rtp-packet.ts';
import { FRAME_MS, type Clock, type TimerHandle } from '../../engine/ports/clock.ts';
import { CODECS } from './sdp.ts';
import type { Endpoint } from './transport.ts';

const FRAME_SAMPLES = 160;
const TRIES = 40;
const MAX_SOURCES = 20;

export interface RtpSource extends Endpoint {
  readonly packets: number;
  readonly payloadType: number;
}

/** One RTP socket that counts what comes and from where, and sends silence, which also opens a NAT's way back. */
export class RtpProbe {
  readonly port: number;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #sources = new Map<string, RtpSource>();
  #timer: TimerHandle | undefined;
  #closed = false;

  private constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.port = socket.address().port;
    // ICMP refusals of what we send say nothing about what comes.
    socket.on('error', () => {});
    socket.on('message', (bytes, from) => {
      const packet = parseRtp(bytes);
      if (packet === undefined) return;
      const key = `${from.address} ${from.port}`;
      const known = this.#sources.get(key);
      if (known === undefined && this.#sources.size >= MAX_SOURCES) return;
      const { address, port } = from;
      this.#sources.set(key, {
        address,
        port,
        packets: (known?.packets ?? 0) + 1,
        payloadType: packet.payloadType,
      });
    });
  }

  /** On a free even port of `range`, so that the same firewall rules hold as for calls; on any port without one. */
  static async open(
    address: string,
    range: { readonly from: number; readonly to: number } | undefined,
    clock: Clock,
  ): Promise<RtpProbe> {
    const type = isIP(address) === 6 ? 'udp6' : 'udp4';
    for (let attempt = 0; ; attempt++) {
      const port = range === undefined ? 0 : evenPort(range.from, range.to);
      const socket = createSocket(type);
      const bound = await new Promise<Error | undefined>((resolve) => {
        socket.once('error', resolve);
        socket.bind(port, address, () => resolve(undefined));
      });
      if (bound === undefined) return new RtpProbe(socket, clock);
      socket.close();
      if (attempt >= TRIES)
        throw new Error(`нет свободного порта для звука среди ${range?.from}–${range?.to}`, { cause: bound });
    }
  }

  /** Most packets first. */
  sources(): readonly RtpSource[] {
    return [...this.#sources.values()].sort((a, b) => b.packets - a.packets);
  }

  packets(): number {
    return this.sources().reduce((sum, { packets }) => sum + packets, 0);
  }

  /** Sends silence every 20 ms, by deadline, until it is closed. */
  sendSilence(to: Endpoint, codec: TrunkCodec): void {
    const { payloadType, silence } = CODECS[codec];
    const payload = new Uint8Array(FRAME_SAMPLES).fill(silence);
    const ssrc = (Math.random() * 0xffff_ffff) >>> 0;
    const startedMs = this.#clock.now();
    let sequence = 0;
    const tick = (): void => {
      const packet = serialiseRtp(
        { payloadType, marker: sequence === 0, sequence, timestamp: sequence * FRAME_SAMPLES, ssrc },
        payload,
      );
      this.#socket.send(packet, to.port, to.address, () => {});
      sequence += 1;
      this.#timer = this.#clock.setTimeout(tick, startedMs + sequence * FRAME_MS - this.#clock.now());
    };
    tick();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#socket.close();
  }
}

function evenPort(from: number, to: number): number {
  const first = from + (from % 2);
  return first + 2 * Math.floor(Math.random() * Math.max(1, Math.floor((to - first) / 2) + 1));
}
