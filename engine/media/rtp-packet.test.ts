import fc from 'fast-check';
import { packets } from 'rtp.js';
import { describe, expect, it } from 'vitest';
import { parseRtp, serialiseRtp, type RtpFields } from './rtp-packet.ts';

const uint = (bits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** bits - 1 });
const payload = fc.uint8Array({ maxLength: 400 });
const fields: fc.Arbitrary<RtpFields> = fc
  .record({
    payloadType: uint(7),
    marker: fc.boolean(),
    sequence: uint(16),
    timestamp: uint(32),
    ssrc: uint(32),
    csrcs: fc.array(uint(32), { maxLength: 15 }),
    extension: fc.option(
      fc.record({
        profile: uint(16),
        data: fc.array(uint(8), { maxLength: 12 }).map((bytes) => {
          const data = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
          data.set(bytes);
          return data;
        }),
      }),
      { nil: undefined },
    ),
  })
  .map(({ extension, ...rest }) => ({ ...rest, ...(extension !== undefined && { extension }) }));

describe('parseRtp and serialiseRtp', () => {
  it('return what was written', () => {
    fc.assert(
      fc.property(fields, payload, (given, body) => {
        expect(parseRtp(serialiseRtp(given, body))).toEqual({ ...given, payload: body });
      }),
    );
  });

  it('read packets inside a larger buffer, without copying the payload', () => {
    const bytes = serialiseRtp(
      { payloadType: 0, marker: false, sequence: 0, timestamp: 0, ssrc: 0 },
      Uint8Array.of(7),
    );
    const room = new Uint8Array(64);
    room.set(bytes, 5);
    const packet = parseRtp(room.subarray(5, 5 + bytes.length));
    expect(packet?.payload).toEqual(Uint8Array.of(7));
    expect(packet?.payload.buffer).toBe(room.buffer);
    expect(packet?.sequence).toBe(0);
  });

  it('never throw and never read outside the datagram', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, likeRtp) => {
        if (likeRtp && bytes.length > 0) bytes[0] = 0x80 | (bytes[0]! & 0x3f);
        const packet = parseRtp(bytes);
        if (packet === undefined) return;
        expect(bytes[0]! >> 6).toBe(2);
        const start = packet.payload.byteOffset - bytes.byteOffset;
        expect(start).toBeGreaterThanOrEqual(12 + 4 * packet.csrcs.length);
        expect(start + packet.payload.length).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('strip padding (RFC 3550 §5.1) and refuse impossible counts of it', () => {
    fc.assert(
      fc.property(fields, payload, uint(8), (given, body, padding) => {
        const whole = serialiseRtp(given, body);
        const bytes = new Uint8Array(whole.length + Math.max(padding, 1));
        bytes.set(whole);
        bytes[0] = bytes[0]! | 0x20;
        bytes[bytes.length - 1] = padding;
        if (padding === 0) expect(parseRtp(bytes)).toBeUndefined();
        else expect(parseRtp(bytes)?.payload).toEqual(body);
        // A count that reaches into the header.
        const headerBytes = whole.length - body.length;
        const lying = bytes.slice(0, headerBytes + Math.min(padding, 200));
        if (lying.length > headerBytes && lying.length - headerBytes < 255) {
          lying[lying.length - 1] = lying.length - headerBytes + 1;
          expect(parseRtp(lying)).toBeUndefined();
        }
      }),
    );
  });

  it.each([
    ['nothing', []],
    ['eleven bytes', Array<number>(11).fill(0x80)],
    ['version 1', [0x40, ...Array<number>(20).fill(0)]],
    ['15 CSRCs in 12 bytes', [0x8f, ...Array<number>(11).fill(0)]],
    ['an extension bit without an extension', [0x90, ...Array<number>(11).fill(0)]],
    [
      'an extension longer than the packet',
      [0x90, ...Array<number>(11).fill(0), 0, 0, 0xff, 0xff, 1, 2, 3, 4],
    ],
    ['padding without a byte for it', [0xa0, ...Array<number>(11).fill(0)]],
  ])('refuse %s', (_, bytes) => {
    expect(parseRtp(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('refuse to write what RTP cannot carry', () => {
    const base = { payloadType: 0, marker: false, sequence: 0, timestamp: 0, ssrc: 0 };
    expect(() => serialiseRtp({ ...base, csrcs: Array<number>(16).fill(1) }, new Uint8Array())).toThrow(
      RangeError,
    );
    const extension = { profile: 1, data: new Uint8Array(3) };
    expect(() => serialiseRtp({ ...base, extension }, new Uint8Array())).toThrow(RangeError);
  });
});

describe('beside rtp.js', () => {
  // It reads extensions as RFC 8285 lays them out; ours are opaque.
  const plainFields = fields.map(({ payloadType, marker, sequence, timestamp, ssrc, csrcs }) => ({
    payloadType,
    marker,
    sequence,
    timestamp,
    ssrc,
    csrcs: csrcs ?? [],
  }));

  it('our packets read the same there', () => {
    fc.assert(
      fc.property(plainFields, payload, (given, body) => {
        const bytes = serialiseRtp(given, body);
        const other = new packets.RtpPacket(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        expect(readBack(other)).toEqual({ ...given, payload: body });
      }),
    );
  });

  it('its packets read the same here', () => {
    fc.assert(
      fc.property(plainFields, payload, (given, body) => {
        const other = new packets.RtpPacket();
        other.setPayloadType(given.payloadType);
        other.setMarker(given.marker);
        other.setSequenceNumber(given.sequence);
        other.setTimestamp(given.timestamp);
        other.setSsrc(given.ssrc);
        other.setCsrcs([...given.csrcs]);
        other.setPayload(new DataView(body.buffer, body.byteOffset, body.byteLength));
        const buffer = new ArrayBuffer(other.getByteLength());
        other.serialize(buffer, 0);
        expect(parseRtp(new Uint8Array(buffer))).toEqual({ ...given, payload: body });
      }),
    );
  });
});

function readBack(other: packets.RtpPacket): RtpFields & { payload: Uint8Array } {
  const view = other.getPayload();
  return {
    payloadType: other.getPayloadType(),
    marker: other.getMarker(),
    sequence: other.getSequenceNumber(),
    timestamp: other.getTimestamp(),
    ssrc: other.getSsrc(),
    csrcs: other.getCsrcs(),
    payload: new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
  };
}
