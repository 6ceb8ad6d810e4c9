import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { TrunkTransport } from '../../engine/contract/trunk.ts';

const DNS_MS = 4_000;

export interface Resolved {
  /** In the order the system gives them; empty where there are none. */
  readonly addresses: readonly string[];
  /** Why there are none. */
  readonly code?: string;
  /** RFC 3263 §4.1–4.2, for information: HALO goes to the port that is configured. Best first. */
  readonly srv: readonly { readonly name: string; readonly port: number }[];
  /** Services of NAPTR records: `SIP+D2U`, `SIPS+D2T` … */
  readonly naptr: readonly string[];
}

export type Resolve = (host: string, transport: TrunkTransport, signal: AbortSignal) => Promise<Resolved>;

const SERVICE: Readonly<Record<TrunkTransport, string>> = {
  udp: '_sip._udp',
  tcp: '_sip._tcp',
  tls: '_sips._tcp',
};

/** Asks as Asterisk does: the system's own resolver for addresses (so /etc/hosts counts too), DNS for SRV and NAPTR. */
export const resolveHost: Resolve = async (host, transport, signal) => {
  if (isIP(host) !== 0) return { addresses: [host], srv: [], naptr: [] };
  const resolver = new Resolver({ timeout: 1_500, tries: 2 });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(DNS_MS)]);
  limit.addEventListener('abort', () => resolver.cancel(), { once: true });
  const none = (): never[] => [];
  const [found, srv, naptr] = await Promise.all([
    within(limit, lookup(host, { all: true, order: 'ipv4first' })).then(
      (all) => ({ addresses: all.map(({ address }) => address) }),
      (error: unknown) => ({ addresses: [], code: codeIn(error) }),
    ),
    resolver.resolveSrv(`${SERVICE[transport]}.${host}`).catch(none),
    resolver.resolveNaptr(host).catch(none),
  ]);
  return {
    ...found,
    // RFC 2782: lower priority first, then greater weight.
    srv: [...srv].sort((a, b) => a.priority - b.priority || b.weight - a.weight),
    naptr: naptr.map(({ service }) => service).filter((service) => /^SIPS?\+D2/i.test(service)),
  };
};

/** getaddrinfo cannot be cancelled: it is left behind. */
function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(Object.assign(new Error('no answer from DNS'), { code: 'ETIMEOUT' }));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function codeIn(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
}
