import { isIPv4 } from 'node:net';
import { endianness } from 'node:os';
import type koffiModule from 'koffi';

/** One UDP socket over IPv4, as the kernel knows it. Nothing here waits. */
export type SocketHandle = number & { readonly __socket: unique symbol };

/** What one `receive` brought: valid until the next one. */
export interface Received {
  readonly bytes: Uint8Array;
  /** The sender: the address, network byte order in 32 bits, and the port. */
  readonly address: number;
  readonly port: number;
  /** How long it had waited in the kernel, ms. */
  readonly waitedMs: number;
}

/** The C library's calls for sockets, which Node's own API does not offer: reading when one likes, several at once. */
export interface SocketCalls {
  /** Binds a new socket. Answers errno's name where that failed, such as `EADDRINUSE`. */
  open(address: string, port: number): { readonly handle: SocketHandle; readonly port: number } | string;
  /** Sends one datagram. False: the system refused it. */
  send(handle: SocketHandle, bytes: Uint8Array, to: SocketAddress): boolean;
  /** Hands over what waits, RECEIVES_AT_ONCE datagrams at most; returns how many. Longer ones than LONGEST are cut. */
  receive(handle: SocketHandle, each: (received: Received) => void): number;
  close(handle: SocketHandle): void;
}

/** A sockaddr_in (Linux, ip(7)). */
export type SocketAddress = Uint8Array & { readonly __address: unique symbol };

export const RECEIVES_AT_ONCE = 4;
/** No sound is that long: 200 ms of it are 1,600 bytes. */
export const LONGEST = 2048;

// Linux, x86-64 and arm64, glibc and musl alike: <sys/socket.h>, <netinet/in.h>, <time.h>.
const AF_INET = 2;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_TIMESTAMPNS = 35;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const CLOCK_REALTIME = 0;
const ADDRESS_BYTES = 16;
/** cmsghdr and one timespec. */
const CONTROL_BYTES = 32;
/** mmsghdr: msghdr (name, its length, iovec, their count, control, its length, flags) and the datagram's length. */
const HEADER_BYTES = 64;
const IOVEC_BYTES = 16;

/** Holds about two seconds of packets while this process is busy. The kernel may grant less. */
const RECEIVE_BUFFER_BYTES = 256 * 1024;

/**
 * Loads them; undefined on other systems than Linux on x86-64 and arm64, and where the bridge to C (koffi) has no binary.
 */
export async function loadSocketCalls(): Promise<SocketCalls | undefined> {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch) || endianness() !== 'LE')
    return undefined;
  try {
    return bindSocketCalls((await import('koffi')).default);
  } catch {
    return undefined;
  }
}

type Koffi = typeof koffiModule;

function bindSocketCalls(koffi: Koffi): SocketCalls {
  const c = koffi.load(null);
  const socket = c.func('int socket(int domain, int type, int protocol)');
  const setsockopt = c.func(
    'int setsockopt(int fd, int level, int name, const void *value, uint32_t length)',
  );
  const bind = c.func('int bind(int fd, const void *address, uint32_t length)');
  const getsockname = c.func('int getsockname(int fd, void *address, void *length)');
  const sendto = c.func(
    'int64_t sendto(int fd, const void *bytes, size_t length, int flags, const void *address, uint32_t addressLength)',
  );
  const recvmmsg = c.func('int recvmmsg(int fd, void *headers, uint32_t count, int flags, void *timeout)');
  const clockGettime = c.func('int clock_gettime(int clock, void *timespec)');
  const close = c.func('int close(int fd)');

  const batch = new ReceiveBatch(koffi);
  const now = new Uint32Array(new ArrayBuffer(16));
  const intOf = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);
  const errnoName = (): string =>
    Object.entries(koffi.os.errno).find(([, code]) => code === koffi.errno())?.[0] ??
    `errno ${koffi.errno()}`;

  return {
    open: (address, port) => {
      const fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) as number;
      if (fd < 0) return errnoName();
      setsockopt(fd, SOL_SOCKET, SO_RCVBUF, intOf(RECEIVE_BUFFER_BYTES), 4);
      setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, intOf(1), 4);
      if ((bind(fd, socketAddress(address, port), ADDRESS_BYTES) as number) !== 0) {
        const error = errnoName();
        close(fd);
        return error;
      }
      const bound = socketAddress(address, port)!;
      getsockname(fd, bound, intOf(ADDRESS_BYTES));
      return { handle: fd as SocketHandle, port: (bound[2]! << 8) | bound[3]! };
    },
    send: (handle, bytes, to) =>
      (sendto(handle, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL, to, ADDRESS_BYTES) as number) >= 0,
    receive: (handle, each) => {
      const count = recvmmsg(handle, batch.headers, RECEIVES_AT_ONCE, MSG_DONTWAIT, null) as number;
      if (count <= 0) return 0;
      clockGettime(CLOCK_REALTIME, now);
      for (let i = 0; i < count; i++) each(batch.take(i, now));
      return count;
    },
    close: (handle) => void close(handle),
  };
}

