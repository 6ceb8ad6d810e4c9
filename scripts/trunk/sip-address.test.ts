import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNameAddress, parseParams, parseSipUri, parseVia } from './sip-address.ts';

/** What has a meaning in these headers, and something that has none. */
const SPECIAL = fc.constantFrom(...'"\\<>;,=@:[]?*/ \t\0aя1'.split(''));

describe('SIP addresses', () => {
  it.each([
    ['<sip:a@b;lr>;tag=1', 'sip:a@b;lr', { tag: '1' }],
    ['"Q \\" <x>" <sip:a@b>;expires=60', 'sip:a@b', { expires: '60' }],
    ['sip:a@b;expires=60', 'sip:a@b', { expires: '60' }],
    ['Anna <sips:a@b>', 'sips:a@b', {}],
  ])('reads %s', (text, uri, params) => {
    const read = parseNameAddress(text)!;
    expect(read.uri).toBe(uri);
    expect(Object.fromEntries(read.params)).toEqual(params);
  });

  it.each([
    ['sip:+7916@198.51.100.7:5070;transport=tcp', { user: '+7916', host: '198.51.100.7', port: 5070 }],
    ['sip:[2001:db8::1]:5061', { user: undefined, host: '2001:db8::1', port: 5061 }],
    ['SIP:user:secret@example.org?x=y', { user: 'user:secret', host: 'example.org', port: undefined }],
  ])('reads the URI %s', (text, expected) => {
    expect(parseSipUri(text)).toMatchObject(expected);
  });

  it.each(['tel:+7916', 'sip:', 'sip:a@b:0', 'sip:a@b:99999', 'sip:a b@c'])('reads no URI in %s', (text) => {
    expect(parseSipUri(text)).toBeUndefined();
  });

  it('sees in a Via where the request came from', () => {
    expect(parseVia('SIP/2.0/UDP 10.0.0.2:5060;branch=z9;rport=40000;received=203.0.113.9')).toEqual({
      branch: 'z9',
      received: '203.0.113.9',
      rport: 40_000,
    });
    expect(parseVia('SIP/2.0/UDP 10.0.0.2;rport')).toEqual({
      branch: undefined,
      received: undefined,
      rport: undefined,
    });
  });

  it('throws at nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: SPECIAL, maxLength: 60 }), (text) => {
        parseNameAddress(text);
        parseSipUri(text);
        parseVia(text);
        parseParams(text);
      }),
    );
  });
});
