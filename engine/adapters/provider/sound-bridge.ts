import { randomRtpSender } from '../../media/random-sender.ts';
import { parseRtp } from '../../media/rtp-packet.ts';
import { PAYLOAD_TYPE_PCMU } from '../../media/rtp-sender.ts';
import type { FrameTicker } from '../../ports/clock.ts';
import type { MediaAddress, MediaSocket, MediaTransport } from '../../ports/media-transport.ts';
import { FrameQueue } from './frame-queue.ts';

export interface BridgeDeps {
  readonly ticker: FrameTicker;
  readonly transport: MediaTransport;
}

/**
 * The far end of a call's RTP, on loopback, for somebody who speaks no RTP: the media path stays the one that
 * it is for every telephony, with its address rules and its jitter buffer. The caller's frames leave on a beat of
 * their own; where there are none the packets' clock goes on without them, which is silence and not loss.
 * The assistant's frames come on the media path's beat and are passed on as they come.
 */
export class SoundBridge {
  readonly queue = new FrameQueue();
  readonly #deps: BridgeDeps;
  readonly #socket: MediaSocket;
  #stop: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  private constructor(deps: BridgeDeps, socket: MediaSocket) {
    this.#deps = deps;
    this.#socket = socket;
  }

  /** Binds the socket. Rejects when no port is free. */
  static async open(deps: BridgeDeps): Promise<SoundBridge> {
    return new SoundBridge(deps, await deps.transport.open());
  }

  get local(): MediaAddress {
    return this.#socket.local;
  }

  /** Sound flows from now on, between `remote` (the media path) and `onFrame` and `push`. What was pushed before is gone. */
  start(remote: MediaAddress, onFrame: (frame: Uint8Array) => void): void {
    if (this.#stop !== undefined || this.#closed !== undefined) return;
    this.queue.clear();
    this.#socket.onPacket((bytes, from) => {
      if (from.port !== remote.port || from.address !== remote.address) return;
      const packet = parseRtp(bytes);
      // The bytes are the socket's, and whoever gets the frame keeps it.
      if (packet?.payloadType === PAYLOAD_TYPE_PCMU) onFrame(packet.payload.slice());
    });
    const sender = randomRtpSender();
    this.#stop = this.#deps.ticker.start((frame) => {
      this.#socket.poll();
      const payload = this.queue.pull();
      if (payload !== undefined) this.#socket.send(sender.packet(payload, { frame }), remote);
    });
  }

  /** The caller's sound, μ-law, in pieces of any size. */
  push(bytes: Uint8Array): void {
    if (this.#stop !== undefined) this.queue.push(bytes);
  }

  /** Idempotent; resolves when the socket is free. */
  close(): Promise<void> {
    this.#stop?.();
    this.queue.clear();
    this.#closed ??= this.#socket.close();
    return this.#closed;
  }
}
