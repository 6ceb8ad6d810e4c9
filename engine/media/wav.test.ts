import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aLawDecode, muLawDecode } from './g711.ts';
import { parseWav, WAV_HEADER_BYTES, WavError, wavHeader, writeWav } from './wav.ts';

interface Raw {
  readonly code: number;
  readonly bits: number;
  readonly data: Uint8Array;
  readonly channels?: number;
  readonly extensible?: boolean;
  readonly before?: Uint8Array;
}

/** A file put together by hand, independently of wav.ts. */
function file({
  code,
  bits,
  data,
  channels = 1,
  extensible = false,
  before = new Uint8Array(),
}: Raw): Uint8Array {
  const fmt = Buffer.alloc(extensible ? 40 : 16);
  fmt.writeUInt16LE(extensible ? 0xfffe : code, 0);
  fmt.writeUInt16LE(channels, 2);
  fmt.writeUInt32LE(8000, 4);
  fmt.writeUInt32LE((8000 * channels * bits) / 8, 8);
  fmt.writeUInt16LE((channels * bits) / 8, 12);
  fmt.writeUInt16LE(bits, 14);
  if (extensible) {
    fmt.writeUInt16LE(22, 16);
    fmt.writeUInt16LE(bits, 18);
    Buffer.from('00000000000010008000' + '00aa00389b71', 'hex').copy(fmt, 24);
    fmt.writeUInt16LE(code, 24);
  }
  const body = Buffer.concat([Buffer.from('WAVE'), before, chunk('fmt ', fmt), chunk('data', data)]);
  return new Uint8Array(chunk('RIFF', body));
}

function chunk(id: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

const mono = (raw: Omit<Raw, 'channels'>): number[] => [...parseWav(file(raw)).samples[0]!];

describe('parseWav', () => {
  it('reads back what writeWav wrote', () => {
    const sound = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 300 }))
      .chain(([channels, length]) =>
        fc.array(fc.int16Array({ minLength: length, maxLength: length }), {
          minLength: channels,
          maxLength: channels,
        }),
      );
    fc.assert(
      fc.property(fc.constantFrom(8000, 22_050, 48_000), sound, (rateHz, samples) => {
        expect(parseWav(writeWav(rateHz, samples))).toEqual({ rateHz, channels: samples.length, samples });
      }),
    );
  });

  it('reads every sample format of telephony and studios', () => {
    const floats = new Float32Array([0, 0.5, -1, 1, 3, NaN]);
    expect(mono({ code: 1, bits: 8, data: Uint8Array.of(128, 0, 255) })).toEqual([0, -32_768, 32_512]);
    expect(mono({ code: 1, bits: 16, data: Uint8Array.of(0x34, 0x12, 0xff, 0xff) })).toEqual([0x1234, -1]);
    expect(mono({ code: 1, bits: 24, data: Uint8Array.of(9, 0x34, 0x12, 0, 0, 0x80) })).toEqual([
      0x1234, -32_768,
    ]);
    expect(mono({ code: 1, bits: 32, data: Uint8Array.of(9, 9, 0x34, 0x12) })).toEqual([0x1234]);
    expect(mono({ code: 3, bits: 32, data: new Uint8Array(floats.buffer) })).toEqual([
      0, 16_384, -32_768, 32_767, 32_767, 0,
    ]);
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
    expect(mono({ code: 7, bits: 8, data: codes })).toEqual([...muLawDecode(codes)]);
    expect(mono({ code: 6, bits: 8, data: codes })).toEqual([...aLawDecode(codes)]);
  });

  it('reads WAVE_FORMAT_EXTENSIBLE, several channels and files with other chunks', () => {
    const before = chunk('LIST', Uint8Array.of(1, 2, 3));
    const sound = parseWav(
      file({
        code: 1,
        bits: 16,
        channels: 2,
        extensible: true,
        before,
        data: Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0),
      }),
    );
    expect(sound).toEqual({ rateHz: 8000, channels: 2, samples: [Int16Array.of(1, 3), Int16Array.of(2, 4)] });
  });

  it.each([0, 0xffff_ffff])('takes a data size of %i, left by a pipe, for «to the end»', (size) => {
    const bytes = writeWav(8000, [Int16Array.of(5, 6)]);
    new DataView(bytes.buffer).setUint32(40, size, true);
    expect([...parseWav(bytes).samples[0]!]).toEqual([5, 6]);
  });

  const good = writeWav(8000, [new Int16Array(100).fill(1)]);
  it.each([
    ['an empty file', new Uint8Array(), 'empty'],
    ['a text file', new TextEncoder().encode('Hello, this is no sound at all'), '«Hello, this »'],
    ['an MP3', Uint8Array.of(0xff, 0xfb, 0x90, 0x44, ...Array<number>(40).fill(0)), 'ff fb 90 44'],
    ['a file cut off in its sound', good.subarray(0, 100), '56 of 200 bytes'],
    ['a file cut off in its header', good.subarray(0, 30), 'cut off'],
    ['a file cut off before its sound', good.subarray(0, 38), 'cut off before'],
    ['a file without sound', writeWav(8000, [new Int16Array(0)]), 'no sound'],
    ['an unknown format', file({ code: 85, bits: 16, data: Uint8Array.of(1, 2) }), 'format 85'],
    ['too many channels', file({ code: 1, bits: 16, channels: 9, data: new Uint8Array(18) }), '9 channels'],
  ])('says what is wrong with %s', (_, bytes, hint) => {
    expect(() => parseWav(bytes)).toThrow(WavError);
    expect(() => parseWav(bytes)).toThrow(hint);
  });

  it('refuses what is longer than asked for', () => {
    expect(() => parseWav(writeWav(8000, [new Int16Array(8001)]), { maxSeconds: 1 })).toThrow(
      'longer than 1 s',
    );
  });

  it('throws nothing but WavError, whatever the bytes', () => {
    const damaged = fc
      .tuple(fc.nat(60), fc.uint8Array({ maxLength: 12 }), fc.nat(good.length))
      .map(([at, bytes, end]) => {
        const copy = good.slice();
        copy.set(bytes, at);
        return copy.subarray(0, end);
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          const { samples, channels } = parseWav(bytes);
          expect(samples).toHaveLength(channels);
        } catch (error) {
          expect(error).toBeInstanceOf(WavError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('wavHeader', () => {
  it('has the length players expect, and counts itself', () => {
    const header = Buffer.from(wavHeader({ rateHz: 8000, channels: 2, dataBytes: 6400 }));
    expect(header).toHaveLength(WAV_HEADER_BYTES);
    expect(header.readUInt32LE(4)).toBe(36 + 6400);
    expect(header.readUInt32LE(28)).toBe(32_000);
    expect(header.readUInt32LE(40)).toBe(6400);
  });
});
