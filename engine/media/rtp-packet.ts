import { newBytes } from './slab.ts';

/** The fixed header's fields that a stream of ours needs (RFC 3550 §5.1). */
export interface RtpFields {
  /** 0…127. */
  readonly payloadType: number;
  readonly marker: boolean;
  /** 16 bits, wraps. */
  readonly sequence: number;
  /** 32 bits, in units of the payload's clock, wraps. */
  readonly timestamp: number;
  /** 32 bits. */
  readonly ssrc: number;
  /** Contributing sources, at most 15. */
  readonly csrcs?: readonly number[];
  readonly extension?: RtpExtension;
}

/** RFC 3550 §5.3.1: 16 bits left to the profile, then whole 32-bit words. */
export interface RtpExtension {
  readonly profile: number;
  readonly data: Uint8Array;
}

export interface RtpPacket extends RtpFields {
  readonly csrcs: readonly number[];
  /** A view into the datagram, without padding; it lives as long as the datagram's buffer does. */
  readonly payload: Uint8Array;
}

const VERSION = 2;
const FIXED_HEADER_BYTES = 12;
const NO_CSRCS: readonly number[] = [];

/**
 * Reads one datagram as RTP (RFC 3550 §5.1). Undefined where it is none: too short, another version, or a CSRC,
 * extension or padding length that points outside it. Never throws, never reads outside `bytes`.
 */
export function parseRtp(bytes: Uint8Array): RtpPacket | undefined {
  if (bytes.length < FIXED_HEADER_BYTES) return undefined;
  const first = bytes[0]!;
  if (first >> 6 !== VERSION) return undefined;

  const csrcCount = first & 0x0f;
  let start = FIXED_HEADER_BYTES + 4 * csrcCount;
  if (start > bytes.length) return undefined;

  let extension: RtpExtension | undefined;
  if ((first & 0x10) !== 0) {
    if (start + 4 > bytes.length) return undefined;
    const end = start + 4 + 4 * uint16(bytes, start + 2);
    if (end > bytes.length) return undefined;
    extension = { profile: uint16(bytes, start), data: bytes.subarray(start + 4, end) };
    start = end;
  }

  let end = bytes.length;
  if ((first & 0x20) !== 0) {
    // The last octet counts the padding, itself included: 0 is as impossible as more than there is.
    const padding = start < end ? bytes[end - 1]! : 0;
    if (padding === 0 || padding > end - start) return undefined;
    end -= padding;
  }

  const second = bytes[1]!;
  const packet = {
    payloadType: second & 0x7f,
    marker: second >> 7 === 1,
    sequence: uint16(bytes, 2),
    timestamp: uint32(bytes, 4),
    ssrc: uint32(bytes, 8),
    csrcs: csrcCount === 0 ? NO_CSRCS : readCsrcs(bytes, csrcCount),
    payload: bytes.subarray(start, end),
  };
  return extension === undefined ? packet : { ...packet, extension };
}

/**
 * Writes one packet, without padding (RFC 3550 §5.1). Counters are cut to their width, so that they may be
 * given extended. Throws RangeError on more than 15 CSRCs or an extension that is no whole number of words.
 */
export function serialiseRtp(fields: RtpFields, payload: Uint8Array): Uint8Array {
  const { csrcs = NO_CSRCS, extension } = fields;
  if (csrcs.length > 15) throw new RangeError(`RTP carries at most 15 CSRCs, not ${csrcs.length}`);
  if (extension !== undefined && (extension.data.length % 4 !== 0 || extension.data.length > 4 * 0xffff)) {
    throw new RangeError(`pad the RTP extension to 32-bit words: ${extension.data.length} bytes`);
  }
  const extensionAt = FIXED_HEADER_BYTES + 4 * csrcs.length;
  const payloadAt = extensionAt + (extension === undefined ? 0 : 4 + extension.data.length);
  const bytes = newBytes(payloadAt + payload.length);
  bytes[0] = (VERSION << 6) | (extension === undefined ? 0 : 0x10) | csrcs.length;
  bytes[1] = (fields.marker ? 0x80 : 0) | (fields.payloadType & 0x7f);
  writeUint16(bytes, 2, fields.sequence);
  writeUint32(bytes, 4, fields.timestamp);
  writeUint32(bytes, 8, fields.ssrc);
  for (let i = 0; i < csrcs.length; i++) writeUint32(bytes, FIXED_HEADER_BYTES + 4 * i, csrcs[i]!);
  if (extension !== undefined) {
    writeUint16(bytes, extensionAt, extension.profile);
    writeUint16(bytes, extensionAt + 2, extension.data.length / 4);
    bytes.set(extension.data, extensionAt + 4);
  }
  bytes.set(payload, payloadAt);
  return bytes;
}

function readCsrcs(bytes: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, i) => uint32(bytes, FIXED_HEADER_BYTES + 4 * i));
}

// Byte by byte: a DataView made for a packet costs more than reading it.
function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function uint32(bytes: Uint8Array, at: number): number {
  return ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) >>> 0;
}

function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}

/** Cut to 32 bits first, as a value may be extended over wraps. */
function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  writeUint16(bytes, at, value >>> 16);
  writeUint16(bytes, at + 2, value);
}
