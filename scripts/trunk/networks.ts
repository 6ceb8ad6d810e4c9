import { BlockList, isIP } from 'node:net';

const PRIVATE = new BlockList();
// RFC 1918, RFC 6598, RFC 3927, RFC 1122 §3.2.1.3; RFC 4193, RFC 4291.
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
  ['0.0.0.0', 8],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');
PRIVATE.addAddress('::1', 'ipv6');

/** Whether nobody on the internet can reach this address. False for what is no address. */
export function isPrivate(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && PRIVATE.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Whether an address is in one of these networks (`192.168.0.0/16`, `10.1.2.3`). What is no network is passed over. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  const family = isIP(address);
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', bits] = network.split('/');
    const type = isIP(base) === 6 ? 'ipv6' : 'ipv4';
    const prefix = bits === undefined ? (type === 'ipv6' ? 128 : 32) : Number(bits);
    if (isIP(base) !== 0 && prefix >= 0 && prefix <= (type === 'ipv6' ? 128 : 32))
      list.addSubnet(base, prefix, type);
  }
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
