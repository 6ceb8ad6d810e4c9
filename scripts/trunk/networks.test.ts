import { expect, it } from 'vitest';
import { isPrivate, isWithin } from './networks.ts';

it.each([
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.1.1',
  '127.0.0.1',
  'fd00::1',
  'fe80::1',
  '::1',
])('nobody on the internet reaches %s', (address) => expect(isPrivate(address)).toBe(true));

it.each(['8.8.8.8', '172.32.0.1', '203.0.113.7', '2001:db8::1', 'example.org', ''])(
  '%j is not private',
  (address) => expect(isPrivate(address)).toBe(false),
);

it('finds an address in networks and single addresses', () => {
  expect(isWithin('192.168.7.7', ['10.0.0.0/8', '192.168.0.0/16'])).toBe(true);
  expect(isWithin('192.0.2.1', ['192.0.2.1'])).toBe(true);
  expect(isWithin('192.0.2.2', ['192.0.2.1', 'nonsense', '1.2.3.4/99'])).toBe(false);
  expect(isWithin('example.org', ['0.0.0.0/0'])).toBe(false);
});
