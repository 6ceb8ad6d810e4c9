import type { ProviderConfig } from './provider-config.ts';
import type { Trunk } from './trunk.ts';

/** How calls reach people. */
export interface TelephonyConfig {
  /** `auto`: a real Asterisk where this machine can have one, the simulator where it cannot. */
  readonly kind: 'auto' | 'asterisk' | 'simulator' | 'provider';
  /** Present where `kind` is `provider`. */
  readonly provider?: ProviderConfig;
  /** Absolute: where Asterisk is unpacked. */
  readonly asteriskDir: string;
  /** Present: an Asterisk that somebody else runs. Absent: HALO runs its own. */
  readonly ari?: { readonly url: string; readonly user: string; readonly password: string };
  /** ARI of a local carrier that somebody else runs; the same user and password. */
  readonly carrierAriUrl?: string;
  /** IP literal of our RTP sockets, as Asterisk reaches it. */
  readonly mediaAddress: string;
  /** Where the edge listens for the trunks' SIP. Without trunks it is on loopback only. */
  readonly sip: { readonly address: string; readonly port: number };
  /** UDP ports of the edge's sound. */
  readonly rtp: { readonly from: number; readonly to: number };
  /** What the edge calls itself towards the trunks (NAT). */
  readonly externalAddress?: string;
  readonly localNetworks: readonly string[];
  readonly inbound: 'refuse' | 'answer';
  /** How visitors' pages hold their calls: `auto` takes WebRTC where the page is near to an Asterisk of ours. */
  readonly browserPhone: 'auto' | 'webrtc' | 'socket' | 'off';
  /** The first is the one that is used; the others are tried when it fails. None: the local carrier. */
  readonly trunks: readonly Trunk[];
}
