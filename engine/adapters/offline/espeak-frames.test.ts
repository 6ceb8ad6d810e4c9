import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EspeakFrameReader, type EspeakFrame } from './espeak-frames.ts';

const id = fc.nat({ max: 0xffffffff });
const anyFrame: fc.Arbitrary<EspeakFrame> = fc.oneof(
  fc.record({ kind: fc.constant('ready' as const), rateHz: fc.constantFrom(16_000, 22_050) }),
  fc.record({ kind: fc.constant('audio' as const), id, samples: fc.int16Array({ maxLength: 200 }) }),
  fc.record({ kind: fc.constant('end' as const), id }),
  fc.record({
    kind: fc.constant('error' as const),
    id,
    message: fc.string({ unit: 'grapheme', maxLength: 40 }),
  }),
);

describe('EspeakFrameReader', () => {
  it('reads the same frames in whatever pieces the bytes come', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
        (frames, cuts) => {
          const bytes = Buffer.concat(frames.map(encode));
          const reader = new EspeakFrameReader();
          const read: EspeakFrame[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const step = cuts[turn % cuts.length] ?? 1;
            read.push(...reader.push(bytes.subarray(at, at + step)));
            at += step;
          }
          expect(read).toEqual(frames);
        },
      ),
    );
  });

  it('gives frames or a RangeError for any bytes, and no other failure', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          expect(Array.isArray(new EspeakFrameReader().push(bytes))).toBe(true);
        } catch (error) {
          expect(error instanceof RangeError || error instanceof SyntaxError).toBe(true);
        }
      }),
    );
  });

  it('refuses a length that no frame of ours has', () => {
    expect(() => new EspeakFrameReader().push(new Uint8Array(9).fill(255))).toThrow(RangeError);
  });
});

/** As espeak-child.mjs writes them. */
function encode(frame: EspeakFrame): Buffer {
  const kind = ['ready', 'audio', 'end', 'error'].indexOf(frame.kind);
  const payload = payloadOf(frame);
  const head = Buffer.alloc(9);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt8(kind, 4);
  head.writeUInt32LE(frame.kind === 'ready' ? 0 : frame.id, 5);
  return Buffer.concat([head, payload]);
}

function payloadOf(frame: EspeakFrame): Buffer {
  switch (frame.kind) {
    case 'ready':
      return Buffer.from(JSON.stringify({ rateHz: frame.rateHz }));
    case 'audio':
      return Buffer.from(frame.samples.buffer, frame.samples.byteOffset, frame.samples.byteLength);
    case 'end':
      return Buffer.alloc(0);
    case 'error':
      return Buffer.from(frame.message);
  }
}
