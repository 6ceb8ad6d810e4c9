import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TrunkTransport } from '../../engine/contract/trunk.ts';
import { parseSip, type SipMessage } from './sip-message.ts';
import { SipStreamReader } from './sip-stream.ts';

export interface Endpoint {
  /** IP. */
  readonly address: string;
  readonly port: number;
}

export interface TransportEvents {
  message(message: SipMessage, from: Endpoint): void;
  /** The way to the server is gone or refused; `code` is Node's: ECONNREFUSED, ECONNRESET, EHOSTUNREACH … */
  trouble(code: string): void;
}

/** A way to one SIP server. */
export interface SipTransport {
  readonly kind: TrunkTransport;
  /** As the system chose it for this server. */
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Unreliable transports want retransmissions (RFC 3261 §17). */
  readonly reliable: boolean;
  /** `to` counts over UDP only: what has a connection goes over it. */
  send(bytes: Uint8Array, to?: Endpoint): void;
  /** Idempotent; no event comes after it. */
  close(): void;
}

export interface TransportOrder {
  readonly kind: TrunkTransport;
  readonly remote: Endpoint;
  /** The name the certificate has to be for. */
  readonly host: string;
  readonly events: TransportEvents;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Opens it; rejects with an error that has Node's `code`, or TIMEOUT, or ABORTED. */
export async function openTransport(order: TransportOrder): Promise<SipTransport> {
  return order.kind === 'udp' ? openUdp(order) : openStream(order);
}

/** An error of a socket, by its code. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
}

/**
 * Two sockets on one port: a connected one, so that the system tells us of ICMP refusals, and an open one for answers
 * from other addresses of the provider and for requests that must go there.
 */
async function openUdp(order: TransportOrder): Promise<SipTransport> {
  const { remote, events, signal } = order;
  const type = isIP(remote.address) === 6 ? 'udp6' : 'udp4';
  let closed = false;
  const sockets: UdpSocket[] = [];
  const close = (): void => {
    if (closed) return;
    closed = true;
    for (const socket of sockets) socket.close();
  };
  const open = (): UdpSocket => {
    const socket = createSocket({ type, reuseAddr: true });
    sockets.push(socket);
    socket.on('message', (bytes, from) => {
      const message = closed ? undefined : parseSip(bytes);
      if (message !== undefined) events.message(message, { address: from.address, port: from.port });
    });
    return socket;
  };
  try {
    const wide = open();
    await settled(wide, signal, (done) => wide.bind(0, done));
    const direct = open();
    await settled(direct, signal, (done) => direct.bind(wide.address().port, done));
    await settled(direct, signal, (done) => direct.connect(remote.port, remote.address, done));
    const trouble = (error: Error): void => {
      if (!closed) events.trouble(codeOf(error));
    };
    direct.on('error', trouble);
    // What goes elsewhere is tried in passing: the server's own answer decides.
    wide.on('error', () => {});
    const { address, port } = direct.address();
    return {
      kind: 'udp',
      local: { address, port },
      remote,
      reliable: false,
      send: (bytes, to = remote) => {
        if (closed) return;
        if (to.address === remote.address && to.port === remote.port)
          direct.send(bytes, (error) => error !== null && trouble(error));
        else wide.send(bytes, to.port, to.address, () => {});
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function openStream(order: TransportOrder): Promise<SipTransport> {
  const { kind, remote, host, events, signal } = order;
  const to = { host: remote.address, port: remote.port };
  // The certificate is always checked: the password must not go to whoever answers.
  const socket: Socket =
    kind === 'tls' ? connectTls({ ...to, ...(isIP(host) === 0 && { servername: host }) }) : connectTcp(to);
  // An error after the wait must not end the process.
  socket.on('error', () => {});
  try {
    await settled(
      socket,
      AbortSignal.any([signal, AbortSignal.timeout(order.timeoutMs)]),
      (done) => void socket.once(kind === 'tls' ? 'secureConnect' : 'connect', () => done()),
    );
  } catch (error) {
    socket.destroy();
    throw error;
  }
  let closed = false;
  const close = (): void => {
    closed = true;
    socket.destroy();
  };
  const lost = (code: string): void => {
    if (closed) return;
    close();
    events.trouble(code);
  };
  const reader = new SipStreamReader();
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const message of reader.push(chunk)) if (!closed) events.message(message, remote);
    } catch {
      lost('NOT_SIP');
    }
  });
  socket.on('error', (error) => lost(codeOf(error)));
  socket.on('close', () => lost('ECONNRESET'));
  return {
    kind,
    local: { address: socket.localAddress ?? '', port: socket.localPort ?? 0 },
    remote,
    reliable: true,
    send: (bytes) => {
      if (!closed) socket.write(bytes);
    },
    close,
  };
}

/** Waits for `start` to call back; an error of the socket, or the signal, ends the wait. */
async function settled(
  socket: UdpSocket | Socket,
  signal: AbortSignal,
  start: (done: (error?: Error) => void) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const end = (error?: Error): void => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', end);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onAbort = (): void => {
      const timedOut = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
      end(Object.assign(new Error('not connected'), { code: timedOut ? 'TIMEOUT' : 'ABORTED' }));
    };
    socket.once('error', end);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else start((error) => end(error ?? undefined));
  });
}
