import { expect, it } from 'vitest';
import fc from 'fast-check';
import { clientKey, clientNetwork } from './client-address.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::ffff:cb00:7107', '203.0.113.7'],
  ['0:0:0:0:0:FFFF:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['2001:db8:1:3::9', '2001:db8:1:3::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  // Not IPv4-mapped: an address of its own that only looks like one.
  ['::203.0.113.7', '0:0:0:0::/64'],
  ['', 'unknown'],
  ['undefined', 'unknown'],
  ['203.0.113.7:4711', 'unknown'],
  ["'; drop table calls; --", 'unknown'],
])('%s counts as %s', (address, network) => {
  expect(clientNetwork(address)).toBe(network);
});

it('takes any text for an address, and a /64 for one client however it is written', () => {
  fc.assert(fc.property(fc.string(), (text) => clientNetwork(text) !== ''));
  fc.assert(
    fc.property(fc.ipV6(), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (address, host) => {
      const network = clientNetwork(address);
      if (!network.endsWith('::/64')) return;
      const low = host.toString(16).padStart(16, '0').match(/.{4}/g) ?? [];
      const neighbour = `${network.replace('::/64', '')}:${low.join(':')}`;
      expect([network, clientNetwork(network.replace('/64', '1'))]).toContain(clientNetwork(neighbour));
    }),
  );
});

it('is stored as a key that neither tells the address nor is the same under another salt', () => {
  const key = clientKey('203.0.113.7', 'salt');
  expect(key).toMatch(/^[\w-]{22}$/);
  expect(clientKey('::ffff:203.0.113.7', 'salt')).toBe(key);
  expect(clientKey('203.0.113.8', 'salt')).not.toBe(key);
  expect(clientKey('203.0.113.7', 'pepper')).not.toBe(key);
});
