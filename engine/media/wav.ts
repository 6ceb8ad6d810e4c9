import { aLawDecode, muLawDecode } from './g711.ts';

/** The file is no sound that can be read; the message says why and what to do. */
export class WavError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WavError';
  }
}

export interface WavSound {
  readonly rateHz: number;
  readonly channels: number;
  /** One array a channel, 16-bit, all of one length. */
  readonly samples: readonly Int16Array[];
}

export interface WavLimits {
  /** A file that is longer is refused. */
  readonly maxSeconds?: number;
}

export const WAV_HEADER_BYTES = 44;

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
const FORMAT_A_LAW = 6;
const FORMAT_MU_LAW = 7;
const FORMAT_EXTENSIBLE = 0xfffe;
const MAX_CHANNELS = 8;
const CONVERT = 'convert it first, e.g. `ffmpeg -i in -ar 8000 -ac 1 -c:a pcm_s16le out.wav`';

interface Format {
  readonly code: number;
  readonly channels: number;
  readonly rateHz: number;
  readonly bits: number;
  readonly blockBytes: number;
}

type Decoder = (data: Uint8Array) => Int16Array;

/**
 * Reads a RIFF/WAVE file: PCM of 8, 16, 24 or 32 bits, 32-bit float, μ-law and A-law, plain or
 * WAVE_FORMAT_EXTENSIBLE (Microsoft, Multiple Channel Audio Data and WAVE Files). Throws WavError. A data size of
 * 0 or 0xFFFFFFFF, as programs leave it that write to a pipe, means «to the end of the file».
 */
export function parseWav(bytes: Uint8Array, { maxSeconds = 3600 }: WavLimits = {}): WavSound {
  if (bytes.length === 0) throw new WavError('the file is empty: record it again, or give another one');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') {
    throw new WavError(`this is not a WAV file (it begins with ${describe(bytes)}): ${CONVERT}`);
  }
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = tag(view, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (id === 'data') {
      if (format === undefined)
        throw new WavError(`the WAV file has sound but no format before it: ${CONVERT}`);
      return readSound(bytes.subarray(body), size, format, maxSeconds);
    }
    if (id === 'fmt ') format = readFormat(view, body, size);
    // RIFF pads chunks to an even length.
    at = body + size + (size % 2);
  }
  throw new WavError(
    `the WAV file is cut off before its sound begins (${bytes.length} bytes): copy it again`,
  );
}

