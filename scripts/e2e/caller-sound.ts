import { SystemFrameTicker } from '../../engine/adapters/system/frame-ticker.ts';
import { UdpTransport } from '../../engine/adapters/system/udp-transport.ts';
import { muLawEncode } from '../../engine/media/g711.ts';
import { randomRtpSender } from '../../engine/media/random-sender.ts';
import { parseRtp } from '../../engine/media/rtp-packet.ts';
import type { MediaAddress, MediaSocket } from '../../engine/ports/media-transport.ts';

export interface HeardPacket {
  readonly payloadType: number;
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

const FRAME_SAMPLES = 160;
const ticker = new SystemFrameTicker();

/** The sound of a caller whose signalling is SIPp's: hears everything, and speaks to where the first packet came from. */
export class CallerSound {
  readonly packets: HeardPacket[] = [];
  readonly #socket: MediaSocket;
  readonly #stop: () => void;
  #peer: MediaAddress | undefined;
  #pcm: Int16Array = new Int16Array(0);
  #said: () => void = () => undefined;

  private constructor(socket: MediaSocket) {
    this.#socket = socket;
    socket.onPacket((datagram, from) => {
      this.#peer ??= from;
      const packet = parseRtp(datagram.slice());
      if (packet === undefined) return;
      const { payloadType, sequence, payload } = packet;
      this.packets.push({ payloadType, sequence, bytes: payload, atMs: performance.now() });
    });
    const sender = randomRtpSender();
    this.#stop = ticker.start((frame) => {
      const samples = new Int16Array(FRAME_SAMPLES);
      samples.set(this.#pcm.subarray(0, FRAME_SAMPLES));
      this.#pcm = this.#pcm.slice(FRAME_SAMPLES);
      if (this.#peer !== undefined) socket.send(sender.packet(muLawEncode(samples), { frame }), this.#peer);
      if (this.#pcm.length === 0) this.#said();
    });
  }

  static async open(): Promise<CallerSound> {
    return new CallerSound(await new UdpTransport().open());
  }

  get port(): number {
    return this.#socket.local.port;
  }

  /** Resolves when the last of it (8 kHz mono) is sent; silence is sent before and after. */
  say(pcm: Int16Array): Promise<void> {
    this.#pcm = pcm;
    return new Promise((resolve) => (this.#said = resolve));
  }

  /** All that was heard, as μ-law. */
  heard(): Buffer {
    return Buffer.concat(this.packets.map(({ bytes }) => bytes));
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#socket.close();
  }
}
