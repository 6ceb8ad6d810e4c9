import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

type Protocol = 'udp' | 'tcp';

const ATTEMPTS = 50;

/**
 * A port of `address` that is free now for every one of `protocols`, or the first of `wanted` that is.
 * It can be taken a moment later: whoever uses it must be ready to ask again. Rejects where none is free.
 */
export async function freePort(
  address: string,
  protocols: readonly Protocol[],
  wanted?: readonly number[],
): Promise<number> {
  const [first = 'tcp', ...others] = protocols;
  const candidates = wanted ?? Array.from({ length: ATTEMPTS }, () => 0);
  for (const candidate of candidates) {
    const port = await tryPort(first, address, candidate);
    // The next one is left free for TLS.
    if (port === undefined || port > 65_534) continue;
    const free = await Promise.all(others.map((protocol) => tryPort(protocol, address, port)));
    if (free.every((one) => one !== undefined)) return port;
  }
  throw new Error(
    `На ${address} нет свободного порта${wanted === undefined ? '' : ` (${wanted.join(', ')})`}`,
  );
}

/** Takes the port and lets it go; 0 is any. */
function tryPort(protocol: Protocol, address: string, port: number): Promise<number | undefined> {
  return new Promise((fulfil) => {
    if (protocol === 'tcp') {
      const server = createServer();
      server.once('error', () => fulfil(undefined));
      server.listen({ port, host: address }, () => {
        const bound = server.address();
        server.close(() => fulfil(typeof bound === 'object' ? bound?.port : undefined));
      });
      return;
    }
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', () => {
      socket.close();
      fulfil(undefined);
    });
    socket.bind({ port, address, exclusive: true }, () => {
      const bound = socket.address().port;
      socket.close(() => fulfil(bound));
    });
  });
}
