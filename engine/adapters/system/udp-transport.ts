import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type {
  MediaAddress,
  MediaSocket,
  MediaTransport,
  PacketListener,
} from '../../ports/media-transport.ts';

export interface UdpTransportOptions {
  /** IPv4 or IPv6 literal to bind; 127.0.0.1 by default, so that nothing is open to the network unasked. */
  readonly address?: string;
  /** Even ports of this range are used (RFC 3550 §11), both ends included. Without it the system chooses. */
  readonly ports?: { readonly from: number; readonly to: number };
}

/** Holds about two seconds of packets while this process is busy. The kernel may grant less. */
const RECEIVE_BUFFER_BYTES = 256 * 1024;

/** RTP over UDP. One socket a call; errors of the network are counted, not thrown. */
export class UdpTransport implements MediaTransport {
  readonly #address: string;
  readonly #ports: readonly number[];
  #nextPort = 0;

  /** Throws RangeError when the address is no IP literal or the range holds no even port. */
  constructor({ address = '127.0.0.1', ports }: UdpTransportOptions = {}) {
    if (isIP(address) === 0)
      throw new RangeError(`the media address must be an IP literal, not «${address}»`);
    this.#address = address;
    this.#ports = ports === undefined ? [0] : evenPorts(ports.from, ports.to);
  }

  async open(): Promise<UdpSocket> {
    // Ports are taken in turn, so that one just freed rests: late packets of its last call find nobody.
    for (let tried = 0; tried < this.#ports.length; tried++) {
      const port = this.#ports[this.#nextPort]!;
      this.#nextPort = (this.#nextPort + 1) % this.#ports.length;
      const socket = await bind(this.#address, port);
      if (socket !== undefined) return new UdpSocket(socket);
    }
    throw new Error(
      `no free UDP port on ${this.#address} (${this.#ports.length} tried): widen the RTP port range or end some calls`,
    );
  }
}

export class UdpSocket implements MediaSocket {
  readonly local: MediaAddress;
  readonly #socket: Socket;
  #listener: PacketListener | undefined;
  #closed: Promise<void> | undefined;
  #sendErrors = 0;

  /** Takes a bound socket over. */
  constructor(socket: Socket) {
    this.#socket = socket;
    const { address, port } = socket.address();
    this.local = { address, port };
    socket.on('message', (bytes, from) => this.#listener?.(bytes, from));
    // ICMP «port unreachable» and the like: the far end is gone, the call's other signs will tell.
    socket.on('error', this.#countError);
  }

  /** Datagrams that the system refused to send, and errors it reported about the socket. */
  get sendErrors(): number {
    return this.#sendErrors;
  }

  send(bytes: Uint8Array, to: MediaAddress): void {
    if (this.#closed !== undefined) return;
    try {
      this.#socket.send(bytes, to.port, to.address, this.#countError);
    } catch {
      // dgram throws at once on a port outside 1…65535.
      this.#sendErrors += 1;
    }
  }

  onPacket(listener: PacketListener): void {
    this.#listener = listener;
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#listener = undefined;
      this.#socket.close(() => resolve());
    });
    return this.#closed;
  }

  readonly #countError = (error: Error | null): void => {
    if (error !== null) this.#sendErrors += 1;
  };
}

/** Undefined when the port is taken; rejects on any other error, such as an address that is not this machine's. */
function bind(address: string, port: number): Promise<Socket | undefined> {
  const family = isIP(address) === 6 ? 6 : 4;
  let known: string | undefined;
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    // Only literals are sent to: no DNS, and no detour over its thread pool for each packet. A call has one far end.
    lookup: (host, _options, done) => {
      if (host !== known) {
        if (isIP(host) === 0) return done(new Error(`not an IP literal: ${host}`), host, family);
        known = host;
      }
      done(null, host, family);
    },
  });
  return new Promise((resolve, reject) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(new Error(`cannot bind UDP ${address}:${port}: ${error.message}`, { cause: error }));
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function evenPorts(from: number, to: number): readonly number[] {
  const first = from + (from % 2);
  const count = Math.floor((to - first) / 2) + 1;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 1 || to > 65_535 || count < 1) {
    throw new RangeError(`the RTP port range ${from}–${to} must hold an even port between 1 and 65535`);
  }
  return Array.from({ length: count }, (_, i) => first + 2 * i);
}
