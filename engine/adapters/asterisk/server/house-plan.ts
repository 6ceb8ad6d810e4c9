import { createHash } from 'node:crypto';
import { freePort } from './free-port.ts';
import type { HousePlan, ServerKind } from './house-record.ts';
import type { HouseOptions } from './house-options.ts';
import type { EdgeSettings, ServerSettings, SocketAddress } from './settings.ts';

/** The trunk to the local carrier: dialled as `PJSIP/<number>@trunk-local-carrier`. */
export const LOCAL_CARRIER = 'local-carrier';

const ARI_USER = 'halo';

type PlanOptions = Pick<HouseOptions, 'edge' | 'ari' | 'carrierAri'>;

/** Ports that are free now, and the one that the trunks were promised. */
export async function makePlan({ edge, ari, carrierAri }: PlanOptions): Promise<HousePlan> {
  const sip = async (address: string) => ({ address, port: await freePort(address, ['udp', 'tcp']) });
  const http = async () => ({ address: '127.0.0.1', port: await freePort('127.0.0.1', ['tcp']) });
  return {
    edge: {
      sip: edge.trunks.length > 0 ? edge.sip : await sip('127.0.0.1'),
      ari: ari === undefined ? await http() : { address: ari.address, port: ari.port },
    },
    // An address of its own: the edge knows its caller by it.
    carrier: { sip: await sip('127.0.0.2'), ari: carrierAri ?? (await http()) },
  };
}

export function serverSettings(
  kind: ServerKind,
  plan: HousePlan,
  { edge, ari }: PlanOptions,
  password: string,
): ServerSettings {
  const login = { user: ari?.user ?? ARI_USER, password: ari?.password ?? password };
  const common = { sip: plan[kind].sip, ari: { ...plan[kind].ari, ...login }, rtp: edge.rtp };
  if (kind === 'carrier') return { kind, ...common, edge: plan.edge.sip };
  if (edge.trunks.length > 0) return { ...edge, kind, ...common };
  return {
    kind,
    ...common,
    trunks: [localCarrier(plan.carrier.sip)],
    localNetworks: [],
    browserPhones: edge.browserPhones === true,
  };
}

/** The same for the same settings, in whatever order they were written. As secret as the configuration itself. */
export function settingsHash({ install, edge, ari, carrierAri }: HouseOptions): string {
  const { trunks, rtp } = edge;
  const settings = [
    install.dir,
    install.version,
    trunks.length > 0 ? edge : rtp,
    edge.browserPhones === true,
    ari ?? null,
    carrierAri ?? null,
  ];
  return createHash('sha256').update(JSON.stringify(settings, sorted)).digest('hex').slice(0, 32);
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function localCarrier(sip: SocketAddress): EdgeSettings['trunks'][number] {
  return {
    name: LOCAL_CARRIER,
    host: sip.address,
    port: sip.port,
    transport: 'udp',
    register: false,
    codecs: ['ulaw'],
    numberFormat: 'plain',
    addresses: [],
  };
}
