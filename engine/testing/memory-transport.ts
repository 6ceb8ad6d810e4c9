import type { MediaAddress, MediaSocket, MediaTransport, PacketListener } from '../ports/media-transport.ts';

/** A network inside the process: datagrams are copied and delivered in order through `setImmediate`, none is lost. */
export class MemoryTransport implements MediaTransport {
  readonly #sockets = new Map<string, MemorySocket>();
  #nextPort = 20_000;

  open(): Promise<MediaSocket> {
    const local = { address: '127.0.0.1', port: this.#nextPort };
    this.#nextPort += 2;
    const socket = new MemorySocket(
      local,
      (bytes, to) => this.#sockets.get(key(to))?.deliver(bytes, local),
      () => this.#sockets.delete(key(local)),
    );
    this.#sockets.set(key(local), socket);
    return Promise.resolve(socket);
  }
}

class MemorySocket implements MediaSocket {
  readonly local: MediaAddress;
  readonly #route: (bytes: Uint8Array, to: MediaAddress) => void;
  readonly #leave: () => void;
  #listener: PacketListener | undefined;
  #closed = false;

  constructor(local: MediaAddress, route: (bytes: Uint8Array, to: MediaAddress) => void, leave: () => void) {
    this.local = local;
    this.#route = route;
    this.#leave = leave;
  }

  send(bytes: Uint8Array, to: MediaAddress): void {
    if (this.#closed) return;
    const copy = bytes.slice();
    setImmediate(() => this.#route(copy, to));
  }

  deliver(bytes: Uint8Array, from: MediaAddress): void {
    if (!this.#closed) this.#listener?.(bytes, from, 0);
  }

  onPacket(listener: PacketListener): void {
    this.#listener = listener;
  }

  poll(): void {
    return;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#leave();
    return Promise.resolve();
  }
}

function key({ address, port }: MediaAddress): string {
  return `${address}:${port}`;
}