/** A sockaddr_in; undefined when the address is no IPv4 literal or the port none. */
export function socketAddress(address: string, port: number): SocketAddress | undefined {
  if (!isIPv4(address) || !Number.isInteger(port) || port < 0 || port > 65_535) return undefined;
  const bytes = new Uint8Array(new ArrayBuffer(ADDRESS_BYTES));
  // The family in the machine's byte order, all else in the network's.
  bytes.set([AF_INET, 0, port >> 8, port & 0xff, ...address.split('.').map(Number)]);
  return bytes as SocketAddress;
}

/**
 * Where the kernel puts datagrams, out of the collector's reach: one batch for all sockets, as it is read before the next
 * call is made. Headers first, then iovecs, addresses, control data and the datagrams themselves.
 */
class ReceiveBatch {
  /** The C pointer to the headers. */
  readonly headers: unknown;
  readonly #headers: Uint32Array;
  readonly #addresses: Uint8Array;
  readonly #control: Uint32Array;
  readonly #datagrams: Uint8Array;

  constructor(koffi: Koffi) {
    const n = RECEIVES_AT_ONCE;
    const iovecsAt = n * HEADER_BYTES;
    const addressesAt = iovecsAt + n * IOVEC_BYTES;
    const controlAt = addressesAt + n * ADDRESS_BYTES;
    const datagramsAt = controlAt + n * CONTROL_BYTES;
    const size = datagramsAt + n * LONGEST;
    this.headers = koffi.alloc('uint8_t', size);
    const base = koffi.address(this.headers);
    const memory = koffi.view(this.headers, size);
    const words = new BigUint64Array(memory, 0, controlAt / 8).fill(0n);
    for (let i = 0; i < n; i++) {
      const iovecAt = iovecsAt + i * IOVEC_BYTES;
      words.set([base + BigInt(datagramsAt + i * LONGEST), BigInt(LONGEST)], iovecAt / 8);
      words.set(
        [
          base + BigInt(addressesAt + i * ADDRESS_BYTES),
          BigInt(ADDRESS_BYTES),
          base + BigInt(iovecAt),
          1n,
          base + BigInt(controlAt + i * CONTROL_BYTES),
          BigInt(CONTROL_BYTES),
        ],
        (i * HEADER_BYTES) / 8,
      );
    }
    this.#headers = new Uint32Array(memory, 0, iovecsAt / 4);
    this.#addresses = new Uint8Array(memory, addressesAt, n * ADDRESS_BYTES);
    this.#control = new Uint32Array(memory, controlAt, (n * CONTROL_BYTES) / 4);
    this.#datagrams = new Uint8Array(memory, datagramsAt, n * LONGEST);
  }

  /** The i-th datagram of the batch, which the kernel may fill again. `now`: a timespec of the wall clock. */
  take(i: number, now: Uint32Array): Received {
    const header = (i * HEADER_BYTES) / 4;
    const length = this.#headers[header + 14]!;
    const stamped = this.#headers[header + 10] === CONTROL_BYTES;
    // The kernel has put the lengths that it used in place of those that it may use.
    this.#headers[header + 2] = ADDRESS_BYTES;
    this.#headers[header + 10] = CONTROL_BYTES;
    const at = i * ADDRESS_BYTES;
    const bytes = this.#addresses;
    return {
      bytes: this.#datagrams.subarray(i * LONGEST, i * LONGEST + length),
      address: (bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!,
      port: (bytes[at + 2]! << 8) | bytes[at + 3]!,
      waitedMs: stamped ? this.#waitedMs(i, now) : 0,
    };
  }

  /** The wall clock may have been set meanwhile: never negative, and seconds count as none. */
  #waitedMs(i: number, now: Uint32Array): number {
    const stamp = (i * CONTROL_BYTES) / 4 + 4;
    const seconds = now[0]! - this.#control[stamp]!;
    const ms = seconds * 1000 + (now[2]! - this.#control[stamp + 2]!) / 1e6;
    return ms >= 0 && ms < 1000 ? ms : 0;
  }
}
