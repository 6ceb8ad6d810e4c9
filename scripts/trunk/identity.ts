import type { NumberFormat, Trunk } from '../../engine/contract/trunk.ts';
import { hostInUri } from './sip-address.ts';

/** Who we are to a trunk and how its addresses are written: as the edge's configuration does it (asterisk-config/edge). */
export interface Identity {
  /** `sip:host:port;transport=tcp`: the server itself. */
  readonly serverUri: string;
  /** `sip:account@domain`: From, and what REGISTER is about. */
  readonly accountUri: string;
  /** User part of Contact. */
  readonly contactUser: string;
  /** The number the person sees, for providers that read it there and know the account by From (RFC 3325). */
  readonly assertedUri: string | undefined;
  calleeUri(phone: string): string;
}

export function identityOf(trunk: Trunk): Identity {
  // A login may be `account@domain`: its halves are From's.
  const [account, accountDomain] = trunk.user?.split('@', 2) ?? [];
  const domain = hostInUri(trunk.fromDomain ?? accountDomain ?? trunk.host);
  const where = `${hostInUri(trunk.host)}:${trunk.port}`;
  const transport = transportParameter(trunk.transport);
  const from = account ?? trunk.callerId ?? 'halo';
  return {
    serverUri: `sip:${where}${transport}`,
    accountUri: `sip:${escapeUser(from)}@${domain}`,
    contactUser: escapeUser(account ?? 'halo'),
    assertedUri:
      account === undefined || trunk.callerId === undefined ? undefined : `sip:${trunk.callerId}@${domain}`,
    calleeUri: (phone) => `sip:${inFormat(phone, trunk.numberFormat)}@${where}${transport}`,
  };
}

/** RFC 3261 §19.1.1: without it a SIP URI means UDP. */
export function transportParameter(transport: Trunk['transport']): string {
  return transport === 'udp' ? '' : `;transport=${transport}`;
}

/** `+79161234567` as the trunk wants it. Numbers of other countries keep their digits. */
export function inFormat(phone: string, format: NumberFormat): string {
  if (format === 'e164') return phone;
  const digits = phone.replace(/^\+/, '');
  return format === 'national' && /^\+7\d{10}$/.test(phone) ? `8${digits.slice(1)}` : digits;
}

/** RFC 3261 §25.1: what a user part may hold as it is. */
function escapeUser(user: string): string {
  return user.replaceAll(/[^\w.!~*'()&=+$,;?/-]/g, (char) => encodeURIComponent(char));
}
