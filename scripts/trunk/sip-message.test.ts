import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalName,
  headerOf,
  headerValues,
  MAX_MESSAGE_BYTES,
  parseSip,
  serialiseSip,
  type SipMessage,
} from './sip-message.ts';

const bytes = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'));
const TOKEN = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/);
const TEXT = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .map((text) => text.replaceAll(/[\r\n\0]/g, ' ').trim());

const MESSAGE: fc.Arbitrary<SipMessage> = fc
  .record({
    start: fc.oneof(
      fc.record({ kind: fc.constant('request' as const), method: TOKEN, uri: fc.webUrl() }),
      fc.record({
        kind: fc.constant('response' as const),
        status: fc.integer({ min: 100, max: 699 }),
        reason: TEXT,
      }),
    ),
    headers: fc.array(fc.record({ name: TOKEN.map(canonicalName), value: TEXT }), { maxLength: 12 }),
    body: fc.string({ unit: 'grapheme', maxLength: 200 }),
  })
  .map(({ start, headers, body }) => ({
    ...start,
    headers: headers.filter(({ name }) => name !== 'Content-Length'),
    body,
  }));

describe('SIP messages', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(MESSAGE, (message) => {
        const read = parseSip(serialiseSip(message));
        const length = { name: 'Content-Length', value: String(Buffer.byteLength(message.body)) };
        expect(read).toEqual({ ...message, headers: [...message.headers, length] });
      }),
    );
  });

  it('are never read with an exception, whatever comes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), (noise) => void parseSip(noise)));
    const good = serialiseSip({ kind: 'response', status: 200, reason: 'OK', headers: [], body: 'v=0' });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.uint8Array({ maxLength: 40 }), (at, noise) => {
        const spoilt = Buffer.concat([good.subarray(0, at), noise, good.subarray(at)]);
        const read = parseSip(spoilt);
        if (read !== undefined) for (const { name } of read.headers) headerValues(read, name);
      }),
    );
  });

  it('are read with compact names, folded lines, bare line feeds and empty lines before them', () => {
    const read = parseSip(
      bytes(
        '',
        'SIP/2.0 200 OK',
        'v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1,',
        ' SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2',
        'VIA: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK3',
        'm: "Smith, J" <sip:a@b;x=1,2>, <sip:c@d>',
        'f:<sip:a@b>;tag=1',
        'l: 0',
        '',
        'not the body',
      ),
    );
    expect(headerValues(read!, 'via').map((via) => via.slice(-1))).toEqual(['1', '2', '3']);
    expect(headerValues(read!, 'Contact')).toEqual(['"Smith, J" <sip:a@b;x=1,2>', '<sip:c@d>']);
    expect(headerOf(read!, 'from')).toBe('<sip:a@b>;tag=1');
    expect(read!.body).toBe('');
    expect(parseSip(Buffer.from('SIP/2.0 180 Ringing\nTo: <sip:a@b>\n\n'))).toMatchObject({ status: 180 });
  });

  it('keep a challenge in one piece', () => {
    const value = 'Digest realm="a, b", nonce="x", qop="auth,auth-int"';
    const read = parseSip(bytes('SIP/2.0 401 No', `WWW-Authenticate: ${value}`, '', ''));
    expect(headerValues(read!, 'WWW-Authenticate')).toEqual([value]);
  });

  it.each([
    ['no SIP', bytes('HTTP/1.1 200 OK', '', '')],
    ['no end of the head', bytes('SIP/2.0 200 OK', 'To: a')],
    ['a header without a name', bytes('SIP/2.0 200 OK', ': x', '', '')],
    ['a shorter body than it says', bytes('SIP/2.0 200 OK', 'Content-Length: 9', '', 'short')],
    ['a length that is none', bytes('SIP/2.0 200 OK', 'Content-Length: -1', '', '')],
    ['too many headers', bytes('SIP/2.0 200 OK', ...Array.from({ length: 300 }, () => 'X: y'), '', '')],
    ['a line without an end', bytes('SIP/2.0 200 OK', `X: ${'y'.repeat(9_000)}`, '', '')],
    ['more than a datagram holds', Buffer.alloc(MAX_MESSAGE_BYTES + 1, 0x20)],
  ])('are not taken from %s', (_, input) => {
    expect(parseSip(input)).toBeUndefined();
  });

  it('are not written with a line of somebody else inside', () => {
    const headers = [{ name: 'From', value: 'a\r\nX-Evil: 1' }];
    expect(() => serialiseSip({ kind: 'response', status: 200, reason: 'OK', headers, body: '' })).toThrow(
      /line break/,
    );
  });
});
