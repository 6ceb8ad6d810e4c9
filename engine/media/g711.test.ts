import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aLawDecode, MU_LAW_SILENCE, muLawDecode, muLawEncode } from './g711.ts';

const EVERY_CODE = Uint8Array.from({ length: 256 }, (_, code) => code);
const EVERY_SAMPLE = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);

describe('μ-law', () => {
  it('agrees with G.711 table 2 at its anchor points', () => {
    expect([...muLawDecode(Uint8Array.of(0xff, 0x7f, 0x80, 0x00, 0xfe, 0xef))]).toEqual([
      0, 0, 32_124, -32_124, 8, 132,
    ]);
    expect([...muLawEncode(Int16Array.of(0, 32_767, -32_768, 4, -4, 3))]).toEqual([
      MU_LAW_SILENCE,
      0x80,
      0x00,
      0xfe,
      0x7e,
      MU_LAW_SILENCE,
    ]);
  });

  it('reproduces every code but the second zero', () => {
    const again = muLawEncode(muLawDecode(EVERY_CODE));
    EVERY_CODE.forEach((code) => expect(again[code]).toBe(code === 0x7f ? 0xff : code));
  });

  it('is idempotent, symmetric and monotonic over every sample', () => {
    const once = muLawDecode(muLawEncode(EVERY_SAMPLE));
    expect(muLawDecode(muLawEncode(once))).toEqual(once);
    for (let sample = 1; sample < 32_768; sample++) {
      if (once[32_768 - sample] !== -once[32_768 + sample]!) expect.fail(`not symmetric at ${sample}`);
      if (once[32_768 + sample]! < once[32_767 + sample]!) expect.fail(`not monotonic at ${sample}`);
    }
  });

  it('errs by at most half a step: 4 near zero, 1/32 of the biased magnitude above', () => {
    fc.assert(
      fc.property(fc.integer({ min: -32_768, max: 32_767 }), (sample) => {
        const [decoded] = muLawDecode(muLawEncode(Int16Array.of(sample)));
        const clipped = Math.max(-32_635, Math.min(32_635, sample));
        expect(Math.abs(decoded! - clipped)).toBeLessThanOrEqual((Math.abs(clipped) + 132) / 32 + 0.5);
      }),
    );
  });
});

describe('A-law', () => {
  it('agrees with G.711 table 1 at its anchor points', () => {
    expect([...aLawDecode(Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a, 0xd4))]).toEqual([
      8, -8, 32_256, -32_256, 24,
    ]);
  });

  it('is symmetric', () => {
    const decoded = aLawDecode(EVERY_CODE);
    for (let code = 0; code < 128; code++) expect(decoded[code]).toBe(-decoded[code + 128]!);
  });
});
