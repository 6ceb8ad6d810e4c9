import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type {
  MediaAddress,
  MediaSocket,
  MediaTransport,
  PacketListener,
} from '../../ports/media-transport.ts';
import { PortsInTurn, type PortRange } from './ports-in-turn.ts';

export interface UdpTransportOptions {
  /** IPv4 or IPv6 literal to bind; 127.0.0.1 by default, so that nothing is open to the network unasked. */
  readonly address?: string;
  readonly ports?: PortRange | undefined;
}

/** Holds about two seconds of packets while this process is busy. The kernel may grant less. */
const RECEIVE_BUFFER_BYTES = 256 * 1024;

/** RTP over UDP by Node's own sockets. One socket a call; errors of the network are counted, not thrown. */
export class UdpTransport implements MediaTransport {
  readonly #address: string;
  readonly #ports: PortsInTurn;

  /** Throws RangeError when the address is no IP literal or the range holds no even port. */
  constructor({ address = '127.0.0.1', ports }: UdpTransportOptions = {}) {
    if (isIP(address) === 0)
      throw new RangeError(`the media address must be an IP literal, not «${address}»`);
    this.#address = address;
    this.#ports = new PortsInTurn(ports);
  }

  open(): Promise<UdpSocket> {
    return this.#ports.open(this.#address, async (port) => {
      const socket = await bind(this.#address, port);
      return socket && new UdpSocket(socket);
    });
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
    socket.on('message', (bytes, from) => this.#listener?.(bytes, from, 0));
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

  /** Node hands packets over as they come. */
  poll(): void {
    return;
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
