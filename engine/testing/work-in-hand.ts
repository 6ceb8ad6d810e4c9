import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MediaSocket, MediaTransport, PacketListener } from '../ports/media-transport.ts';

/**
 * Knows of everything that runs in real time while a test's clock is virtual: work that was asked of a port and
 * packets under way. Virtual time stands still until it is done (`settle`).
 */
export class WorkInHand {
  #busy = 0;
  readonly #packets = new Map<number, number>();

  /** Counts a promise until it settles. */
  async watch<T>(work: Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work;
    } finally {
      this.#busy -= 1;
    }
  }

  /** Counts a stream while its consumer waits for it. */
  async *watchStream<T>(stream: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = stream[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.watch(iterator.next());
        if (step.done === true) return;
        yield step.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  /** A transport whose packets are counted from send to receipt. */
  transport(inner: MediaTransport): MediaTransport {
    return { open: async () => this.#socket(await this.watch(inner.open())) };
  }

  /** Sockets that were opened and not closed. */
  get openSockets(): number {
    return this.#packets.size;
  }

  /** Resolves when nothing is under way. A packet that the kernel dropped is waited for 20 ms. */
  async settle(): Promise<void> {
    const giveUpAtMs = performance.now() + 20;
    let turns = 0;
    // The turns count too: on a busy machine 20 ms may pass without the kernel having been asked for packets.
    do await nextTurn();
    while (this.#busy > 0 || (this.#flying() && (++turns < 50 || performance.now() < giveUpAtMs)));
    for (const port of this.#packets.keys()) this.#packets.set(port, 0);
  }

  #flying(): boolean {
    return [...this.#packets.values()].some((count) => count > 0);
  }

  #socket(socket: MediaSocket): MediaSocket {
    const { port } = socket.local;
    let listener: PacketListener = () => undefined;
    this.#packets.set(port, 0);
    // Counted also where nobody listens yet.
    socket.onPacket((bytes, from, waitedMs) => {
      this.#packets.set(port, Math.max(0, (this.#packets.get(port) ?? 0) - 1));
      listener(bytes, from, waitedMs);
    });
    return {
      local: socket.local,
      send: (bytes, to) => {
        const flying = this.#packets.get(to.port);
        if (flying !== undefined) this.#packets.set(to.port, flying + 1);
        socket.send(bytes, to);
      },
      onPacket: (next) => {
        listener = next;
      },
      poll: () => socket.poll(),
      close: () => {
        this.#packets.delete(port);
        return this.watch(socket.close());
      },
    };
  }
}
