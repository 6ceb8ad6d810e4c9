/** Codecs a trunk may be offered, by Asterisk's names: PCMU, PCMA (RFC 3551) and G.722. */
export const TRUNK_CODECS = ['ulaw', 'alaw', 'g722'] as const;
export type TrunkCodec = (typeof TRUNK_CODECS)[number];

export const TRUNK_TRANSPORTS = ['udp', 'tcp', 'tls'] as const;
export type TrunkTransport = (typeof TRUNK_TRANSPORTS)[number];

/** How the trunk wants a Russian number written: `+79161234567`, `79161234567`, `89161234567`. */
export const NUMBER_FORMATS = ['e164', 'plain', 'national'] as const;
export type NumberFormat = (typeof NUMBER_FORMATS)[number];

/** One way to the telephone network: what a provider's welcome letter says. */
export interface Trunk {
  /** `[a-z][a-z0-9-]*`: names it in logs, in the edge's configuration and for `trunk:check`. */
  readonly name: string;
  /** Host name or IP of the provider's SIP server. */
  readonly host: string;
  readonly port: number;
  readonly transport: TrunkTransport;
  /** Digest credentials (RFC 3261 §22); absent where the provider knows us by our address. */
  readonly user?: string;
  readonly password?: string;
  /** Whether to REGISTER (RFC 3261 §10): so that the provider finds us, or because it wants it before calls. */
  readonly register: boolean;
  /** Domain of our From header; the host where absent. */
  readonly fromDomain?: string;
  /** The number the person sees, E.164. */
  readonly callerId?: string;
  /** Offered in this order; never empty. */
  readonly codecs: readonly TrunkCodec[];
  readonly numberFormat: NumberFormat;
  /** Addresses and networks (`203.0.113.7`, `203.0.113.0/24`) besides the host from which its calls may come. */
  readonly addresses: readonly string[];
}
