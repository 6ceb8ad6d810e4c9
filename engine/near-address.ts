import { BlockList, isIP } from 'node:net';

const NEAR = new BlockList();
// RFC 1122 loopback, RFC 1918, RFC 3927 and RFC 6598; RFC 4291 loopback and link-local, RFC 4193.
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  NEAR.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::1', 128],
  ['fe80::', 10],
  ['fc00::', 7],
] as const)
  NEAR.addSubnet(network, bits, 'ipv6');

/** Whether an IP address is of this machine or of a private network: no NAT stands between, as a rule. */
export function isNear(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(plain);
  return family !== 0 && NEAR.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}