/** The 44 bytes before `dataBytes` bytes of 16-bit PCM. */
export function wavHeader(sound: {
  readonly rateHz: number;
  readonly channels: number;
  readonly dataBytes: number;
}): Uint8Array {
  const { rateHz, channels, dataBytes } = sound;
  const bytes = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  putTag(bytes, 0, 'RIFF');
  view.setUint32(4, WAV_HEADER_BYTES - 8 + dataBytes, true);
  putTag(bytes, 8, 'WAVE');
  putTag(bytes, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, FORMAT_PCM, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  putTag(bytes, 36, 'data');
  view.setUint32(40, dataBytes, true);
  return bytes;
}

/** A whole 16-bit PCM file; the channels have one length. */
export function writeWav(rateHz: number, channels: readonly Int16Array[]): Uint8Array {
  const data = interleave(channels);
  const header = wavHeader({ rateHz, channels: channels.length, dataBytes: data.length });
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}

/** 16-bit little-endian samples, one of each channel in turn; a shorter channel is filled up with zeros. */
export function interleave(channels: readonly Int16Array[]): Uint8Array {
  const length = Math.max(0, ...channels.map((channel) => channel.length));
  const samples = new Int16Array(length * channels.length);
  interleaveInto(samples, 0, channels);
  return littleEndian(samples);
}

/** One sample of each channel in turn into `out`, from its sample `at` on, where zeros must stand for the shorter channel. */
export function interleaveInto(out: Int16Array, at: number, channels: readonly Int16Array[]): void {
  const step = channels.length;
  for (let c = 0; c < step; c++) {
    const channel = channels[c]!;
    for (let i = 0, to = at + c; i < channel.length; i++, to += step) out[to] = channel[i]!;
  }
}

/** Memory lies as WAV and PCM files do. */
export const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Samples as WAV and PCM files hold them: the same memory where it lies so, a turned copy elsewhere. */
export function littleEndian(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  return LITTLE_ENDIAN ? bytes : bytes.map((_, i) => bytes[i ^ 1]!);
}

function readFormat(view: DataView, at: number, size: number): Format {
  if (size < 16 || at + size > view.byteLength) {
    throw new WavError(`the WAV file is cut off in its format (${view.byteLength} bytes): copy it again`);
  }
  let code = view.getUint16(at, true);
  // The sub-format's GUID begins with the plain format code.
  if (code === FORMAT_EXTENSIBLE && size >= 40) code = view.getUint16(at + 24, true);
  const format = {
    code,
    channels: view.getUint16(at + 2, true),
    rateHz: view.getUint32(at + 4, true),
    blockBytes: view.getUint16(at + 12, true),
    bits: view.getUint16(at + 14, true),
  };
  const { channels, rateHz, bits, blockBytes } = format;
  if (channels < 1 || channels > MAX_CHANNELS)
    throw new WavError(`the WAV file has ${channels} channels: ${CONVERT}`);
  if (rateHz < 1000 || rateHz > 384_000) throw new WavError(`the WAV file claims ${rateHz} Hz: ${CONVERT}`);
  if (decoderFor(format) === undefined || blockBytes !== channels * (bits / 8)) {
    throw new WavError(`WAV format ${code} with ${bits} bits cannot be read: ${CONVERT}`);
  }
  return format;
}

function readSound(rest: Uint8Array, declaredBytes: number, format: Format, maxSeconds: number): WavSound {
  const streamed = declaredBytes === 0xffff_ffff || (declaredBytes === 0 && rest.length > 0);
  if (!streamed && declaredBytes > rest.length) {
    throw new WavError(
      `the WAV file is cut off: ${rest.length} of ${declaredBytes} bytes of sound are there: copy it again`,
    );
  }
  const available = streamed ? rest.length : declaredBytes;
  const blocks = Math.floor(available / format.blockBytes);
  if (blocks === 0) throw new WavError('the WAV file holds no sound: record it again, or give another one');
  if (blocks > maxSeconds * format.rateHz) {
    throw new WavError(`the WAV file is longer than ${maxSeconds} s: cut it first`);
  }
  const decode = decoderFor(format)!;
  const mixed = decode(rest.subarray(0, blocks * format.blockBytes));
  const { channels, rateHz } = format;
  if (channels === 1) return { rateHz, channels, samples: [mixed] };
  const samples = Array.from({ length: channels }, (_, c) => {
    const channel = new Int16Array(blocks);
    for (let i = 0; i < blocks; i++) channel[i] = mixed[i * channels + c]!;
    return channel;
  });
  return { rateHz, channels, samples };
}

function decoderFor({ code, bits }: Format): Decoder | undefined {
  switch (`${code}/${bits}`) {
    case `${FORMAT_PCM}/8`:
      return (data) => Int16Array.from(data, (byte) => (byte - 128) << 8);
    case `${FORMAT_PCM}/16`:
      return each(2, (view, at) => view.getInt16(at, true));
    // The two upper bytes; the third is below what 16 bits can tell.
    case `${FORMAT_PCM}/24`:
      return each(3, (view, at) => view.getInt16(at + 1, true));
    case `${FORMAT_PCM}/32`:
      return each(4, (view, at) => view.getInt16(at + 2, true));
    case `${FORMAT_FLOAT}/32`:
      return each(4, (view, at) => toInt16(view.getFloat32(at, true)));
    case `${FORMAT_A_LAW}/8`:
      return aLawDecode;
    case `${FORMAT_MU_LAW}/8`:
      return muLawDecode;
    default:
      return undefined;
  }
}

function each(sampleBytes: number, read: (view: DataView, at: number) => number): Decoder {
  return (data) => {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const samples = new Int16Array(Math.floor(data.length / sampleBytes));
    for (let i = 0; i < samples.length; i++) samples[i] = read(view, i * sampleBytes);
    return samples;
  };
}

/** −1…1 → 16 bits; what is no number becomes silence. */
function toInt16(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round((Number.isNaN(value) ? 0 : value) * 32_768)));
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  );
}

function putTag(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

/** The file's first bytes, for people. */
function describe(bytes: Uint8Array): string {
  const head = [...bytes.subarray(0, 12)];
  const printable = head.every((byte) => byte >= 0x20 && byte < 0x7f);
  return printable
    ? `the text «${String.fromCharCode(...head)}»`
    : `bytes ${head.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}
