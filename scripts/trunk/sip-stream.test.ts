import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serialiseSip, type SipMessage } from './sip-message.ts';
import { SipStreamReader } from './sip-stream.ts';

const message = (body: string): SipMessage => ({
  kind: 'response',
  status: 200,
  reason: 'OK',
  headers: [{ name: 'To', value: '<sip:a@b>' }],
  body,
});

describe('a stream of SIP messages', () => {
  it('is cut at the same places however it arrives', () => {
    const bodies = ['', 'v=0\r\n\r\nSIP/2.0 200 OK\r\n\r\n', 'привет'];
    const stream = Buffer.concat(
      bodies.flatMap((body) => [serialiseSip(message(body)), Buffer.from('\r\n\r\n')]),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: stream.length }), { maxLength: 20 }), (cuts) => {
        const reader = new SipStreamReader();
        const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const read = edges.slice(1).flatMap((end, i) => reader.push(stream.subarray(edges[i], end)));
        expect(read.map(({ body }) => body)).toEqual(bodies);
      }),
    );
  });

  it('has no body where no length is given', () => {
    const reader = new SipStreamReader();
    const [first, second] = reader.push(
      Buffer.from('SIP/2.0 100 Trying\r\n\r\nSIP/2.0 200 OK\r\nl:2\r\n\r\nab'),
    );
    expect(first).toMatchObject({ status: 100, body: '' });
    expect(second).toMatchObject({ status: 200, body: 'ab' });
  });

  it('is given up when it is something else, or has no end', () => {
    expect(() => new SipStreamReader().push(Buffer.from('HTTP/1.1 400 Bad\r\n\r\n'))).toThrow(/not SIP/);
    expect(() => new SipStreamReader().push(Buffer.alloc(70_000, 0x41))).toThrow(/no end/);
    const long = 'SIP/2.0 200 OK\r\nContent-Length: 999999\r\n\r\n';
    expect(() =>
      new SipStreamReader().push(Buffer.concat([Buffer.from(long), Buffer.alloc(70_000)])),
    ).toThrow(/no end/);
  });
});
