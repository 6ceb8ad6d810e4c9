import type { NumberFormat } from '../../contract/trunk.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ari, AriChannelEvent } from './ari.ts';

/** A way out, as the lines see it. */
export interface TrunkRoute {
  readonly name: string;
  /** The number the person sees. */
  readonly callerId?: string;
  readonly numberFormat: NumberFormat;
  /**
   * Present: the far end is the local carrier of this installation, and this its application whose subscribers answer.
   * Only then is the far end told who shall answer: a real network never sees such headers.
   */
  readonly carrierApplication?: string;
  /** Present: dialled as it is written, `PJSIP/phone-4f1c`, in the number's place. */
  readonly endpoint?: string;
}

/** What all lines of one adapter share. */
export interface Office {
  readonly clock: Clock;
  readonly application: string;
  /** Tried in this order. */
  readonly trunks: readonly TrunkRoute[];
  /** Asks the Asterisk that is connected now; rejects with AriError `gone` when none is. */
  ask<T>(request: (ari: Ari) => Promise<T>): Promise<T>;
  /** Events of that channel go to `listener` until the returned function is called. */
  listen(channelId: string, listener: (event: AriChannelEvent) => void): () => void;
  /** For the log. */
  onTrouble(message: string): void;
}

/** What a line makes on Asterisk is named so: whose it is can be seen when nobody is left to ask (sweep.ts). */
export function lineName(application: string, callId: string): string {
  return `${application}.${callId}`;
}

const PHONE = /^phone-([a-z0-9]+)-/;

/** What a browser phone's endpoint is named, for the same reason; `secret` makes it unguessable. */
export function phoneName(application: string, secret: string): string {
  return `phone-${application.replace(/^halo-/, '')}-${secret}`;
}

/** The application that made a browser phone; undefined for all other endpoints. */
export function ownerOfPhone(name: string): string | undefined {
  const own = PHONE.exec(name)?.[1];
  return own === undefined ? undefined : `halo-${own}`;
}

/** The application that made a channel or bridge, an engine's or a local carrier's; undefined when no HALO did. */
export function ownerOf(id: string): string | undefined {
  return /^((?:halo|carrier)-[a-z0-9]+)\./.exec(id)?.[1];
}

/** Whether an application is some HALO's. */
export function isHaloApplication(name: string): boolean {
  return /^(?:halo|carrier)-[a-z0-9]+$/.test(name);
}
