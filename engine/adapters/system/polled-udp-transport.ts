import type {
  MediaAddress,
  MediaSocket,
  MediaTransport,
  PacketListener,
} from '../../ports/media-transport.ts';
import { PortsInTurn, type PortRange } from './ports-in-turn.ts';
import {
  RECEIVES_AT_ONCE,
  socketAddress,
  type Received,
  type SocketAddress,
  type SocketCalls,
  type SocketHandle,
} from './socket-calls.ts';

export interface PolledUdpOptions {
  /** IPv4 literal to bind. */
  readonly address: string;
  readonly ports?: PortRange | undefined;
}

/** Of one socket in one poll: who is flooded is not served before his neighbours. */
const MOST_A_POLL = 64;
/** More than the kernel keeps for a socket. */
const MOST_WAITING = 1024;

/**
 * RTP over UDP and IPv4, read when the owner's beat asks for it. A call takes one frame from its jitter buffer in a beat,
 * so that nothing is won by waking for each packet: at 50 calls that (with Node's buffer of 64 kB a packet) was 15 % of the
 * engine's time. When a packet came is told by the kernel's stamp, whatever the process did meanwhile.
 */
export class PolledUdpTransport implements MediaTransport {
  readonly #calls: SocketCalls;
  readonly #address: string;
  readonly #ports: PortsInTurn;

  /** Throws RangeError when the address is no IPv4 literal or the range holds no even port. */
  constructor(calls: SocketCalls, { address, ports }: PolledUdpOptions) {
    if (socketAddress(address, 0) === undefined)
      throw new RangeError(`the media address must be an IPv4 literal, not «${address}»`);
    this.#calls = calls;
    this.#address = address;
    this.#ports = new PortsInTurn(ports);
  }

  open(): Promise<PolledUdpSocket> {
    return this.#ports.open(this.#address, async (port) => {
      const opened = this.#calls.open(this.#address, port);
      if (opened === 'EADDRINUSE') return undefined;
      if (typeof opened === 'string') throw new Error(`cannot bind UDP ${this.#address}:${port}: ${opened}`);
      return new PolledUdpSocket(this.#calls, opened.handle, { address: this.#address, port: opened.port });
    });
  }
}

export class PolledUdpSocket implements MediaSocket {
  readonly local: MediaAddress;
  readonly #calls: SocketCalls;
  /** Undefined once it is closed: the system gives the number to others. */
  #handle: SocketHandle | undefined;
  #listener: PacketListener | undefined;
  /** A call has one far end: its address is put together and read once. */
  #to: { readonly address: MediaAddress; readonly bytes: SocketAddress | undefined } | undefined;
  #from: { readonly address: MediaAddress; readonly bits: number } | undefined;
  #sendErrors = 0;

  /** Takes a bound socket over. */
  constructor(calls: SocketCalls, handle: SocketHandle, local: MediaAddress) {
    this.#calls = calls;
    this.#handle = handle;
    this.local = local;
  }

  /** Datagrams that the system refused to send. */
  get sendErrors(): number {
    return this.#sendErrors;
  }

  send(bytes: Uint8Array, to: MediaAddress): void {
    if (this.#handle === undefined) return;
    if (this.#to?.address !== to) this.#to = { address: to, bytes: socketAddress(to.address, to.port) };
    const sent = this.#to.bytes !== undefined && this.#calls.send(this.#handle, bytes, this.#to.bytes);
    if (!sent) this.#sendErrors += 1;
  }

  onPacket(listener: PacketListener): void {
    // What came before is nobody's: a call would hear the ringing of a minute ago, and go on that much late.
    if (this.#listener === undefined) this.#read(MOST_WAITING);
    this.#listener = listener;
  }

  poll(): void {
    this.#read(MOST_A_POLL);
  }

  #read(most: number): void {
    let received = 0;
    let count = RECEIVES_AT_ONCE;
    while (this.#handle !== undefined && count === RECEIVES_AT_ONCE && received < most) {
      count = this.#calls.receive(this.#handle, this.#deliver);
      received += count;
    }
  }

  close(): Promise<void> {
    if (this.#handle !== undefined) this.#calls.close(this.#handle);
    this.#handle = undefined;
    this.#listener = undefined;
    return Promise.resolve();
  }

  readonly #deliver = ({ bytes, address, port, waitedMs }: Received): void => {
    if (this.#from?.bits !== address || this.#from.address.port !== port)
      this.#from = { address: { address: dotted(address), port }, bits: address };
    this.#listener?.(bytes, this.#from.address, waitedMs);
  };
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}
