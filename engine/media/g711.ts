import { newBytes, newSamples } from './slab.ts';

/** ITU-T G.711 in tables. μ-law is what PCMU carries (RFC 3551 §4.5.14); A-law is only read, from files. */

/** The code of silence: positive zero. */
export const MU_LAW_SILENCE = 0xff;

const BIAS = 0x84;
// Above this the biased magnitude would leave the eighth segment.
const CLIP = 0x7fff - BIAS;

const DECODE_MU = Int16Array.from({ length: 256 }, (_, code) => expandMuLaw(code));
const DECODE_A = Int16Array.from({ length: 256 }, (_, code) => expandALaw(code));
// Indexed by the sample's 16 bits as an unsigned number.
const ENCODE_MU = Uint8Array.from({ length: 65_536 }, (_, bits) => compressMuLaw((bits << 16) >> 16));

/** 16-bit linear samples → one μ-law byte each, at the head of `bytes`, new ones by default. */
export function muLawEncode(pcm: Int16Array, bytes: Uint8Array = newBytes(pcm.length)): Uint8Array {
  for (let i = 0; i < pcm.length; i++) bytes[i] = ENCODE_MU[pcm[i]! & 0xffff]!;
  return bytes;
}

/** μ-law bytes → 16-bit linear samples, ±32124. */
export function muLawDecode(bytes: Uint8Array): Int16Array {
  return expand(DECODE_MU, bytes);
}

/** A-law bytes → 16-bit linear samples, ±32256. */
export function aLawDecode(bytes: Uint8Array): Int16Array {
  return expand(DECODE_A, bytes);
}

function expand(table: Int16Array, bytes: Uint8Array): Int16Array {
  const pcm = newSamples(bytes.length);
  for (let i = 0; i < bytes.length; i++) pcm[i] = table[bytes[i]!]!;
  return pcm;
}

// Sign, three bits of segment, four of step; all bits sent inverted (G.711 table 2a/2b).
function compressMuLaw(sample: number): number {
  const biased = Math.min(Math.abs(sample), CLIP) + BIAS;
  const segment = 31 - Math.clz32(biased) - 7;
  const step = (biased >> (segment + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff;
}

function expandMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + BIAS) << ((bits >> 4) & 0x07)) - BIAS;
  return (bits & 0x80) !== 0 ? -magnitude : magnitude;
}

// Even bits are sent inverted (G.711 table 1a/1b); here a set sign bit means positive.
function expandALaw(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 0x07;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (bits & 0x80) !== 0 ? magnitude : -magnitude;
}
