import { isIP } from 'node:net';
import type { TrunkCodec } from '../../engine/contract/trunk.ts';

/** RFC 3551 §6: static payload types; G.722's clock is written 8000 by an old mistake (§4.5.2). */
export const CODECS: Readonly<Record<TrunkCodec, { payloadType: number; rtpmap: string; silence: number }>> =
  {
    ulaw: { payloadType: 0, rtpmap: 'PCMU/8000', silence: 0xff },
    alaw: { payloadType: 8, rtpmap: 'PCMA/8000', silence: 0xd5 },
    g722: { payloadType: 9, rtpmap: 'G722/8000', silence: 0xff },
  };
const TELEPHONE_EVENT = 101;

/** Our offer (RFC 3264): one audio stream both ways, the trunk's codecs in their order. */
export function sdpOffer(offer: {
  readonly address: string;
  readonly port: number;
  readonly codecs: readonly TrunkCodec[];
  readonly sessionId: number;
}): string {
  const family = isIP(offer.address) === 6 ? 'IP6' : 'IP4';
  const types = offer.codecs.map((codec) => CODECS[codec]);
  return [
    'v=0',
    `o=halo ${offer.sessionId} 1 IN ${family} ${offer.address}`,
    's=-',
    `c=IN ${family} ${offer.address}`,
    't=0 0',
    `m=audio ${offer.port} RTP/AVP ${[...types.map((one) => one.payloadType), TELEPHONE_EVENT].join(' ')}`,
    ...types.map((one) => `a=rtpmap:${one.payloadType} ${one.rtpmap}`),
    `a=rtpmap:${TELEPHONE_EVENT} telephone-event/8000`,
    `a=fmtp:${TELEPHONE_EVENT} 0-16`,
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n');
}

/** The first audio stream of an answer. */
export interface SdpAudio {
  readonly address: string | undefined;
  /** 0: the stream is refused (RFC 3264 §6). */
  readonly port: number;
  readonly protocol: string;
  /** In the answer's order, telephone-event left out. */
  readonly formats: readonly { readonly payloadType: number; readonly name: string }[];
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
}

/** Undefined where there is no audio stream. Never throws. */
export function parseSdp(text: string): SdpAudio | undefined {
  const session: { address?: string | undefined; direction?: SdpAudio['direction'] | undefined } = {};
  let audio: (typeof session & { port: number; protocol: string; types: number[] }) | undefined;
  let section: typeof session | undefined = session;
  const names = new Map<number, string>();
  for (const line of text.slice(0, 65_536).split(/\r?\n/)) {
    if (line.startsWith('m=')) {
      const media = /^m=audio (\d{1,5})(?:\/\d+)? (\S+) (.*)$/.exec(line);
      const first = audio === undefined && media !== null;
      if (first)
        audio = { port: Number(media[1]), protocol: media[2]!, types: media[3]!.split(/\s+/).map(Number) };
      section = first ? audio : undefined;
    }
    if (section === undefined) continue;
    section.address ??= /^c=IN IP[46] ([^\s/]+)/.exec(line)?.[1];
    section.direction ??= /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/.exec(line)?.[1] as
      | SdpAudio['direction']
      | undefined;
    const map = /^a=rtpmap:(\d{1,3}) (\S+)/.exec(line);
    if (map !== null && section === audio) names.set(Number(map[1]), map[2]!);
  }
  if (audio === undefined || audio.port > 65_535) return undefined;
  return {
    address: audio.address ?? session.address,
    port: audio.port,
    protocol: audio.protocol,
    formats: audio.types
      .filter((type) => Number.isInteger(type) && type >= 0 && type <= 127)
      .map((payloadType) => ({ payloadType, name: names.get(payloadType) ?? staticName(payloadType) }))
      .filter(({ name }) => !/^telephone-event/i.test(name)),
    direction: audio.direction ?? session.direction ?? 'sendrecv',
  };
}

function staticName(payloadType: number): string {
  const known = Object.values(CODECS).find((codec) => codec.payloadType === payloadType);
  if (known !== undefined) return known.rtpmap;
  return { 3: 'GSM/8000', 4: 'G723/8000', 18: 'G729/8000' }[payloadType] ?? `тип ${payloadType}`;
}
