import { join } from 'node:path';
import type { TelephonyConfig } from '../../../contract/telephony-config.ts';
import type { AsteriskInstall } from './install.ts';
import type { EdgeSettings, SocketAddress } from './settings.ts';

export interface HouseOptions {
  /** `<dataDir>/asterisk`; shared by every HALO process on that data folder. */
  readonly folder: string;
  readonly install: AsteriskInstall;
  readonly log: (line: string) => void;
  /** Without trunks the edge stays on loopback, and a local carrier stands behind it. */
  readonly edge: Pick<
    EdgeSettings,
    'trunks' | 'rtp' | 'externalAddress' | 'localNetworks' | 'browserPhones'
  > & {
    /** Where SIP is listened to when there are trunks. */
    readonly sip: SocketAddress;
  };
  /** The servers outlive this process and all users; `close` leaves them. */
  readonly staying?: boolean;
  /** Where the edge's ARI listens; default: a free port of 127.0.0.1, and a password of the house's own. */
  readonly ari?: SocketAddress & { readonly user: string; readonly password: string };
  /** Where the carrier's ARI listens; user and password are the edge's. */
  readonly carrierAri?: SocketAddress;
}

/** What the configuration says of the house; everybody on a data folder must take it from here, or they cannot share. */
export function houseSettings(
  telephony: TelephonyConfig,
  dataDir: string,
): Pick<HouseOptions, 'folder' | 'edge'> {
  const { trunks, rtp, sip, externalAddress, localNetworks } = telephony;
  const nat = externalAddress === undefined ? {} : { externalAddress };
  const browserPhones = mayUseWebRtc(telephony);
  return {
    folder: join(dataDir, 'asterisk'),
    edge: { trunks, rtp, sip, localNetworks, browserPhones, ...nat },
  };
}

/**
 * Whether a page may ever exchange sound with Asterisk itself: behind a NAT, or in a container, only the owner knows
 * whether it arrives.
 */
export function mayUseWebRtc({ browserPhone, ari, externalAddress }: TelephonyConfig): boolean {
  if (browserPhone !== 'auto') return browserPhone === 'webrtc';
  return ari === undefined && externalAddress === undefined;
}
