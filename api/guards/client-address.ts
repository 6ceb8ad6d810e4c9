import { createHmac } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';

/** 16 of the HMAC's 32 bytes are plenty to tell clients apart. */
const KEY_BYTES = 16;
const GROUPS = 8;

/**
 * A client as the guards count him: a keyed hash of his network, which is all that is stored of his address. It hides
 * the address from who reads the calls; not from who has the salt too, for there are only 2^32 addresses to try.
 */
export function clientKey(address: string, salt: string): string {
  const mac = createHmac('sha256', salt).update(clientNetwork(address)).digest();
  return mac.subarray(0, KEY_BYTES).toString('base64url');
}

/**
 * An IPv4 address as it stands; of an IPv6 address its /64, which is one subscriber's (RFC 6177); an IPv4-mapped one
 * (RFC 4291 §2.5.5.2) as IPv4. What is no address at all is one client: `unknown`.
 */
export function clientNetwork(address: string): string {
  const [bare = ''] = address.split('%', 1);
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return 'unknown';
  const groups = groupsOf(bare);
  const [g6 = 0, g7 = 0] = groups.slice(6);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return [g6 >> 8, g6 & 0xff, g7 >> 8, g7 & 0xff].join('.');
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(':')}::/64`;
}

/** The eight numbers of a valid IPv6 address. The URL parser writes every spelling in one way (WHATWG URL). */
function groupsOf(ipv6: string): number[] {
  const canonical = new URL(`http://[${ipv6}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const numbers = (text: string) => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const before = numbers(head);
  if (tail === undefined) return before;
  const after = numbers(tail);
  return [...before, ...Array<number>(GROUPS - before.length - after.length).fill(0), ...after];
}
