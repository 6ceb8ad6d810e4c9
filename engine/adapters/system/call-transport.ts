import { isIPv4 } from 'node:net';
import type { MediaTransport } from '../../ports/media-transport.ts';
import { PolledUdpTransport } from './polled-udp-transport.ts';
import { loadSocketCalls } from './socket-calls.ts';
import { UdpTransport, type UdpTransportOptions } from './udp-transport.ts';

/** The transport of calls' sound: polled where this machine can do it, and Node's own sockets elsewhere. */
export async function callTransport({
  address = '127.0.0.1',
  ports,
}: UdpTransportOptions = {}): Promise<MediaTransport> {
  const calls = isIPv4(address) ? await loadSocketCalls() : undefined;
  return calls === undefined
    ? new UdpTransport({ address, ports })
    : new PolledUdpTransport(calls, { address, ports });
}
